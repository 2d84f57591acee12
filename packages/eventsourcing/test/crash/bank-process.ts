// A process of its own that works on a store in SQLite, and notes what it did.
import { openSqliteRecorder } from "../../src/adapters/sqlite/sqlite-recorder.ts";
import { Notes } from "../history/notes.ts";
import { Bank, type BankWork } from "./bank.ts";

/** What the process does; given as JSON on its command line. */
export interface BankJob extends BankWork {
  readonly file: string;
  readonly notes: string;
  readonly name: string;
}

const job = JSON.parse(process.argv[2] ?? "null") as BankJob;
const notes = new Notes(job.notes, job.name);
const recorder = await openSqliteRecorder({ file: job.file });
const bank = await Bank.open(recorder, notes, job);
await bank.run();
await bank.close();
