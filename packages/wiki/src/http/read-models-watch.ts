import type { Slug } from "../domain/slug.ts";
import type { ReadModelName, ReadModels } from "../read-models/read-models.ts";

// In milliseconds.
const PATIENCE = 50;
const PAUSE = 1_000;
const PATIENCE_TO_COUNT = 3_000;

/** Knows up to where the read models show the log, without asking them each time. */
export class ReadModelsWatch {
  readonly #readModels: Pick<ReadModels, "waitFor" | "countBacklinks" | "hurry">;
  readonly #shown = new Map<ReadModelName, number>();
  readonly #restUntil = new Map<ReadModelName, number>();

  constructor(readModels: Pick<ReadModels, "waitFor" | "countBacklinks" | "hurry">) {
    this.#readModels = readModels;
  }

  /** Models are about to be read that should show all up to a position: while the reader prepares, they get there. */
  readonly expect = (position: number): void => {
    const isShown = [...this.#shown.values()].some((shown) => shown >= position);
    const now = performance.now();
    if (!isShown && ![...this.#restUntil.values()].some((until) => until > now)) this.#readModels.hurry();
  };

  /**
   * Whether a model shows all that was recorded up to a position, or is about to. Where it is further behind, nobody else
   * waits for it for a while.
   */
  readonly showsUpTo = async (model: ReadModelName, position: number): Promise<boolean> => {
    if (position <= this.#shownBy(model)) return true;
    if (performance.now() < (this.#restUntil.get(model) ?? 0)) return false;
    try {
      await this.#readModels.waitFor(position, { timeout: PATIENCE, models: [model] });
      this.#shown.set(model, Math.max(this.#shownBy(model), position));
      return true;
    } catch {
      this.#restUntil.set(model, performance.now() + PAUSE);
      return false;
    }
  };

  /** How many links lead to a page, as of a position of the log; undefined where that cannot be known now. */
  readonly countLinks = async (slug: Slug, position: number): Promise<number | undefined> => {
    try {
      await this.#readModels.waitFor(position, { timeout: PATIENCE_TO_COUNT, models: ["links"] });
      return await this.#readModels.countBacklinks({ deleted: false }, slug);
    } catch {
      return undefined;
    }
  };

  #shownBy(model: ReadModelName): number {
    return this.#shown.get(model) ?? 0;
  }
}
