import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { noteRun } from "../../../../tools/reliability/run.ts";
import { NIGHTLY } from "../../../../tools/reliability/size.ts";
import { strace, unlessStrace } from "../../../../tools/testing/strace.ts";
import { openWiki } from "../../src/compose.ts";
import { verifyWiki } from "../../src/verification/verify-wiki.ts";
import { expectedContents, PLACES, type Place, RELEASES } from "./golden-database.ts";
import { contentsOf } from "./golden-wiki.ts";

const PROGRAM = join(import.meta.dirname, "open-wiki-process.ts");
const TIMEOUT = NIGHTLY ? 600_000 : 120_000;

let place: Place;

/** Opens it as if nothing had happened, finds it whole, writes to it, and answers how many events it held. */
async function useAsEver(): Promise<number> {
  const parts = await openWiki(place.address, { env: {}, attachments: place.attachments });
  try {
    const { findings, events } = await verifyWiki(parts);
    expect(findings).toEqual([]);
    await parts.wiki.createPage({ title: "After", slug: "after" });
    return events;
  } finally {
    await parts.close();
  }
}

describe("databases in SQLite whose making is killed", () => {
  test.skipIf(unlessStrace !== "")(
    `${unlessStrace}are made by whoever comes next, whichever write was the last`,
    async () => {
      const step = NIGHTLY ? 1 : 20;
      let kills = 0;
      for (let when = 1; ; when += step) {
        await using here = (await PLACES["sqlite"]?.()) as Place;
        place = here;
        const killing = strace({ calls: "pwrite64", fault: "signal=SIGKILL", when });
        const [command = "", ...args] = [...killing, process.execPath, PROGRAM, place.address, place.attachments];
        const [code] = await once(spawn(command, args, { stdio: "ignore" }), "exit");
        expect(await useAsEver()).toBe(0);
        if (code === 0) break;
        kills += 1;
      }
      expect(kills).toBeGreaterThan(1);
      const control = await refusedHalfway("sqlite", (half) => half.query("create table log (only integer)"));
      noteRun({
        promises: [12],
        store: "SQLite",
        what: "kill -9 at each write call while the databases of a wiki are made",
        figures: { kills, "made then, whole": kills },
        control,
      });
    },
    TIMEOUT,
  );
});

describe("a database in PostgreSQL whose making or upgrade is killed", () => {
  beforeEach(async () => {
    place = (await PLACES["postgres"]?.()) as Place;
  });
  afterEach(() => place[Symbol.asyncDispose]());

  test(
    "is made by whoever comes next, whichever statement was the last",
    async () => {
      const kills = await killAtEachStatement(async () => {
        await place.query("drop schema if exists palimpsest cascade; drop schema if exists accounts cascade");
      });
      expect(await useAsEver()).toBe(0);
      const control = await refusedHalfway("postgres", (half) =>
        half.query("create schema palimpsest; create table palimpsest.event (position bigint primary key)"),
      );
      noteRun({
        promises: [12],
        store: "PostgreSQL",
        what: "the session killed at each statement that makes the tables of a wiki",
        figures: { kills, "half-made": 0 },
        control,
      });
    },
    TIMEOUT,
  );

  test(
    "is upgraded by whoever comes next, and holds what it held",
    async () => {
      const release = RELEASES[0] ?? "";
      await place.fill(release);
      const version = await place.version();
      // As it was before there were read models.
      const takeBack =
        "drop table if exists palimpsest.projection, palimpsest.generation, palimpsest.lease; update palimpsest.log set schema_version = 1";
      const kills = await killAtEachStatement(async () => {
        await place.query(takeBack);
        expect(await place.version()).toBe(1);
      });
      expect(await place.version()).toBe(1);
      const parts = await openWiki(place.address, { env: {}, attachments: place.attachments });
      expect(await contentsOf(place.address, parts)).toEqual(expectedContents(release, "postgres"));
      await parts.close();
      expect(await place.version()).toBe(version);
      const events = await useAsEver();
      noteRun({
        promises: [12],
        store: "PostgreSQL",
        what: "the session killed at each statement of an upgrade from the first schema",
        figures: { kills, events, "rows that differ": 0, findings: 0 },
        control: await refusedHalfway("postgres", async (half) => {
          await half.fill(release);
          await half.query("drop table palimpsest.lease; update palimpsest.log set schema_version = 1");
        }),
      });
    },
    TIMEOUT,
  );

  /** Opens the wiki again and again, and kills its session one statement later each time, until it is let through. */
  async function killAtEachStatement(prepare: () => Promise<unknown>): Promise<number> {
    const step = NIGHTLY ? 1 : 5;
    for (let [at, kills] = [1, 0]; ; at += step, kills++) {
      await prepare();
      await place.query(`
        drop schema if exists killer cascade;
        create schema killer;
        create sequence killer.statements;
        create function killer.kill() returns event_trigger language plpgsql as $$
        begin
          if nextval('killer.statements') = ${at} then perform pg_terminate_backend(pg_backend_pid()); end if;
        end $$;
        create event trigger killer on ddl_command_end execute function killer.kill()`);
      const opening = openWiki(place.address, { env: {}, attachments: place.attachments });
      const outcome = await opening.then(
        (parts) => parts.close().then(() => "opened" as const),
        () => "killed" as const,
      );
      await place.query("drop schema killer cascade");
      if (outcome === "opened") {
        await prepare();
        return kills;
      }
    }
  }
});

/** The control: what is done without a transaction, and ends in the middle, is found to be no store. */
async function refusedHalfway(engine: string, makeHalf: (place: Place) => Promise<unknown>): Promise<string> {
  await using half = (await PLACES[engine]?.()) as Place;
  await makeHalf(half);
  const opening = openWiki(half.address, { env: {}, attachments: half.attachments });
  await expect(opening.then((parts) => parts.close())).rejects.toMatchObject({ code: "NOT_A_STORE" });
  return "what is done without a transaction, and ends in the middle, is refused";
}
