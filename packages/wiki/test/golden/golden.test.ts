import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { noteRun, storeOf } from "../../../../tools/reliability/run.ts";
import { openWiki } from "../../src/compose.ts";
import { verifyWiki } from "../../src/verification/verify-wiki.ts";
import { expectedContents, PLACES, type Place, RELEASES } from "./golden-database.ts";
import { type Contents, contentsOf } from "./golden-wiki.ts";

const ALTER: { readonly [engine: string]: string } = {
  sqlite: "drop trigger event_no_update; update event set recorded_at = recorded_at + 1 where position = 9",
  postgres:
    "alter table palimpsest.event disable trigger all; update palimpsest.event set recorded_at = recorded_at + 1 where position = 9",
};
const NEWER: { readonly [engine: string]: string } = {
  sqlite: "pragma user_version = 99",
  postgres: "update palimpsest.log set schema_version = 99",
};

describe.each(Object.keys(PLACES))("the databases of former releases on %s", (engine) => {
  let place: Place;

  beforeEach(async () => {
    place = (await PLACES[engine]?.()) as Place;
  });
  afterEach(() => place[Symbol.asyncDispose]());

  async function readAll(): Promise<Contents> {
    const parts = await openWiki(place.address, { env: {}, attachments: place.attachments });
    try {
      return await contentsOf(place.address, parts);
    } finally {
      await parts.close();
    }
  }

  test.each(RELEASES)("of %s: are read as they were written, found to be whole, and written to", async (release) => {
    await place.fill(release);
    const expected = expectedContents(release, engine);
    expect(await readAll()).toEqual(expected);

    const parts = await openWiki(place.address, { env: {}, attachments: place.attachments });
    const { findings, events, files } = await verifyWiki(parts);
    expect([findings, events, files]).toEqual([[], expected.events, expected.files.length]);
    // A repeated request of that time is known.
    const repeated = await parts.wiki.createPage({ title: "x", slug: "x" }, { idempotencyKey: "golden key" });
    expect(repeated.slug).toBe("help/again");
    await parts.wiki.updateTitle("home", "Written to");
    expect(await parts.wiki.events.recorder.head()).toBe(expected.events + 1);
    await parts.close();

    await place.query(ALTER[engine] ?? "");
    expect((await readAll()).rows).not.toBe(expected.rows);
    noteRun({
      promises: [12],
      store: storeOf(engine),
      what: `the database of ${release}, opened, compared with what it held, verified, written to`,
      figures: { events, "versions of pages": expected.pages.flat().length, "rows that differ": 0, findings: 0 },
      control: "with one time altered by a millisecond the sum of its rows is another",
    });
  });

  test.each(RELEASES)(
    "of %s: are refused where they are newer than the program, and left as they are",
    async (release) => {
      await place.fill(release);
      await place.query(NEWER[engine] ?? "");
      await expect(readAll()).rejects.toMatchObject({ code: "NEWER_STORE", schemaVersion: 99 });
      expect(await place.version()).toBe(99);
    },
  );

  test("include one of the schema of this program: who changes the schema adds one", async () => {
    await (await openWiki(place.address, { env: {}, attachments: place.attachments })).close();
    const version = await place.version();
    await using newest = (await PLACES[engine]?.()) as Place;
    await newest.fill(RELEASES.at(-1) ?? "");
    expect(await newest.version()).toBe(version);
  });
});
