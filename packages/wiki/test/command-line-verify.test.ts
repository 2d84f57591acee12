import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import pg from "pg";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { SHARED_ENGINES, type SharedStore } from "../../../tools/testing/engine-addresses.ts";
import { WikiApplication } from "../src/application/wiki-application.ts";
import { toSlug } from "../src/domain/slug.ts";
import { SlugIndex } from "../src/domain/slug-index.ts";
import { palimpsest } from "./palimpsest-process.ts";

// Each command is a process of its own, which on a busy machine takes seconds to start.
vi.setConfig({ testTimeout: 120_000 });

let directory: string;
let store: SharedStore;

/** Runs statements on one of the databases of a wiki, whatever guards it. */
async function damage(statements: { readonly [engine: string]: string }, part = ""): Promise<void> {
  if (store.address.startsWith("sqlite:")) {
    const db = new DatabaseSync(store.address.slice("sqlite:".length) + part);
    const guards = db.prepare("select name from sqlite_schema where type = 'trigger'").all();
    for (const { name } of guards) db.exec(`drop trigger "${name}"`);
    db.exec(statements["sqlite"] ?? "");
    db.close();
    return;
  }
  const client = new pg.Client({ connectionString: store.address, options: "-c search_path=palimpsest" });
  await client.connect();
  await client.query("alter table event disable trigger all");
  await client.query(statements["postgres"] ?? "");
  await client.end();
}

const both = (statement: string) => ({ sqlite: statement, postgres: statement });

async function verify(...more: readonly string[]) {
  const { status, stdout, stderr } = await palimpsest(["verify", "--json", "--database", store.address, ...more], {
    cwd: directory,
  });
  const { findings, ...rest } = JSON.parse(stdout || "{}");
  return { status, stderr, findings, ...rest };
}

