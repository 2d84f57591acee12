import assert from "node:assert/strict";
import { readFileSync, truncateSync, writeFileSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { beforeAll, describe, it } from "vitest";
import { noteRun } from "../../../../tools/reliability/run.ts";
import { NIGHTLY } from "../../../../tools/reliability/size.ts";
import { openSqliteRecorder } from "../../src/adapters/sqlite/sqlite-recorder.ts";
import { Application } from "../../src/application/application.ts";
import { readNotifications } from "../../src/application/notification-log.ts";
import { CodedError } from "../../src/domain/errors.ts";
import type { Uuid } from "../../src/domain/uuid.ts";
import type { RecordedEvent } from "../../src/persistence/stored-event.ts";
import { comparable, upTo, wholeLog } from "../../src/testing/contract-case.ts";
import { Account, accountLog, Name } from "../account.ts";
import { fileInMemory } from "../sqlite/temporary-file.ts";

// A deposit to the second account, in the third round: there are events before and after it, and of other accounts too.
const DAMAGED = 17;
const ACCOUNTS = 5;
const TIMEOUT = NIGHTLY ? 600_000 : 60_000;

let file: string;
let log: readonly RecordedEvent[];
let whole: Contents;

beforeAll(async () => {
  file = fileInMemory();
  await fill(file);
  whole = await contentsOf(file);
  const recorder = await openSqliteRecorder({ file });
  log = await wholeLog(recorder);
  await recorder.close();
});

describe("an event whose row was altered", () => {
  const found: readonly [column: string, value: string, aggregate: string, log: string][] = [
    ["position", "999", "the same", "NOT_A_STORE"],
    ["event_id", "replace(event_id, '-', '+')", "DAMAGED_EVENT", "DAMAGED_EVENT"],
    ["originator_id", "upper(originator_id) || 'x'", "INAPPLICABLE_EVENT", "DAMAGED_EVENT"],
    ["originator_version", "666", "INAPPLICABLE_EVENT", "the same"],
    ["topic", "'Account.Withdrawn'", "DAMAGED_EVENT", "DAMAGED_EVENT"],
    ["topic", "'Account.Depositee'", "UNKNOWN_TOPIC", "UNKNOWN_TOPIC"],
    ["schema_version", "2", "FUTURE_EVENT", "FUTURE_EVENT"],
    ["save_id", "replace(save_id, '-', '+')", "DAMAGED_EVENT", "DAMAGED_EVENT"],
    ["encoding", "'json+gzip'", "DAMAGED_EVENT", "DAMAGED_EVENT"],
    ["state", "replace(state, 'amount', 'amounu')", "DAMAGED_EVENT", "DAMAGED_EVENT"],
    ["state", "replace(state, '3', '7')", "DAMAGED_EVENT", "DAMAGED_EVENT"],
    ["checksum", "checksum + 1", "DAMAGED_EVENT", "DAMAGED_EVENT"],
    // What reading does not find: see docs/reliability.md.
    ["recorded_at", "recorded_at + 1", "the same", "the same"],
    ["idempotency_key", "'another'", "the same", "the same"],
  ];
  for (const [column, value, ofAggregate, ofLog] of found) {
    it(`is found by its ${column} (${value}): by its aggregate ${ofAggregate}, by the log ${ofLog}; the others are served`, async () => {
      const damaged = copy();
      alter(damaged, `update event set ${column} = ${value} where position = ${DAMAGED}`);
      const contents = await contentsOf(damaged);
      const { originatorId } = log[DAMAGED - 1] ?? {};
      for (const [id, account] of contents.accounts) {
        if (id !== originatorId || ofAggregate === "the same") assert.equal(account, whole.accounts.get(id));
        else assert.match(account, new RegExp(`^${ofAggregate}: `));
      }
      if (ofLog === "the same") assert.equal(contents.log.length, whole.log.length);
      else assert.match(contents.log.at(-1) ?? "", new RegExp(`^${ofLog}: `));
      const named = contents.accounts.get(originatorId as Uuid) ?? "";
      if (/DAMAGED|INAPPLICABLE/.test(ofAggregate)) assert.ok(named.includes(String(originatorId)), named);
    });
  }

  it("is not found by the database, nor by a reader that leaves the checksum aside (the control)", () => {
    const damaged = copy();
    alter(damaged, `update event set state = replace(state, '3', '7') where position = ${DAMAGED}`);
    const db = new DatabaseSync(damaged);
    assert.deepEqual({ ...db.prepare("pragma integrity_check").get() }, { integrity_check: "ok" });
    const balance = `select sum(iif(topic = 'Account.Withdrawn', -1, 1) * coalesce(state ->> 'amount', state ->> '$[0].amount')) as n from event`;
    const plain = new DatabaseSync(file);
    assert.notEqual(db.prepare(balance).get()?.["n"], plain.prepare(balance).get()?.["n"]);
    for (const each of [db, plain]) each.close();
  });
});

describe("a file of which some byte was flipped", () => {
  it(
    "gives what was recorded, or says what is damaged; what it does not say `integrity_check` does",
    async () => {
      const bytes = readFileSync(file);
      const used = [...bytes.keys()].filter((at) => bytes[at] !== 0);
      const tries = NIGHTLY ? 400 : 20;
      const counts = { "no effect": 0, found: 0, refused: 0, "not found by reading": 0 };
      for (const n of upTo(tries)) {
        const at = used[Math.floor(((n - Math.random()) / tries) * used.length)] ?? 0;
        const bit = 1 << Math.floor(Math.random() * 8);
        const damaged = copy((content) => {
          content[at] = (content[at] ?? 0) ^ bit;
        });
        const effect = await effectOf(damaged);
        counts[effect] += 1;
        if (effect === "not found by reading") assert.ok(isKnown(damaged), `bit ${bit} of byte ${at} was not found`);
      }
      assert.ok(counts.found >= tries / 20, JSON.stringify(counts));
      noteRun({
        promises: [10],
        store: "SQLite",
        what: "one bit flipped somewhere in the file, all aggregates and the whole log read",
        figures: { flips: tries, ...counts },
        control: "SQLite's `integrity_check` passes an altered state, and a reader without the checksum believes it",
      });
    },
    TIMEOUT,
  );

  it("and one that is cut short is refused, or says what is missing", async () => {
    const { length } = readFileSync(file);
    for (const size of [1, 100, 4_096, Math.floor(length / 2), length - 4_096]) {
      const damaged = copy();
      truncateSync(damaged, size);
      assert.match(await effectOf(damaged), /^(found|refused)$/, `${size} of ${length} bytes`);
    }
  });
});

describe("a write-ahead log that is cut short or damaged", () => {
  it("ends there: what stands is a prefix of whole saves", { timeout: TIMEOUT }, async () => {
    const open = fileInMemory();
    const recorder = await fill(open, "leave open");
    const [rows, database, wal] = [await wholeLog(recorder), readFileSync(open), readFileSync(`${open}-wal`)];
    await recorder.close();
    const lengths: number[] = [];
    const places = NIGHTLY ? 60 : 6;
    for (const n of upTo(places)) {
      const at = Math.floor((wal.length * (n - 1)) / places);
      for (const content of [wal.subarray(0, at), wal.map((byte, index) => (index === at ? byte ^ 4 : byte))]) {
        const damaged = fileInMemory();
        writeFileSync(damaged, database);
        writeFileSync(`${damaged}-wal`, content);
        const again = await openSqliteRecorder({ file: damaged });
        const kept = await wholeLog(again);
        await again.close();
        assert.deepEqual(comparable(kept), comparable(rows.slice(0, kept.length)));
        assert.notEqual(rows[kept.length]?.saveId, kept.at(-1)?.saveId ?? "none");
        lengths.push(kept.length);
      }
    }
    assert.ok(Math.max(...lengths) > rows.length / 2 && Math.min(...lengths) === 0, lengths.join(", "));
  });
});

/** What can be read of a store: a state or an error of each account, and of each event until one cannot be read. */
interface Contents {
  readonly accounts: ReadonlyMap<Uuid, string>;
  readonly log: readonly string[];
}

let ids: readonly Uuid[] = [];

async function fill(store: string, end?: "leave open") {
  const recorder = await openSqliteRecorder({ file: store });
  const app = await openApp(recorder);
  const accounts = upTo(ACCOUNTS).map((n) => Account.create({ owner: `owner ${n}` }));
  for (const round of upTo(6)) {
    for (const [index, account] of accounts.entries()) {
      if (round > 1) account.deposit(3);
      const opened = round === 1 ? [accountLog.event({ accountId: account.id })] : [];
      await app.saveWith({ idempotencyKey: `${round} ${index}` }, account, ...opened);
    }
  }
  if (!end) {
    ids = accounts.map(({ id }) => id);
    await recorder.close();
  }
  return recorder;
}

function openApp(store: Awaited<ReturnType<typeof openSqliteRecorder>>): Promise<Application> {
  return Application.open({ name: "Damage", aggregates: [Account, Name], logs: [accountLog], store, env: {} });
}

/** Rejects where the store cannot be opened. */
async function contentsOf(store: string): Promise<Contents> {
  const app = await openApp(await openSqliteRecorder({ file: store }));
  try {
    const accounts = new Map<Uuid, string>();
    for (const id of ids) {
      const read = async () => JSON.stringify((await app.repository.get(Account, id)).state);
      accounts.set(id, await read().catch(nameOf));
    }
    const events: string[] = [];
    const read = async () => {
      for await (const row of readNotifications(app.notificationLog)) {
        events.push(JSON.stringify({ ...app.toDomainEvent(row), recordedAt: 0 }));
      }
    };
    await read().catch((error) => events.push(nameOf(error)));
    return { accounts, log: events };
  } finally {
    await app.close();
  }
}

/** An error of ours; any other fails the test. */
function nameOf(error: unknown): string {
  if (error instanceof CodedError) return `${error.code}: ${error.message}`;
  throw error;
}

async function effectOf(store: string): Promise<"no effect" | "found" | "refused" | "not found by reading"> {
  const contents = await contentsOf(store).catch(nameOf);
  if (typeof contents === "string") return "refused";
  const [read, expected] = [contents, whole].map(({ accounts, log: events }) => [...accounts.values(), ...events]);
  if (String(read) === String(expected)) return "no effect";
  return read?.some((one) => /^[A-Z_]+: /.test(one)) ? "found" : "not found by reading";
}

/** Whether `integrity_check` finds what is wrong with a store, or cannot read it. */
function isKnown(store: string): boolean {
  const db = new DatabaseSync(store);
  try {
    return db.prepare("pragma integrity_check").get()?.["integrity_check"] !== "ok";
  } catch {
    return true;
  } finally {
    db.close();
  }
}

/** A copy of the store, with its bytes changed. */
function copy(change?: (content: Buffer) => void): string {
  const damaged = fileInMemory();
  const content = readFileSync(file);
  change?.(content);
  writeFileSync(damaged, content);
  return damaged;
}

function alter(store: string, statement: string): void {
  const db = new DatabaseSync(store);
  db.exec(`drop trigger event_no_update; ${statement}`);
  assert.equal(db.prepare("select changes() as n").get()?.["n"], 1);
  db.close();
}
