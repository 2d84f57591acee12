// A process of its own that saves to a store on PostgreSQL whatever happens to it, until its input ends.
import { setTimeout as sleep } from "node:timers/promises";
import { openPostgresRecorder } from "../../src/adapters/postgres/postgres-recorder.ts";
import type { Serialiser } from "../../src/adapters/postgres/postgres-writer.ts";
import { toUuid, uuid7 } from "../../src/domain/uuid.ts";
import type { Recorder } from "../../src/persistence/recorder.ts";
import { OutcomeUnknownError, StoreUnavailableError } from "../../src/persistence/store-errors.ts";
import { anEvent, eventsOf, saveOf, upTo } from "../../src/testing/contract-case.ts";
import { Notes } from "../history/notes.ts";
import { noting } from "../history/noting-recorder.ts";

/** What the process does; given as JSON on its command line. */
export interface SaverJob {
  readonly connectionString: string;
  readonly serialiser: Serialiser;
  readonly savers: number;
  /** The log that all of them write to. */
  readonly log: string;
  /** Where its calls are noted. */
  readonly notes: string;
}

/** Saves again and again: to a log that everybody writes to, to an aggregate of its own, some with a key. */
export async function saveUntil(ended: () => boolean, recorder: Recorder, log: string): Promise<void> {
  const own = uuid7();
  for (let version = 1; !ended(); version += 1) {
    const keyed = version % 3 === 0 ? { idempotencyKey: uuid7() } : {};
    const events = [...eventsOf(toUuid(log), null), ...eventsOf(own, version), anEvent()];
    const save = saveOf(events.slice(version % 2), keyed);
    for (;;) {
      try {
        await recorder.append(save);
        break;
      } catch (error) {
        if (!(error instanceof StoreUnavailableError || error instanceof OutcomeUnknownError)) throw error;
        await sleep(5);
      }
    }
  }
}

async function run({ savers, log, notes, ...options }: SaverJob): Promise<void> {
  const state = { ended: false };
  process.stdin.on("end", () => {
    state.ended = true;
  });
  process.stdin.resume();
  const recorder = await openPostgresRecorder({ ...options, poolSize: 2 });
  const noted = noting(recorder, new Notes(notes, notes));
  await Promise.all(upTo(savers).map(() => saveUntil(() => state.ended, noted, log)));
  await recorder.close();
}

if (import.meta.main) await run(JSON.parse(process.argv[2] ?? "null") as SaverJob);
