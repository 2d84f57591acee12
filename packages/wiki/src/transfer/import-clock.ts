import type { WikiApplication } from "../application/wiki-application.ts";
import { importLog } from "../domain/import-log.ts";
import type { Commit } from "./commit.ts";
import type { ImportSummary } from "./import-summary.ts";

/**
 * Whether the log holds nothing but imports, so that its time can be that of the commits. As soon as anybody else has
 * written, the time of the wiki goes on, and that of the commits is data.
 */
export async function timesOf(wiki: WikiApplication | undefined): Promise<ImportSummary["times"]> {
  const head = wiki ? await wiki.events.recorder.head() : 0;
  if (!wiki || head === 0) return "source";
  const [last] = await wiki.events.log(importLog).select({ desc: true, limit: 1 });
  if (last?.data.times !== "source") return "clock";
  const [row] = await wiki.events.recorder.readLog({ start: head, limit: 1 });
  const { source } = row ? wiki.events.toDomainEvent(row).metadata : {};
  return source === undefined ? "clock" : "source";
}

/** Tells the time of each save. */
export class ImportClock {
  #times: ImportSummary["times"];
  #position: number | undefined;

  constructor(times: ImportSummary["times"]) {
    this.#times = times;
  }

  get times(): ImportSummary["times"] {
    return this.#times;
  }

  /** The time to record for a commit; undefined for that of the wiki's own clock. */
  timeFor({ time }: Pick<Commit, "time">): number | undefined {
    // Clocks of committers may be ahead.
    return this.#times === "source" ? Math.min(Math.max(0, time), Date.now()) : undefined;
  }

  note({ firstPosition, lastPosition }: { readonly firstPosition: number; readonly lastPosition: number }): void {
    // Somebody else has written since.
    if (this.#position !== undefined && firstPosition !== this.#position + 1) this.#times = "clock";
    this.#position = lastPosition;
  }
}
