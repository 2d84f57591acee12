// A process of its own that saves to a store on PostgreSQL, and prints what was acknowledged as a line of JSON.
import { openPostgresRecorder } from "../src/adapters/postgres/postgres-recorder.ts";
import type { Serialiser } from "../src/adapters/postgres/postgres-writer.ts";
import type { Recorder } from "../src/persistence/recorder.ts";
import { OutcomeUnknownError, StoreUnavailableError } from "../src/persistence/store-errors.ts";
import type { Receipt, StoredSave } from "../src/persistence/stored-event.ts";
import { anEvent, saveOf, upTo } from "../src/testing/contract-case.ts";
import type { Acknowledged } from "./log-consumer.ts";

/** What the process does; given as JSON on its command line. */
export interface PostgresSaverJob {
  readonly connectionString: string;
  readonly serialiser: Serialiser;
  readonly writers: number;
  readonly saves: number;
}

/**
 * Saves until it is acknowledged. Another save of its group may have failed the group, which recorded nothing then, or
 * nobody knows what: the same save again is recorded once in either case.
 */
export async function saveUntilDone(recorder: Recorder, save: StoredSave): Promise<Receipt> {
  for (;;) {
    try {
      return await recorder.append(save);
    } catch (error) {
      if (!(error instanceof StoreUnavailableError || error instanceof OutcomeUnknownError)) throw error;
    }
  }
}

async function run({ writers, saves, ...options }: PostgresSaverJob): Promise<readonly Acknowledged[]> {
  const recorder = await openPostgresRecorder(options);
  const acknowledged: Acknowledged[] = [];
  const write = async () => {
    for (const _ of upTo(saves)) {
      const save = saveOf([anEvent(), anEvent()]);
      acknowledged.push({ save, receipt: await saveUntilDone(recorder, save) });
    }
  };
  await Promise.all(upTo(writers).map(write));
  await recorder.close();
  return acknowledged;
}

if (import.meta.main)
  process.stdout.write(JSON.stringify(await run(JSON.parse(process.argv[2] ?? "null") as PostgresSaverJob)));
