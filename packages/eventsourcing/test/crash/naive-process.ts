// The control of the runs: a process that saves with the driver alone, and makes one of the mistakes that are looked for.
import { setTimeout as sleep } from "node:timers/promises";
import { SqliteLogTable } from "../../src/adapters/sqlite/sqlite-log-table.ts";
import { openLogForWriting } from "../../src/adapters/sqlite/sqlite-open.ts";
import { recordGroup } from "../../src/persistence/record-group.ts";
import type { Receipt, StoredSave } from "../../src/persistence/stored-event.ts";
import { anEvent, saveOf } from "../../src/testing/contract-case.ts";
import { Notes } from "../history/notes.ts";

/** What the process does; given as JSON on its command line. */
export interface NaiveJob {
  readonly file: string;
  readonly notes: string;
  readonly name: string;
  readonly saves: number;
  /**
   * `synchronous-normal`: does not wait for the disk; `acknowledge-early`: answers, and commits once some are together;
   * `event-by-event`: commits each event; `go-on`: tries a commit that failed again, as if nothing had happened to the
   * connection.
   */
  readonly mistake: "synchronous-normal" | "acknowledge-early" | "event-by-event" | "go-on";
}

const job = JSON.parse(process.argv[2] ?? "null") as NaiveJob;
const notes = new Notes(job.notes, job.name);
const db = openLogForWriting(job.file);
if (job.mistake === "synchronous-normal") db.exec("pragma synchronous = normal");
const table = new SqliteLogTable(db);
const uncommitted: StoredSave[] = [];

for (let n = 0; n < job.saves; n += 1) {
  const save = saveOf([anEvent(), anEvent(), anEvent()]);
  const answered = notes.save(save);
  const recordedAt = Math.max(Date.now(), table.last()?.recordedAt ?? 0);
  try {
    if (job.mistake === "acknowledge-early") acknowledgeEarly({ ...save, recordedAt }, answered);
    else answered({ receipt: commit({ ...save, recordedAt }) });
  } catch {
    if (job.mistake !== "go-on") await sleep(1);
  }
}
db.close();

/** A kill takes what waits with it: the more is together, the surer it meets some. */
function acknowledgeEarly(
  save: StoredSave & { readonly recordedAt: number },
  answered: ReturnType<Notes["save"]>,
): void {
  const { saveId, recordedAt, events } = save;
  const position = (table.last()?.position ?? 0) + 1 + uncommitted.length * events.length;
  const places = { firstPosition: position, lastPosition: position + events.length - 1 };
  answered({ receipt: { saveId, ...places, versions: events.map(() => 1), recordedAt, repeated: false } });
  uncommitted.push(save);
  if (uncommitted.length === 8) for (const early of uncommitted.splice(0)) commit(early);
}

function commit(save: StoredSave): Receipt {
  const parts = job.mistake === "event-by-event" ? save.events.map((event) => [event]) : [save.events];
  const receipts = parts.map((events) => {
    db.exec("begin immediate");
    try {
      const [outcome] = recordGroup(table, [{ ...save, events }], Date.now());
      db.exec("commit");
      if (outcome?.kind !== "recorded") throw new Error("it was not recorded");
      return outcome.receipt;
    } catch (error) {
      if (db.isTransaction) db.exec("rollback");
      throw error;
    }
  });
  const [first, last] = [receipts[0], receipts.at(-1)];
  if (!first || !last) throw new Error("a save has events");
  return { ...first, lastPosition: last.lastPosition, versions: receipts.flatMap(({ versions }) => versions) };
}
