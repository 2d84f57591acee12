import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { z } from "zod";
import { ENGINES, type TestStore } from "../../../../tools/testing/engines.ts";
import { Account, accountLog, actor, InsufficientFundsError, Name } from "../../test/account.ts";
import { AggregateBusyError, StaleAggregateError, UnknownOutcomePendingError } from "../domain/aggregate-errors.ts";
import { defineAggregate } from "../domain/define-aggregate.ts";
import { ProgrammingError } from "../domain/errors.ts";
import { defineLog } from "../domain/event-log.ts";
import { uuid7 } from "../domain/uuid.ts";
import { aes256gcm } from "../persistence/cipher.ts";
import { Encoder } from "../persistence/encoder.ts";
import type { Recorder } from "../persistence/recorder.ts";
import { SnapshotMapper } from "../persistence/snapshot-mapper.ts";
import {
  ClockSkewError,
  OutcomeUnknownError,
  StoreClosedError,
  StoreUnavailableError,
  VersionConflictError,
} from "../persistence/store-errors.ts";
import { JsonTranscoder } from "../persistence/transcoder.ts";
import { Application, type ApplicationOptions } from "./application.ts";
import { contextVariable } from "./context-variable.ts";
import type { At } from "./repository.ts";
import { AggregateNotFoundError, VersionNotFoundError } from "./repository-errors.ts";

