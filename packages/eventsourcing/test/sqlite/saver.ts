import { appendFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { openSqliteRecorder } from "../../src/adapters/sqlite/sqlite-recorder.ts";
import { toUuid } from "../../src/domain/uuid.ts";
import type { Recorder } from "../../src/persistence/recorder.ts";
import { StoreError } from "../../src/persistence/store-errors.ts";
import type { StoredSave } from "../../src/persistence/stored-event.ts";
import { anEvent, eventsOf, saveOf, upTo } from "../../src/testing/contract-case.ts";

/** What this program does; given as JSON on its command line. */
export interface SaverJob {
  readonly file: string;
  /** `many`: some savers at once save three events each; `race`: claims version after version of one originator. */
  readonly kind: "many" | "race";
  readonly savers: number;
  /** How many saves, or versions. */
  readonly saves: number;
  /** The log that the saves of `many` write to, or the originator that is raced for. */
  readonly originatorId: string;
  /** One line of JSON per settled save is written here, before the next save. */
  readonly outcomes: string;
}

/** A line of `outcomes`. */
export interface SaveOutcome {
  readonly saveId: string;
  readonly eventIds: readonly string[];
  /** The position, or the code of the error. */
  readonly outcome: number | string;
}

async function run(job: SaverJob): Promise<void> {
  const recorder = await openSqliteRecorder({ file: job.file });
  const originatorId = toUuid(job.originatorId);
  if (job.kind === "race") {
    for (const version of upTo(job.saves)) {
      while ((await trySave(job, recorder, saveOf(eventsOf(originatorId, version)))) === "STORE_UNAVAILABLE")
        await sleep(1);
    }
  } else {
    let left = job.saves;
    const work = async () => {
      while (left-- > 0) await trySave(job, recorder, saveOf([anEvent(), ...eventsOf(originatorId, null), anEvent()]));
    };
    await Promise.all(upTo(job.savers).map(work));
  }
  await recorder.close();
}

async function trySave({ outcomes }: SaverJob, recorder: Recorder, save: StoredSave): Promise<number | string> {
  const outcome = await recorder.append(save).then(({ firstPosition }) => firstPosition, codeOf);
  const line: SaveOutcome = { saveId: save.saveId, eventIds: save.events.map(({ eventId }) => eventId), outcome };
  // In one synchronous write: a kill after it cannot take the acknowledgement back.
  appendFileSync(outcomes, `${JSON.stringify(line)}\n`);
  return outcome;
}

function codeOf(error: unknown): string {
  return error instanceof StoreError ? error.code : `not ours: ${String(error)}`;
}

await run(JSON.parse(process.argv[2] ?? "null") as SaverJob).catch((error: unknown) => {
  process.stderr.write(`${codeOf(error)}\n`);
  process.exitCode = 1;
});
