import type { Slug } from "../domain/slug.ts";
import type { ReadModels } from "../read-models/read-models.ts";

// In milliseconds.
const PATIENCE = 50;
const PAUSE = 1_000;
const PATIENCE_TO_COUNT = 3_000;

/** Knows up to where the read models show the log, without asking them each time. */
export class ReadModelsWatch {
  readonly #readModels: Pick<ReadModels, "waitFor" | "countBacklinks">;
  #shown = 0;
  #restUntil = 0;

  constructor(readModels: Pick<ReadModels, "waitFor" | "countBacklinks">) {
    this.#readModels = readModels;
  }

  /**
   * Whether they show all that was recorded up to a position, or are about to. Where they are further behind, nobody else
   * waits for them for a while.
   */
  readonly showUpTo = async (position: number): Promise<boolean> => {
    if (position <= this.#shown) return true;
    if (performance.now() < this.#restUntil) return false;
    try {
      await this.#readModels.waitFor(position, { timeout: PATIENCE });
      this.#shown = Math.max(this.#shown, position);
      return true;
    } catch {
      this.#restUntil = performance.now() + PAUSE;
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
}