describe.each(Object.entries(ENGINES))("an application on %s", (_engine, createStore) => {
  let store: TestStore;
  let recorder: Recorder;
  let now: number;

  const open = (options: Partial<ApplicationOptions> = {}) =>
    Application.open({
      name: "Bank",
      aggregates: [Account, Name],
      logs: [accountLog],
      store: recorder,
      env: {},
      ...options,
    });

  const openAccount = (deposits: number) => {
    const account = Account.create({ owner: "Ana" });
    for (let i = 1; i <= deposits; i++) account.deposit(i);
    return account;
  };

  beforeEach(async () => {
    now = Date.UTC(2026, 0, 1);
    store = await createStore();
    recorder = await store.open({ clock: () => now });
  });

  afterEach(() => store.drop());

  test("answers undefined for a save of nothing, and records nothing", async () => {
    const app = await open();
    const account = openAccount(0);
    await app.save(account);
    expect(await app.save(account)).toBeUndefined();
    expect(await app.save()).toBeUndefined();
    expect(await recorder.head()).toBe(1);
  });

  test("records several aggregates and log events in one save, in the order given", async () => {
    const app = await open();
    const account = openAccount(1);
    const name = Name.create({ name: "ana" });
    const receipt = await app.save(account, accountLog.event({ accountId: account.id }), name);
    expect(receipt).toMatchObject({ firstPosition: 1, lastPosition: 4, versions: [1, 2, 1, 1], repeated: false });
    const topics = (await app.notificationLog.select({ limit: 10 })).map(({ topic }) => topic);
    expect(topics).toEqual(["Account.Created", "Account.Deposited", "AccountOpened", "Name.Created"]);
  });

  test("gets an aggregate back as it was saved, from another application without a cache", async () => {
    const account = actor.run("teller", () => openAccount(3));
    await (await open()).save(account);
    const found = await (await open({ cacheSize: 0 })).repository.get(Account, account.id);
    expect(found.version).toBe(4);
    expect(found.state).toEqual({ owner: "Ana", balance: 6, closed: false, lastActor: "teller" });
    expect(found.pendingEvents).toEqual([]);
  });

  test("gives each caller an object of its own, so that a command on one is not seen in another", async () => {
    const app = await open();
    const account = openAccount(1);
    await app.save(account);
    const one = await app.repository.get(Account, account.id);
    const two = await app.repository.get(Account, account.id);
    one.deposit(100);
    expect(two.state.balance).toBe(1);
    expect((await app.repository.get(Account, account.id)).state.balance).toBe(1);
  });

  test("gets any version, and says which there are where it is asked for another", async () => {
    const app = await open({ snapshotEvery: { Account: 5 } });
    const account = openAccount(12);
    await app.save(account);
    for (let version = 1; version <= 13; version++) {
      const { state } = await app.repository.get(Account, account.id, { version });
      expect(state.balance).toBe(((version - 1) * version) / 2);
    }
    const refused = app.repository.get(Account, account.id, { version: 14 });
    await expect(refused).rejects.toThrow(VersionNotFoundError);
    await expect(refused).rejects.toMatchObject({ version: 14, currentVersion: 13 });
    await expect(app.repository.get(Account, account.id, { version: 0 })).rejects.toMatchObject({
      code: "INVALID_RANGE",
    });
    await expect(app.repository.get(Account, account.id, { version: 1.5 })).rejects.toMatchObject({
      code: "INVALID_RANGE",
    });
  });

  test("gets an aggregate as it was at a position and at an instant", async () => {
    const app = await open();
    const account = openAccount(0);
    const start = now;
    await app.save(Name.create({ name: "before" }));
    now += 1_000;
    await app.save(account);
    now += 1_000;
    account.deposit(10);
    await app.save(account);
    const at = (instant: number | Date) => app.repository.get(Account, account.id, { instant });
    await expect(at(start + 999)).rejects.toThrow(AggregateNotFoundError);
    expect((await at(start + 1_000)).state.balance).toBe(0);
    expect((await at(new Date(start + 1_999))).state.balance).toBe(0);
    expect((await at(start + 2_000)).state.balance).toBe(10);
    expect((await app.repository.get(Account, account.id, { position: 2 })).version).toBe(1);
    await expect(app.repository.get(Account, account.id, { position: 1 })).rejects.toThrow(AggregateNotFoundError);
    await expect(at(new Date("nonsense"))).rejects.toMatchObject({ code: "INVALID_RANGE", parameter: "instant" });
  });

  test("finds an aggregate as it was, or nothing where it was not yet", async () => {
    const app = await open();
    const account = openAccount(1);
    await app.save(Name.create({ name: "before" }), account);
    const find = (at: At) => app.repository.find(Account, account.id, at);
    expect((await find({ version: 1 }))?.version).toBe(1);
    expect((await find({ instant: now }))?.version).toBe(2);
    expect((await find({ position: 2 }))?.version).toBe(1);
    expect(await find({ position: 1 })).toBeUndefined();
    expect(await find({ instant: now - 1 })).toBeUndefined();
    expect(await find({ version: 3 })).toBeUndefined();
    await expect(find({ version: 0 })).rejects.toMatchObject({ code: "INVALID_RANGE" });
    expect(await app.repository.find(Account, uuid7(), { version: 1 })).toBeUndefined();
  });

  test("says so where there is no such aggregate, or it is of another kind", async () => {
    const app = await open();
    const name = Name.create({ name: "ana" });
    await app.save(name);
    await expect(app.repository.get(Account, uuid7())).rejects.toThrow(AggregateNotFoundError);
    expect(await app.repository.find(Account, uuid7())).toBeUndefined();
    await expect(app.repository.get(Account, name.id)).rejects.toThrow("Name.Created");
    // Also where the other kind stands in the cache.
    await app.repository.get(Name, name.id);
    await expect(app.repository.get(Account, name.id)).rejects.toThrow(AggregateNotFoundError);
    // What is no id in canonical form is nobody's, on every store.
    for (const id of ["nope", name.id.toUpperCase()] as never[]) {
      await expect(app.repository.get(Name, id)).rejects.toThrow(AggregateNotFoundError);
      await expect(app.repository.get(Name, id)).rejects.toThrow(/36 characters of lower-case hexadecimal/);
      expect(await app.repository.find(Name, id)).toBeUndefined();
      expect(await app.repository.history(Name, id)).toEqual([]);
    }
  });

  test("gets many aggregates in the order of their ids, cached, from snapshots and from events alike", async () => {
    const app = await open({ snapshotEvery: { Account: 5 } });
    const accounts = [openAccount(2), openAccount(7), openAccount(0)];
    for (const account of accounts) await app.save(account);
    const cold = await open({ cacheSize: 2 });
    await cold.repository.get(Account, (accounts[0] as (typeof accounts)[0]).id);
    const ids = [accounts[1], accounts[0], accounts[2]].map((account) => (account as (typeof accounts)[0]).id);
    const found = await cold.repository.getMany(Account, [...ids, uuid7()]);
    expect([...found.keys()]).toEqual(ids);
    expect([...found.values()].map(({ state }) => state.balance)).toEqual([28, 3, 0]);
    expect((await cold.repository.getMany(Account, [])).size).toBe(0);
  });

  test("sees what another application has saved since it cached an aggregate", async () => {
    const [here, there] = [await open(), await open()];
    const account = openAccount(0);
    await here.save(account);
    const other = await there.repository.get(Account, account.id);
    other.deposit(5);
    await there.save(other);
    expect((await here.repository.get(Account, account.id)).state.balance).toBe(5);
  });

  test("refuses the second of two saves from one version, and that object from then on", async () => {
    const app = await open();
    const account = openAccount(0);
    await app.save(account);
    const [one, two] = [await app.repository.get(Account, account.id), await app.repository.get(Account, account.id)];
    one.deposit(1);
    two.deposit(2);
    await app.save(one);
    const name = Name.create({ name: "ana" });
    const refused = app.save(name, two);
    await expect(refused).rejects.toThrow(VersionConflictError);
    await expect(refused).rejects.toMatchObject({
      aggregate: "Account",
      originatorId: account.id,
      expectedVersion: 1,
      currentVersion: 2,
    });
    expect(() => two.deposit(3)).toThrow(StaleAggregateError);
    await expect(app.save(two)).rejects.toThrow(StaleAggregateError);
    // The other aggregate of the save is as it was before, and can be saved without the loser.
    expect(await app.save(name)).toMatchObject({ versions: [1] });
    expect((await app.repository.get(Account, account.id)).state.balance).toBe(1);
  });

  test("refuses a command or a second save while an aggregate is being saved, and loses nothing by it", async () => {
    const app = await open();
    const account = openAccount(1);
    const saving = app.save(account);
    expect(() => account.deposit(2)).toThrow(AggregateBusyError);
    await expect(app.save(account)).rejects.toThrow(AggregateBusyError);
    await saving;
    account.deposit(2);
    expect(await app.save(account)).toMatchObject({ versions: [3] });
  });

  test("keeps the pending events of a save that failed, and records them once when it is tried again", async () => {
    const app = await open();
    await app.save(openAccount(0));
    now -= 3_600_000;
    const account = openAccount(2);
    await expect(app.save(account)).rejects.toThrow(ClockSkewError);
    expect(account.pendingEvents).toHaveLength(3);
    now += 3_600_000;
    const receipt = await app.save(account);
    expect(receipt).toMatchObject({ firstPosition: 2, lastPosition: 4, versions: [1, 2, 3] });
    expect(await recorder.head()).toBe(4);
  });

  test("takes no command between an unknown outcome and the save that resolves it, and records once", async () => {
    // A store that goes away once after it has committed; the rest is the real one.
    let goesAway = true;
    const leaving = withOther(recorder, {
      append: async (save) => {
        const receipt = await recorder.append(save);
        if (goesAway) throw new OutcomeUnknownError(save.saveId, new Error("gone"));
        return receipt;
      },
    });
    const app = await open({ store: leaving, snapshotEvery: { Account: 2 } });
    const account = openAccount(1);
    await expect(app.save(account)).rejects.toThrow(OutcomeUnknownError);
    expect(() => account.deposit(5)).toThrow(UnknownOutcomePendingError);
    await expect(app.save(account)).rejects.toThrow(OutcomeUnknownError);
    expect(() => account.deposit(5)).toThrow(UnknownOutcomePendingError);
    goesAway = false;
    expect(await app.save(account)).toMatchObject({ versions: [1, 2], repeated: true });
    account.deposit(5);
    await app.save(account);
    expect((await app.repository.get(Account, account.id)).state.balance).toBe(6);
    expect(await recorder.head()).toBe(3);
    expect(await recorder.snapshots.versions(account.id)).toEqual([2]);
  });

  test("saves and loads where snapshots fail, and says so, whatever becomes of the warning", async () => {
    const broken = async () => {
      throw new StoreUnavailableError("no snapshots today");
    };
    const without = withOther(recorder, {
      snapshots: { write: broken, find: broken, versions: broken, remove: broken },
      readFromSnapshot: broken,
    });
    const warnings: string[] = [];
    const onWarning = (warning: Error) => {
      warnings.push(warning.message);
      throw new Error("nobody listens");
    };
    const app = await open({ store: without, snapshotEvery: { Account: 2 }, cacheSize: 0, onWarning });
    const account = openAccount(3);
    expect(await app.save(account)).toMatchObject({ versions: [1, 2, 3, 4] });
    expect((await app.repository.get(Account, account.id)).state.balance).toBe(6);
    expect((await app.repository.getMany(Account, [account.id])).size).toBe(1);
    // Once where one was to be taken, and at each reading: the one for version 2 reads too.
    expect(warnings.filter((warning) => warning.startsWith("no snapshot of Account"))).toHaveLength(1);
    expect(warnings.filter((warning) => warning.startsWith("snapshots cannot be read"))).toHaveLength(3);
  });

  test("records nothing of a command that throws", async () => {
    const app = await open();
    const account = openAccount(1);
    expect(() => account.withdraw(100)).toThrow(InsufficientFundsError);
    await app.save(account);
    expect((await app.repository.get(Account, account.id)).version).toBe(2);
  });

  test("records a save with an idempotency key once, and makes the loser load anew", async () => {
    const app = await open();
    const account = openAccount(0);
    await app.save(account);
    const again = await app.repository.get(Account, account.id);
    account.deposit(5);
    again.deposit(5);
    expect(await app.findReceipt("payment 1")).toBeUndefined();
    const first = await app.saveWith({ idempotencyKey: "payment 1" }, account);
    expect(await app.findReceipt("payment 1")).toEqual({ ...first, repeated: true });
    const second = await app.saveWith({ idempotencyKey: "payment 1" }, again);
    expect(second).toEqual({ ...first, repeated: true });
    expect((await app.repository.get(Account, account.id)).state.balance).toBe(5);
    expect(() => again.deposit(1)).toThrow(StaleAggregateError);
  });

  test("gives the metadata of a save to each of its events", async () => {
    const app = await open();
    const account = openAccount(1);
    await app.saveWith({ metadata: { summary: "first money" } }, account);
    const events = await app.repository.history(Account, account.id);
    expect(events.map(({ metadata }) => metadata)).toEqual([{ summary: "first money" }, { summary: "first money" }]);
    expect(events.map(({ data }) => data)).toEqual([
      { owner: "Ana", actor: null },
      { amount: 1, actor: null },
    ]);
  });

  test("gives each save the metadata of what surrounds it, and what the save says wins", async () => {
    const correlation = contextVariable({ schema: z.string().optional(), fallback: undefined });
    const app = await open({ metadata: () => ({ correlation: correlation.get(), node: "north" }) });
    const account = openAccount(0);
    await correlation.run("request 1", () => app.save(account, accountLog.event({ accountId: account.id })));
    account.deposit(1);
    await correlation.run("request 2", () => app.saveWith({ metadata: { node: "south", summary: "money" } }, account));
    account.deposit(2);
    await app.save(account);
    const events = await app.repository.history(Account, account.id);
    expect(events.map(({ metadata }) => metadata)).toStrictEqual([
      { correlation: "request 1", node: "north" },
      { correlation: "request 2", node: "south", summary: "money" },
      { node: "north" },
    ]);
    expect((await app.log(accountLog).last())?.metadata).toEqual({ correlation: "request 1", node: "north" });
  });

  test("keeps the pending events of a save whose metadata cannot be had", async () => {
    let isKnown = false;
    const metadata = () => {
      if (!isKnown) throw new Error("nobody is here");
      return { actor: "ana" };
    };
    const app = await open({ metadata });
    const account = openAccount(0);
    await expect(app.save(account)).rejects.toThrow("nobody is here");
    isKnown = true;
    expect(await app.save(account)).toMatchObject({ versions: [1] });
  });

  test("answers the history of the aggregate asked for, and never another's as its own", async () => {
    const app = await open();
    const name = Name.create({ name: "ana" });
    await app.save(name);
    expect((await app.repository.history(Name, name.id)).map(({ data }) => data.name)).toEqual(["ana"]);
    await expect(app.repository.history(Account, name.id)).rejects.toThrow(AggregateNotFoundError);
    expect(await app.repository.history(Account, uuid7())).toEqual([]);
    const misplaced = defineLog({ name: "Misplaced", id: name.id, event: {} });
    const misled = await open({ logs: [misplaced] });
    await expect(misled.log(misplaced).select()).rejects.toMatchObject({ code: "UNKNOWN_TOPIC" });
  });

  test("refuses definitions that it was not given, also one with the name of another", async () => {
    const app = await open();
    const twin = defineAggregate({ name: "Account", events: { Created: {} }, create: () => ({}), apply: {} });
    const account = openAccount(0);
    await app.save(account);
    for (const call of [
      () => app.repository.get(twin, account.id),
      () => app.repository.find(twin, account.id),
      () => app.repository.history(twin, account.id),
    ]) {
      await expect(call()).rejects.toMatchObject({ code: "PROGRAMMING_ERROR" });
    }
    const other = defineLog({ name: "Other", id: uuid7(), event: {} });
    expect(() => app.log(other)).toThrow(ProgrammingError);
  });

  test("refuses options that it cannot be opened with, and says which", async () => {
    await expect(open({ name: undefined as never })).rejects.toThrow(/"name" of an application is undefined/);
    await expect(open({ aggregates: undefined as never })).rejects.toThrow(/"aggregates" .* no list/);
    const declared = { name: "Account", events: {} };
    await expect(open({ aggregates: [declared as never] })).rejects.toThrow(/"aggregates" .* "defineAggregate"/);
    await expect(open({ logs: [declared as never] })).rejects.toThrow(/"logs" .* "defineLog"/);
    await expect(open({ store: Promise.resolve(recorder) as never })).rejects.toThrow(/"store" is a promise; await it/);
    await expect(open({ aggregates: [Account, Account] })).rejects.toThrow(/two aggregates are called "Account"/);
    await expect(open({ name: "" })).rejects.toMatchObject({ code: "PROGRAMMING_ERROR" });
  });

  test("refuses a time that is yet to come, and takes that of the last event for one before it", async () => {
    const app = await open();
    await app.save(openAccount(0));
    const account = openAccount(0);
    await expect(app.saveWith({ recordedAt: Date.now() + 3_600_000 }, account)).rejects.toMatchObject({
      code: "INVALID_SAVE",
    });
    expect(await app.saveWith({ recordedAt: 5 }, account)).toMatchObject({ recordedAt: now });
  });

  test("refuses calls that were mixed up, and records nothing", async () => {
    const app = await open();
    const account = openAccount(0);
    expect(() => app.saveWith(account as never)).toThrow(ProgrammingError);
    for (const item of [{}, undefined, null, "id", [account], app.repository.find(Account, account.id)]) {
      await expect(app.save(item as never)).rejects.toThrow(/save takes aggregates and log events/);
    }
    expect(await recorder.head()).toBe(0);
    await app.save(account);
    for (const at of [1, {}, { verison: 1 }, { version: 1, position: 1 }]) {
      await expect(app.repository.get(Account, account.id, at as never)).rejects.toThrow(
        /give one of { version }, { position } and { instant }/,
      );
    }
  });

  test("uses snapshots that were taken under a former name", async () => {
    const account = openAccount(2);
    const mapper = new SnapshotMapper(new Encoder({ transcoder: new JsonTranscoder() }));
    const renamed = { ...Account, name: "Konto", formerly: ["Account"] };
    const row = await mapper.toStored(Account, account.id, { version: 2, state: account.state });
    expect(mapper.toState(renamed, row)?.version).toBe(2);
  });

  test("takes a snapshot at each multiple of the interval, also where one save passes several", async () => {
    const app = await open({ snapshotEvery: { Account: 5 } });
    const account = openAccount(12);
    await app.save(account);
    expect(await recorder.snapshots.versions(account.id)).toEqual([5, 10]);
    for (let i = 0; i < 4; i++) {
      account.deposit(1);
      await app.save(account);
    }
    expect(await recorder.snapshots.versions(account.id)).toEqual([5, 10, 15]);
  });

  test("starts from a snapshot and not from the events before it", async () => {
    const app = await open({ cacheSize: 0 });
    const account = openAccount(2);
    await app.save(account);
    const mapper = new SnapshotMapper(new Encoder({ transcoder: new JsonTranscoder() }));
    const telling = { version: 2, state: { ...account.state, balance: 1_000 } };
    await recorder.snapshots.write([await mapper.toStored(Account, account.id, telling)]);
    expect((await app.repository.get(Account, account.id)).state.balance).toBe(1_002);
    expect((await app.repository.get(Account, account.id, { version: 1 })).state.balance).toBe(0);
    expect((await app.repository.getMany(Account, [account.id])).get(account.id)?.state.balance).toBe(1_002);
  });

  test("reads on where more events follow a snapshot than are read at once", async () => {
    const app = await open({ cacheSize: 0 });
    const account = openAccount(2_001);
    await app.save(account);
    const mapper = new SnapshotMapper(new Encoder({ transcoder: new JsonTranscoder() }));
    const telling = { version: 1, state: { ...account.state, balance: 1_000 } };
    await recorder.snapshots.write([await mapper.toStored(Account, account.id, telling)]);
    const { version, state } = await app.repository.get(Account, account.id);
    expect([version, state.balance]).toEqual([2_002, 1_000 + (2_001 * 2_002) / 2]);
  });

  test("passes over a snapshot that is damaged", async () => {
    const app = await open({ cacheSize: 0 });
    const account = openAccount(2);
    await app.save(account);
    const mapper = new SnapshotMapper(new Encoder({ transcoder: new JsonTranscoder() }));
    const damaged = await mapper.toStored(Account, account.id, { version: 2, state: { balance: 1_000 } });
    await recorder.snapshots.write([{ ...damaged, checksum: damaged.checksum ^ 1 }]);
    expect((await app.repository.get(Account, account.id)).state.balance).toBe(3);
  });

  test("takes a snapshot on demand", async () => {
    const app = await open();
    const account = openAccount(2);
    await app.save(account);
    await app.takeSnapshot(Account, account.id);
    const [row] = await recorder.snapshots.find([{ originatorId: account.id }]);
    expect(row).toMatchObject({ topic: "Account", originatorVersion: 3, schemaVersion: 1 });
    // Also in the place of one that cannot be used.
    if (row) await recorder.snapshots.write([{ ...row, schemaVersion: 9 }]);
    await app.takeSnapshot(Account, account.id);
    expect(await recorder.snapshots.find([{ originatorId: account.id }])).toEqual([row]);
  });

  test("reads what is compressed and encrypted, and old rows after a change of keys and compressors", async () => {
    const [old, young] = ["old", "young"].map((keyId) =>
      aes256gcm({ keyId, key: new Uint8Array(32).fill(keyId.length) }),
    );
    if (!old || !young) throw new Error("two ciphers");
    const account = Account.create({ owner: "Ana ".repeat(100) });
    await (await open()).save(account);
    account.deposit(1);
    await (await open({ compressor: "gzip", ciphers: [old] })).save(account);
    account.deposit(2);
    const app = await open({ ciphers: [young, old] });
    await app.save(account);
    expect((await app.repository.get(Account, account.id)).state.balance).toBe(3);
    const encodings = (await recorder.readLog({ limit: 9 })).map(({ encoding }) => encoding);
    expect(encodings).toEqual(["json", "json+aes256gcm:old", "json+aes256gcm:young"]);
    const withoutKey = await open({ ciphers: [young] });
    await expect(withoutKey.repository.get(Account, account.id)).rejects.toMatchObject({
      code: "DAMAGED_EVENT",
      originatorVersion: 2,
    });
  });

  test("selects from an event-sourced log by its own positions", async () => {
    const app = await open();
    for (let i = 1; i <= 5; i++) await app.save(accountLog.event({ accountId: `${i}` }), openAccount(1));
    const log = app.log(accountLog);
    const ids = async (selection: Parameters<typeof log.select>[0]) =>
      (await log.select(selection)).map(({ data }) => data.accountId);
    expect(await ids({})).toEqual(["1", "2", "3", "4", "5"]);
    expect(await ids({ gt: 1, lte: 4 })).toEqual(["2", "3", "4"]);
    expect(await ids({ desc: true, limit: 3, lte: 2 })).toEqual(["2", "1"]);
    expect(await ids({ limit: 2 })).toEqual(["1", "2"]);
    expect((await log.last())?.data.accountId).toBe("5");
    await expect(log.select({ limit: -1 })).rejects.toMatchObject({ code: "INVALID_RANGE" });
  });

  test("closes at the end of a block that it was opened for", async () => {
    {
      await using app = await open();
      expect(await app.save(openAccount(0))).toBeDefined();
    }
    await expect(recorder.head()).rejects.toThrow(StoreClosedError);
  });

  test("closes once, and refuses everything after", async () => {
    const app = await open();
    await app.close();
    await app.close();
    const account = openAccount(0);
    await expect(app.save(account)).rejects.toThrow(StoreClosedError);
    await expect(app.repository.get(Account, account.id)).rejects.toThrow(StoreClosedError);
  });
});

/** A recorder that is another in some of its parts. */
function withOther(recorder: Recorder, other: Partial<Recorder>): Recorder {
  return new Proxy(recorder, {
    get(target, name) {
      const value: unknown = Reflect.get(name in other ? other : target, name);
      return typeof value === "function" ? value.bind(name in other ? other : target) : value;
    },
  });
}
