import assert from "node:assert/strict";
import type { SqlSession, SqlValue } from "../persistence/read-model-store.ts";
import type { Recorder } from "../persistence/recorder.ts";
import { StoreClosedError, StoreError } from "../persistence/store-errors.ts";
import { type ContractCase, rejection } from "./contract-case.ts";

const create = (sql: SqlSession) =>
  sql.query(`create table ${sql.qualify("item")} (name text primary key, n bigint not null)`);

async function withItems(recorder: Recorder): Promise<Recorder["readModels"]> {
  await recorder.readModels.transaction(create);
  return recorder.readModels;
}

const insert = (sql: SqlSession, name: string, n: number) =>
  sql.query(`insert into ${sql.qualify("item")} (name, n) values ($1, $2)`, [name, n]);

async function itemsOf({ reader }: Recorder["readModels"]): Promise<Record<string, SqlValue>> {
  const rows = await reader.query<{ name: string; n: number }>(
    `select name, n from ${reader.qualify("item")} order by name`,
  );
  return Object.fromEntries(rows.map(({ name, n }) => [name, n]));
}

export const readModels: readonly ContractCase[] = [
  {
    name: "keeps what a transaction wrote, and nothing of one that rejects",
    async run({ open }) {
      const store = await withItems(await open());
      const answer = await store.transaction(async (sql) => {
        await insert(sql, "first", 1);
        return "done";
      });
      assert.equal(answer, "done");
      const mistake = new TypeError("a mistake of the caller");
      const [outcome] = await Promise.allSettled([
        store.transaction(async (sql) => {
          await insert(sql, "second", 2);
          throw mistake;
        }),
      ]);
      assert.equal(outcome.status === "rejected" && outcome.reason, mistake);
      assert.deepEqual(await itemsOf(store), { first: 1 });
    },
  },
  {
    name: "gives back every value that a statement takes",
    async run({ open }) {
      const { readModels: store } = await open();
      const blob = store.reader.dialect === "postgres" ? "bytea" : "blob";
      await store.transaction((sql) =>
        sql.query(`create table ${sql.qualify("kind")} (text text, whole bigint, bytes ${blob}, missing text)`),
      );
      await store.transaction((sql) =>
        sql.query(`insert into ${sql.qualify("kind")} values ($1, $2, $3, $4)`, [
          "naïve 'quoted' 🙂",
          Number.MAX_SAFE_INTEGER,
          Uint8Array.of(0, 255, 7),
          null,
        ]),
      );
      const [row] = await store.reader.query<{ text: string; whole: number; bytes: Uint8Array; missing: null }>(
        // A parameter may stand twice.
        `select * from ${store.reader.qualify("kind")} where whole = $1 and whole <= $1`,
        [BigInt(Number.MAX_SAFE_INTEGER)],
      );
      assert.deepEqual(
        { ...row, bytes: [...(row?.bytes ?? [])] },
        { text: "naïve 'quoted' 🙂", whole: Number.MAX_SAFE_INTEGER, bytes: [0, 255, 7], missing: null },
      );
    },
  },
  {
    name: "shows readers a transaction whole or not at all",
    async run({ open }) {
      const store = await withItems(await open());
      const seen: Promise<Record<string, SqlValue>>[] = [];
      await store.transaction(async (sql) => {
        await insert(sql, "first", 1);
        seen.push(itemsOf(store));
        await insert(sql, "second", 2);
        seen.push(itemsOf(store));
      });
      for (const items of await Promise.all(seen)) assert.ok([0, 2].includes(Object.keys(items).length));
      assert.deepEqual(await itemsOf(store), { first: 1, second: 2 });
    },
  },
  {
    name: "runs transactions that are asked for at once, each whole",
    async run({ open }) {
      const store = await withItems(await open());
      await store.transaction((sql) => insert(sql, "counter", 0));
      await Promise.all(
        Array.from({ length: 20 }, (_, index) =>
          store.transaction(async (sql) => {
            await sql.query(`update ${sql.qualify("item")} set n = n + 1 where name = $1`, ["counter"]);
            await insert(sql, `item ${index}`, index);
          }),
        ),
      );
      const items = await itemsOf(store);
      assert.equal(items["counter"], 20);
      assert.equal(Object.keys(items).length, 21);
    },
  },
  {
    name: "leaves the fault of a statement the driver's own, and goes on",
    async run({ open }) {
      const store = await withItems(await open());
      for (const statement of [
        "select * from nowhere",
        `insert into ${store.reader.qualify("item")} values ('a', null)`,
      ]) {
        const error = await rejection(
          store.transaction((sql) => sql.query(statement)),
          Error,
        );
        assert.ok(!(error instanceof StoreError), `${statement}: ${error.message}`);
      }
      await store.transaction((sql) => insert(sql, "next", 1));
      assert.deepEqual(await itemsOf(store), { next: 1 });
    },
  },
  {
    name: "drops the tables and views under a prefix, and no others",
    async run({ open }) {
      const { readModels: store } = await open();
      const tables = ["list_1_page", "list_1_word", "list_10_page", "list_1_2_page", "other_1_page"];
      await store.transaction(async (sql) => {
        for (const table of tables) await sql.query(`create table ${sql.qualify(table)} (n bigint)`);
        await sql.query(`create view ${sql.qualify("list_1_view")} as select n from ${sql.qualify("list_1_page")}`);
        await sql.dropAll("list_1_");
      });
      const standing = await Promise.all(
        tables.map((table) =>
          store.reader.query(`select * from ${store.reader.qualify(table)}`).then(
            () => true,
            () => false,
          ),
        ),
      );
      assert.deepEqual(standing, [false, false, true, true, true]);
    },
  },
  {
    name: "refuses read models after it was closed",
    async run({ open }) {
      const recorder = await open();
      const store = await withItems(recorder);
      await recorder.close();
      await rejection(store.transaction(create), StoreClosedError);
      await rejection(store.reader.query("select 1"), StoreClosedError);
    },
  },
];
