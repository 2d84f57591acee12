import type { ReadFence, ReadModelName } from "../read-models/read-models.ts";

/** Has each model that one answer reads wait until it shows the log up to a position; the others nobody waits for. */
export class AnswerFence implements ReadFence {
  readonly #shows: (model: ReadModelName) => Promise<boolean>;
  readonly #asked = new Map<ReadModelName, Promise<boolean>>();

  /** `shows` resolves with whether a model does, and never rejects. */
  constructor(shows: (model: ReadModelName) => Promise<boolean>) {
    this.#shows = shows;
  }

  before(model: ReadModelName): Promise<boolean> {
    const asked = this.#asked.get(model) ?? this.#shows(model);
    this.#asked.set(model, asked);
    return asked;
  }

  /** Whether all that was read so far showed the log up to there. */
  async held(): Promise<boolean> {
    return (await Promise.all(this.#asked.values())).every(Boolean);
  }
}
