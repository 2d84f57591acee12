import assert from "node:assert/strict";
import { copyFileSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { describe, it } from "vitest";
import { temporaryFile } from "../../../test/sqlite/temporary-file.ts";
import { ProgrammingError } from "../../domain/errors.ts";
import { uuid7 } from "../../domain/uuid.ts";
import {
  LogChangedError,
  NewerStoreError,
  NotAStoreError,
  StoreUnavailableError,
} from "../../persistence/store-errors.ts";
import { anEvent, aSnapshot, eventsOf, rejection, saveOf, upTo, wholeLog } from "../../testing/contract-case.ts";
import { openLogForWriting, readIdentity } from "./sqlite-open.ts";
import { openDerivedForWriting } from "./sqlite-open-derived.ts";
import { openSqliteRecorder } from "./sqlite-recorder.ts";

const FULL = 2;

describe("opening a log in SQLite", () => {
  it("sets WAL and synchronous = full on the connection that writes, at each open", () => {
    const file = temporaryFile();
    for (const open of ["first", "second", "third"]) {
      const db = openLogForWriting(file);
      assert.equal(pragma(db, "synchronous"), FULL, open);
      assert.equal(pragma(db, "journal_mode"), "wal", open);
      db.close();
    }
  });

  it("makes a store of a file that does not exist, and of an empty one", async () => {
    for (const prepare of [() => undefined, (file: string) => writeFileSync(file, "")]) {
      const file = temporaryFile();
      prepare(file);
      const recorder = await openSqliteRecorder({ file });
      assert.equal((await recorder.append(saveOf([anEvent()]))).firstPosition, 1);
      await recorder.close();
    }
  });

  it("takes paths with characters that mean something in URLs", async () => {
    const file = temporaryFile("50% näme?mode=ro&x=#1 .sqlite");
    const recorder = await openSqliteRecorder({ file });
    await recorder.append(saveOf([anEvent()]));
    await recorder.close();
    const again = await openSqliteRecorder({ file });
    assert.equal(await again.head(), 1);
    await again.close();
  });

  it("lets many openers of one new file at once find one and the same log", async () => {
    const file = temporaryFile();
    const recorders = await Promise.all(upTo(6).map(() => openSqliteRecorder({ file })));
    const [first] = recorders;
    assert.ok(first);
    const page = uuid7();
    for (const [index, recorder] of recorders.entries()) {
      assert.deepEqual(recorder.log, first.log);
      await recorder.append(saveOf(eventsOf(page, index + 1)));
      const snapshot = aSnapshot({ originatorId: page, originatorVersion: index + 1 });
      await recorder.snapshots.write([snapshot]);
      for (const reader of recorders) assert.deepEqual(await reader.snapshots.versions(page), upTo(index + 1));
    }
    assert.equal(await first.head(), 6);
    for (const recorder of recorders) await recorder.close();
  });

  it("saves nothing in another log that was put in the place of the one that is read", async () => {
    const [file, other] = [temporaryFile(), temporaryFile("other.sqlite")];
    for (const path of [file, other]) await (await openSqliteRecorder({ file: path })).close();
    const recorder = await openSqliteRecorder({ file });
    for (const suffix of ["", "-wal", "-shm"]) rmSync(file + suffix, { force: true });
    copyFileSync(other, file);
    const { expected, found } = await rejection(recorder.append(saveOf([anEvent()])), LogChangedError);
    assert.deepEqual(expected, recorder.log);
    await recorder.close();
    const restored = await openSqliteRecorder({ file });
    assert.deepEqual(restored.log, found);
    assert.deepEqual(await wholeLog(restored), []);
    await restored.close();
  });

  for (const [what, replace] of [
    ["deleted", (file: string) => rmSync(file)],
    ["moved", (file: string) => renameSync(file, `${file}.elsewhere`)],
    [
      "replaced by a copy",
      (file: string) => {
        copyFileSync(file, `${file}.copy`);
        renameSync(`${file}.copy`, file);
      },
    ],
  ] as const) {
    it(`acknowledges nothing once its file was ${what}`, async () => {
      const file = temporaryFile();
      const recorder = await openSqliteRecorder({ file });
      await recorder.append(saveOf([anEvent()]));
      replace(file);
      const save = saveOf([anEvent()]);
      const { message } = await rejection(recorder.append(save), StoreUnavailableError);
      assert.match(message, /moved, deleted or replaced/);
      if (what === "moved") {
        // A mistake that is taken back costs nothing.
        renameSync(`${file}.elsewhere`, file);
        assert.equal((await recorder.append(save)).firstPosition, 2);
      }
      await recorder.close();
    });
  }

  for (const [what, dies] of [
    ["its saves", false],
    ["what a process that died before had saved", true],
  ] as const) {
    it(`brings ${what} to the disk when it is closed while another has it open, durable at close`, async () => {
      const file = temporaryFile();
      const saving = await openSqliteRecorder({ file, durability: "close" });
      await saving.append(saveOf([anEvent()]));
      const watching = new DatabaseSync(file);
      const before = pragma(watching, "data_version");
      const closing = dies ? await openSqliteRecorder({ file, durability: "close" }) : saving;
      await closing.close();
      // By a commit of its own, which waits for the disk.
      assert.notEqual(pragma(watching, "data_version"), before);
      watching.close();
      await saving.close();
    });
  }

  it("refuses a path that can be no file of its own", async () => {
    const file = temporaryFile();
    for (const options of [{ file: "" }, { file: ":memory:" }, { file, derivedFile: file }]) {
      await rejection(openSqliteRecorder(options), ProgrammingError);
    }
  });

  for (const [what, content] of Object.entries({
    "a short text": "hello",
    "a long text": "# Not a database\n".repeat(2_000),
    "a damaged header": `SQLite format 4\0${"\x10".repeat(4_096)}`,
  })) {
    it(`refuses a file that is no database (${what}), says which, and leaves it as it is`, async () => {
      const file = temporaryFile();
      writeFileSync(file, content);
      const error = await rejection(openSqliteRecorder({ file }), NotAStoreError);
      assert.equal(error.code, "NOT_A_STORE");
      assert.match(error.message, /store\.sqlite is not a SQLite database/);
      assert.equal(readFileSync(file, "utf8"), content);
    });
  }

  it("refuses the database of another program, says which, and leaves it as it is", async () => {
    const file = temporaryFile();
    anotherProgramsDatabase(file);
    const before = readFileSync(file);
    const error = await rejection(openSqliteRecorder({ file }), NotAStoreError);
    assert.match(error.message, /store\.sqlite is a SQLite database of another program/);
    assert.deepEqual(readFileSync(file), before);
  });

  it("refuses a directory, and a path in a directory that does not exist", async () => {
    const directory = temporaryFile("directory");
    mkdirSync(directory);
    for (const file of [directory, join(directory, "missing", "store.sqlite")]) {
      const error = await rejection(openSqliteRecorder({ file }), StoreUnavailableError);
      assert.ok(error.message.includes(file), error.message);
      assert.match(error.message, /check that its directory exists/);
    }
  });

  it("refuses a store with a newer schema, and leaves it as it is", async () => {
    const file = temporaryFile();
    await (await openSqliteRecorder({ file })).close();
    const db = new DatabaseSync(file);
    db.exec("pragma user_version = 99");
    db.close();
    const before = readFileSync(file);
    const error = await rejection(openSqliteRecorder({ file }), NewerStoreError);
    assert.deepEqual([error.code, error.schemaVersion, error.supportedVersion], ["NEWER_STORE", 99, 1]);
    assert.ok(error.message.includes(file), error.message);
    assert.deepEqual(readFileSync(file), before);
  });
});

describe("opening the derived data in SQLite", () => {
  for (const [what, damage] of Object.entries<(derived: string) => void>({
    "was deleted": (derived) => rmSync(derived),
    "is garbage": (derived) => writeFileSync(derived, "garbage".repeat(1_000)),
    "is empty": (derived) => writeFileSync(derived, ""),
    "is a database without its tables": (derived) => withDatabase(derived, "drop table log; drop table snapshot"),
    "is of another version, with tables and searches of its own": (derived) =>
      withDatabase(
        derived,
        `pragma user_version = 77; create table "read ""model" (a); create virtual table search using fts5(text);
         create view seen as select * from snapshot`,
      ),
    "is of another epoch": (derived) => withDatabase(derived, "update log set epoch = 'another'"),
  })) {
    it(`makes it anew where it ${what}, and leaves the log untouched`, async () => {
      const file = temporaryFile();
      const derived = `${file}.derived`;
      const recorder = await openSqliteRecorder({ file });
      const snapshot = aSnapshot();
      await recorder.append(saveOf([anEvent(), anEvent()]));
      await recorder.snapshots.write([snapshot]);
      const before = await wholeLog(recorder);
      await recorder.close();
      damage(derived);
      const again = await openSqliteRecorder({ file });
      assert.deepEqual(await wholeLog(again), before);
      assert.deepEqual(again.log, recorder.log);
      assert.deepEqual(await again.snapshots.versions(snapshot.originatorId), []);
      await again.snapshots.write([snapshot]);
      assert.deepEqual(await again.snapshots.versions(snapshot.originatorId), [5]);
      await again.close();
      assert.deepEqual(tablesOf(derived), ["log", "snapshot"]);
    });
  }

  it("keeps it where it belongs to the log", async () => {
    const file = temporaryFile();
    const snapshot = aSnapshot();
    const recorder = await openSqliteRecorder({ file });
    await recorder.snapshots.write([snapshot]);
    await recorder.close();
    const again = await openSqliteRecorder({ file });
    assert.deepEqual(await again.snapshots.versions(snapshot.originatorId), [5]);
    await again.close();
  });

  it("makes it anew where it belongs to another log, in place: another process may have it open", () => {
    const file = temporaryFile();
    const logs = [1, 2].map(() => openLogForWriting(temporaryFile()));
    const [one] = logs;
    if (!one) throw new Error("there are two logs");
    const another = openDerivedForWriting(file, one);
    another.exec("create virtual table search using fts5(text)");
    for (const log of [...logs, one]) {
      const db = openDerivedForWriting(file, log);
      assert.deepEqual(readIdentity(db), readIdentity(log));
      assert.deepEqual(readIdentity(another), readIdentity(log));
      db.close();
    }
    another.close();
    for (const log of logs) log.close();
  });

  it("makes it anew where the log was restored from a backup: its snapshots may be of events that are no more", async () => {
    const [file, backup] = [temporaryFile(), temporaryFile("backup.db")];
    const originatorId = uuid7();
    const recorder = await openSqliteRecorder({ file });
    await recorder.append(saveOf([anEvent({ originatorId, originatorVersion: 1 })]));
    const reading = new DatabaseSync(file);
    reading.exec(`vacuum into '${backup}'`);
    reading.close();
    await recorder.append(saveOf([anEvent({ originatorId, originatorVersion: 2 })]));
    await recorder.snapshots.write([aSnapshot({ originatorId, originatorVersion: 2 })]);
    await recorder.close();
    for (const suffix of ["", "-wal", "-shm"]) rmSync(file + suffix, { force: true });
    copyFileSync(backup, file);
    const restored = await openSqliteRecorder({ file });
    assert.equal(await restored.head(), 1);
    assert.deepEqual(await restored.snapshots.versions(originatorId), []);
    await restored.close();
  });

  it("never throws away a database of another program, nor a log, for a mistaken path", async () => {
    const [file, otherLog, accounts] = [temporaryFile(), temporaryFile(), temporaryFile("accounts.sqlite")];
    anotherProgramsDatabase(accounts);
    await (await openSqliteRecorder({ file: otherLog })).close();
    for (const derivedFile of [accounts, otherLog]) {
      const before = readFileSync(derivedFile);
      const error = await rejection(openSqliteRecorder({ file, derivedFile }), NotAStoreError);
      assert.match(error.message, /of another program/);
      assert.deepEqual(readFileSync(derivedFile), before);
    }
  });
});

function pragma(db: DatabaseSync, name: string): unknown {
  return Object.values(db.prepare(`pragma ${name}`).get() ?? {})[0];
}

function withDatabase(file: string, sql: string): void {
  const db = new DatabaseSync(file);
  db.exec(sql);
  db.close();
}

function anotherProgramsDatabase(file: string): void {
  withDatabase(file, "create table account (name); insert into account values ('ada'); pragma user_version = 1");
}

function tablesOf(file: string): unknown[] {
  const db = new DatabaseSync(file);
  const names = db.prepare("select name from sqlite_schema where type = 'table' order by 1").all();
  db.close();
  return names.map(({ name }) => name);
}
