import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { isUuid } from "@palimpsest/eventsourcing";
import { sql } from "kysely";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createTestDatabase } from "../../../../tools/testing/test-database.ts";
import type { AccountsDatabase } from "./accounts-tables.ts";
import { openAccounts } from "./open-accounts.ts";
import { People } from "./people.ts";

const ANA = { name: "Ana", email: "ana@example.org" };
const BEN = { name: "Ben", email: "ben@example.org" };

/** An address of its own for each of the databases. */
const ADDRESSES: { readonly [kind: string]: () => Promise<{ readonly address: string; drop(): Promise<void> }> } = {
  memory: async () => ({ address: "memory:", drop: async () => undefined }),
  sqlite: async () => {
    const directory = mkdtempSync(join(tmpdir(), "palimpsest-accounts-"));
    return { address: `sqlite:${directory}/wiki.db`, drop: async () => rmSync(directory, { recursive: true }) };
  },
  postgres: async () => {
    const { connectionString, drop } = await createTestDatabase();
    return { address: connectionString, drop };
  },
};

describe.each(Object.entries(ADDRESSES))("people on %s", (kind, createAddress) => {
  let place: Awaited<ReturnType<typeof createAddress>>;
  let db: AccountsDatabase;

  beforeAll(async () => {
    place = await createAddress();
    db = await openAccounts(place.address);
  });

  afterAll(async () => {
    await db.destroy();
    await place.drop();
  });

  test("get an id each, which tells nothing of them, and keep it", async () => {
    const people = new People(db);
    const idOf = await people.ensure([ANA, BEN, ANA, { ...ANA, name: "Ana O." }]);
    const ids = [ANA, BEN, { ...ANA, name: "Ana O." }].map(idOf);
    expect(new Set(ids).size).toBe(3);
    expect(ids.every((id) => isUuid(id) && id[14] === "7")).toBe(true);
    const again = await new People(db).ensure([BEN]);
    expect(again(BEN)).toBe(idOf(BEN));
    expect(await people.find([idOf(BEN), idOf(BEN)])).toEqual([{ id: idOf(BEN), ...BEN }]);
    expect(() => again(ANA)).toThrow();
  });

  test("come in any number, with any names", async () => {
    const many = Array.from({ length: 2_500 }, (_, n) => ({
      name: `N'${n}"; -- 名`,
      email: n % 2 === 0 ? "" : `${n}@x`,
    }));
    const idOf = await new People(db).ensure(many);
    expect(new Set(many.map(idOf)).size).toBe(many.length);
    expect(await new People(db).find(many.map(idOf))).toHaveLength(many.length);
  });

  test("get one id where two ask at once", async () => {
    // A transaction of SQLite blocks the other one of its process for good, so that here they share a connection.
    const others = kind === "postgres" ? await Promise.all([0, 1].map(() => openAccounts(place.address))) : [db, db];
    const both = Array.from({ length: 50 }, (_, n) => ({ name: `Both ${n}`, email: "" }));
    const [one, two] = await Promise.all(
      others.map((other, n) => new People(other).ensure(n === 0 ? both : both.toReversed())),
    );
    expect(both.map((person) => one?.(person))).toEqual(both.map((person) => two?.(person)));
    if (kind === "postgres") for (const other of others) await other.destroy();
  });

  test("are refused by a program older than their tables", async () => {
    if (kind === "memory") return;
    await db.updateTable("schema_version").set({ version: 99 }).execute();
    await expect(openAccounts(place.address)).rejects.toMatchObject({ code: "NEWER_STORE", schemaVersion: 99 });
    await db.updateTable("schema_version").set({ version: 1 }).execute();
    await (await openAccounts(place.address)).destroy();
  });

  test("are on disk when they have an id", async () => {
    if (kind === "memory") return;
    const [name, wanted] = kind === "sqlite" ? ["pragma synchronous", "2"] : ["show synchronous_commit", "on"];
    const { rows } = await sql.raw<{ [column: string]: unknown }>(name).execute(db);
    expect(String(Object.values(rows[0] ?? {})[0])).toBe(wanted);
  });
});

test("a file of another program is left alone", async () => {
  const directory = mkdtempSync(join(tmpdir(), "palimpsest-accounts-"));
  const other = new DatabaseSync(join(directory, "wiki.db.accounts"));
  other.exec("create table mine (x)");
  other.close();
  await expect(openAccounts(`sqlite:${directory}/wiki.db`)).rejects.toMatchObject({ code: "NOT_A_STORE" });
  await expect(openAccounts("mysql://x")).rejects.toMatchObject({ code: "INVALID_STORE_ADDRESS" });
  rmSync(directory, { recursive: true });
});