describe.each(Object.entries(SHARED_ENGINES))("verify on %s", (_engine, create) => {
  beforeEach(async () => {
    directory = mkdtempSync(join(tmpdir(), "palimpsest-verify-"));
    store = await create();
    await using wiki = await WikiApplication.open({ store: store.address, env: {}, compressor: "none" });
    for (const slug of ["one", "two", "three"]) {
      await wiki.createPage({
        title: slug,
        slug,
        body: `text of ${slug}, see [[one]] and ![[map.png]]`,
        tags: ["number"],
      });
      for (let n = 0; n < 6; n++)
        await wiki.updateBody(slug, `text ${n} of ${slug}, see [[two]], [[nowhere]] and ![[map.png]]`);
    }
    await wiki.updateSlug("two", "deux");
    await wiki.deletePage("three");
  });

  afterEach(async () => {
    await store.drop();
    rmSync(directory, { recursive: true });
  });

  test("finds nothing in a wiki that is whole, and says what it looked at", async () => {
    const { status, findings, ...rest } = await verify();
    expect([status, findings]).toEqual([0, []]);
    expect(rest).toMatchObject({ pages: 3, models: ["pages", "links", "search", "changes"] });
    expect(rest.events).toBe(rest.position);
    expect(rest.logId).toMatch(/^[0-9a-f-]{36}$/);
    const text = await palimpsest(["verify", "--database", store.address], { cwd: directory });
    expect([text.status, text.stdout]).toEqual([0, expect.stringContaining("All is well")]);
  });

  test.each([
    [
      "a byte of an event that was flipped",
      {
        sqlite: "update event set state = replace(state, 'text of', 'tent of') where position = 1",
        postgres:
          "update event set state = convert_to(replace(convert_from(state, 'UTF8'), 'text of', 'tent of'), 'UTF8') where position = 1",
      },
      [
        { check: "event", position: 1, message: expect.stringContaining("[DAMAGED_EVENT]") },
        { check: "page", message: expect.stringContaining("[DAMAGED_EVENT]") },
      ],
    ],
    [
      "an event that is gone from the middle",
      both("delete from event where position = 8"),
      [
        { check: "position", position: 9, message: "position 9 follows 7: what stood between is gone" },
        { check: "version", position: 9 },
        { check: "page", message: expect.stringContaining("[INAPPLICABLE_EVENT]") },
      ],
    ],
    [
      "a time that goes back",
      both("update event set recorded_at = recorded_at - 100000000 where position = 9"),
      [{ check: "time", position: 9 }],
    ],
  ])("finds %s", async (_what, statements, wanted) => {
    await damage(statements);
    const { status, findings } = await verify("--log-only");
    expect(status).toBe(1);
    expect(findings).toEqual(wanted.map((it) => expect.objectContaining(it)));
    const text = await palimpsest(["verify", "--log-only", "--database", store.address], { cwd: directory });
    expect([text.status, text.stdout]).toEqual([1, expect.stringContaining("at position")]);
  });

  test.each([
    ["another", "update event set idempotency_key = 'another' where idempotency_key is not null"],
    ["none", "update event set idempotency_key = null where idempotency_key is not null"],
  ])("finds that a save has %s in the place of its idempotency key", async (_what, statement) => {
    await using wiki = await WikiApplication.open({ store: store.address, env: {} });
    await wiki.createPage({ title: "four", slug: "four" }, { idempotencyKey: "the key of four" });
    const position = (await wiki.events.recorder.findReceipt("the key of four"))?.firstPosition;
    await damage(both(statement));
    const { status, findings } = await verify("--log-only");
    expect([status, findings]).toEqual([
      1,
      [
        expect.objectContaining({
          check: "key",
          position,
          message: expect.stringContaining("would be recorded again"),
        }),
      ],
    ]);
  });

  test("finds an event that stands twice, each time as it was recorded, with a version of its own", async () => {
    const copy = (columns: string) => `
      insert into event (${columns}, position, originator_version, recorded_at)
      select ${columns}, (select max(position) + 1 from event),
        (select max(originator_version) + 1 from event as other where other.originator_id = event.originator_id),
        (select max(recorded_at) from event)
      from event where topic = 'Page.SlugUpdated'`;
    const columns = "event_id, originator_id, topic, schema_version, save_id, encoding, state, checksum";
    await damage({
      sqlite: `create table other as select * from event; drop table event; alter table other rename to event; ${copy(columns)}`,
      postgres: `alter table event drop constraint event_event_id_key; ${copy(columns)}`,
    });
    const { status, findings } = await verify("--log-only");
    expect(status).toBe(1);
    expect(findings).toContainEqual(
      expect.objectContaining({
        check: "event",
        message: expect.stringMatching(/^event [-0-9a-f]{36} stands at position \d+ too$/),
      }),
    );
  });

  test("finds a slug that was taken from its page, and one that is of a page that is elsewhere", async () => {
    {
      await using wiki = await WikiApplication.open({ store: store.address, env: {} });
      const index = async (slug: string) =>
        wiki.events.repository.get(SlugIndex, SlugIndex.idOf({ slug: toSlug(slug) }));
      const one = await index("one");
      const { pageId } = one.state;
      one.updatePage(null);
      const two = await index("two");
      two.updatePage(pageId);
      await wiki.events.save(one, two);
    }
    const { status, findings } = await verify("--log-only");
    expect(status).toBe(1);
    expect(findings).toEqual([
      expect.objectContaining({ check: "slug", message: expect.stringContaining('does not own its slug "one"') }),
      expect.objectContaining({ check: "slug", message: expect.stringContaining("which is elsewhere") }),
    ]);
  });

  test("finds rows of read models that are missing, or say something else, which a rebuild mends", async () => {
    expect((await verify()).status).toBe(0);
    const where = store.address.startsWith("sqlite:") ? ".read-models" : "";
    await damage(
      both(`
        delete from links_1_file_link where page_id = (select min(page_id) from links_1_file_link);
        delete from links_1_link where target = 'nowhere' and page_id = (select min(page_id) from links_1_link);
        update pages_1_page set title = 'another' where slug = 'one';
        delete from search_1_doc where slug = 'deux';
        delete from changes_1_change where version = 3;
      `),
      where,
    );
    const { status, findings } = await verify();
    expect(status).toBe(1);
    expect(new Set(findings.map(({ check }: { check: string }) => check))).toEqual(
      new Set(["pages", "links", "search", "changes"]),
    );
    const rebuilt = await palimpsest(["rebuild", "--json", "--database", store.address], { cwd: directory });
    expect([rebuilt.status, JSON.parse(rebuilt.stdout).rebuilt.length]).toEqual([0, 4]);
    expect(await verify()).toMatchObject({ status: 0, findings: [] });
  });
});
