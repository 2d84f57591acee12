import type { ProjectionStatus } from "@palimpsest/eventsourcing";
import type { WikiParts } from "../../access/wiki-parts.ts";

/** Whether this process can answer, and what stands in its way. */
export interface Readiness {
  readonly ready: boolean;
  /** What is wrong, for whoever runs the wiki. */
  readonly reasons: readonly string[];
  /** The last position of the log, where it can be read. */
  readonly position?: number;
  readonly readModels: readonly Pick<ProjectionStatus, "name" | "position" | "lag" | "runs">[];
}

// In events: a save is seen after some milliseconds, so who lags as far behind is not catching up.
const MAX_LAG = 1_000;
// In milliseconds. Who asks waits a few seconds at most.
const PATIENCE = 2_000;

/** Asks the parts of a wiki how they are. */
export class Health {
  readonly #parts: Pick<WikiParts, "wiki" | "readModels">;
  readonly #isFollowing: () => boolean;
  #isStopping = false;

  constructor(parts: Pick<WikiParts, "wiki" | "readModels">, isFollowing: () => boolean) {
    this.#parts = parts;
    this.#isFollowing = isFollowing;
  }

  /** From now on it is not ready, so that nobody sends it more. */
  stopping(): void {
    this.#isStopping = true;
  }

  async check(): Promise<Readiness> {
    const reasons: string[] = [];
    if (this.#isStopping) reasons.push("the server is being stopped");
    if (!this.#isFollowing()) reasons.push("the log is not followed, as the database cannot be reached");
    const { wiki, readModels } = this.#parts;
    try {
      const [position, statuses] = await inTime(Promise.all([wiki.events.recorder.head(), readModels.status()]));
      reasons.push(...statuses.flatMap(faultOf));
      const shown = statuses.map(({ name, position, lag, runs }) => ({ name, position, lag, runs }));
      return { ready: reasons.length === 0, reasons, position, readModels: shown };
    } catch {
      return { ready: false, reasons: [...reasons, "the database does not answer"], readModels: [] };
    }
  }
}

function faultOf({ name, failure, lag, runs }: ProjectionStatus): readonly string[] {
  if (failure) return [`the read model "${name}" stopped at event ${failure.event.position}`];
  if (lag > 0 && runs === "nowhere") return [`nobody runs the read model "${name}"`];
  return lag > MAX_LAG ? [`the read model "${name}" is ${lag} events behind`] : [];
}

async function inTime<T>(promise: Promise<T>): Promise<T> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error("it takes too long")), PATIENCE);
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
