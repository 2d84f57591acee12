import { execFileSync } from "node:child_process";
import { pathToFileURL } from "node:url";
import { aes256gcm, StaleAggregateError, uuid7, VersionConflictError } from "@palimpsest/eventsourcing";
import fc from "fast-check";
import { expect, test } from "vitest";
import { noteRun, storeOf } from "../../../../tools/reliability/run.ts";
import { NIGHTLY } from "../../../../tools/reliability/size.ts";
import { countingRecorder } from "../../test/counting-recorder.ts";
import { describeWiki, refusalOf } from "../../test/describe-wiki.ts";
import { Page } from "../domain/page.ts";
import { EditConflictError, PageNotFoundError, SlugConflictError } from "../domain/page-errors.ts";
import { toTitle } from "../domain/page-text.ts";

/** The rows of "Where the reference misbehaves" in reference.md, by their numbers. */
describeWiki("where the reference misbehaves, the wiki", (current) => {
  test("(1) tells who has the slug that a new page wants, and records nothing", async () => {
    const { wiki } = current();
    const { pageId } = await wiki.createPage({ title: "One", slug: "taken" });
    const error = await refusalOf(current(), () => wiki.createPage({ title: "Two", slug: "taken" }));
    expect(error).toBeInstanceOf(SlugConflictError);
    expect(error).toMatchObject({ code: "SLUG_CONFLICT", slug: "taken", usedBy: pageId });
  });

  test("(2) gives a slug that a rename has freed to a new page", async () => {
    const { wiki } = current();
    await wiki.createPage({ title: "One", slug: "free" });
    await wiki.updateSlug("free", "elsewhere");
    await wiki.createPage({ title: "Two", slug: "free" });
    expect((await wiki.getPageDetails("free")).title).toBe("Two");
    expect((await wiki.getPageDetails("elsewhere")).title).toBe("One");
  });

  test("(3) records nothing where a page is given the slug that it has", async () => {
    const { wiki, recorder } = current();
    const created = await wiki.createPage({ title: "One", slug: "one" });
    const head = await recorder.head();
    expect(await wiki.updateSlug("one", "One")).toEqual(created);
    expect(await recorder.head()).toBe(head);
  });

  test("(4) tells all but one of those who race for a slug that it is taken", async () => {
    const { wiki, open } = current();
    const wikis = [wiki, await open(), await open()];
    await wiki.createPage({ title: "Mover", slug: "mover" });
    const results = await Promise.allSettled([
      ...wikis.map((each, n) => each.createPage({ title: `Page ${n}`, slug: "wanted" })),
      wiki.updateSlug("mover", "wanted"),
    ]);
    const losers = results.flatMap((result) => (result.status === "rejected" ? [result.reason as unknown] : []));
    expect(losers).toHaveLength(3);
    const { pageId } = await wiki.getPageDetails("wanted");
    for (const loser of losers) {
      expect(loser).toBeInstanceOf(SlugConflictError);
      expect(loser).toMatchObject({ usedBy: pageId });
    }
  });

  test("(5) creates all pages that are created at once, and logs each in its place", async () => {
    const { wiki, open } = current();
    const other = await open();
    const slugs = Array.from({ length: 10 }, (_, n) => `page-${n}`);
    await Promise.all(slugs.map((slug, n) => (n % 2 === 0 ? wiki : other).createPage({ title: slug, slug })));
    expect((await wiki.getPages()).map(({ slug }) => slug).sort()).toEqual(slugs);
  });

  test("(6) keeps both of two edits at once, or shows the second what the first did", async () => {
    const { wiki, open } = current();
    const other = await open();
    const { version } = await wiki.createPage({ title: "One", slug: "one", body: "a\nb\nc" });
    await Promise.all([
      wiki.editPage("one", { body: "A\nb\nc", basedOn: version }),
      other.editPage("one", { body: "a\nb\nC", basedOn: version }),
    ]);
    expect((await wiki.getPageDetails("one")).body).toBe("A\nb\nC");
    const error = await refusalOf(current(), () => other.editPage("one", { body: "ä\nb\nc", basedOn: version }));
    expect(error).toBeInstanceOf(EditConflictError);
    expect(error).toMatchObject({ base: { body: "a\nb\nc" }, theirs: { body: "A\nb\nC" }, yours: { body: "ä\nb\nc" } });
  });

  test("(7) makes a page that lost a conflict unusable, and never leaves a gap in its versions", async () => {
    const { wiki } = current();
    const { pageId } = await wiki.createPage({ title: "One", slug: "one" });
    const { repository } = wiki.events;
    const [winner, loser] = [await repository.get(Page, pageId), await repository.get(Page, pageId)];
    winner.updateTitle(toTitle("Won"));
    loser.updateTitle(toTitle("Lost"));
    await wiki.events.save(winner);
    expect(await refusalOf(current(), () => wiki.events.save(loser))).toBeInstanceOf(VersionConflictError);
    expect(() => loser.updateTitle(toTitle("Built on what was never recorded"))).toThrow(StaleAggregateError);
    expect(await refusalOf(current(), () => wiki.events.save(loser))).toBeInstanceOf(StaleAggregateError);
    await wiki.updateTitle("one", "Next");
    expect((await wiki.getPageHistory("one")).map(({ version }) => version)).toEqual([1, 2, 3]);
  });

  test(
    "(8) gives every text back as it was, and refuses NUL and lone surrogates before it records anything",
    async () => {
      const { wiki, open, engine } = current();
      await wiki.createPage({ title: "Text", slug: "text" });
      // Line ends of all kinds, in and beside any other characters.
      const lines = fc.array(
        fc.oneof(fc.constantFrom("\r\n", "\r", "\n", "\u2028", "\ufeff", " "), fc.string({ unit: "binary" })),
      );
      const bodies = lines.map((parts) => parts.join("").replaceAll("\0", ""));
      const withoutCache = await open({ cacheSize: 0 });
      const texts = NIGHTLY ? 1_000 : 25;
      let alike = 0;
      await fc.assert(
        fc.asyncProperty(bodies, async (body) => {
          if (body.replaceAll(/\r\n?/g, "\n").trim().normalize() !== body) alike += 1;
          await wiki.updateBody("text", body);
          expect((await withoutCache.getPageDetails("text")).body).toBe(body);
        }),
        { numRuns: texts },
      );
      expect(alike).toBeGreaterThan(0);
      noteRun({
        promises: [14],
        store: storeOf(engine),
        what: "any text without NUL, as the body of a page, and read without the cache",
        figures: { texts, "that came back otherwise": 0, "refused by name": 3 },
        control: `${alike} of them would come back otherwise from a store that makes line ends, margins or accents alike`,
      });
      for (const body of ["a\0b", "\ud800", "a\udc00b"]) {
        expect(await refusalOf(current(), () => wiki.updateBody("text", body))).toMatchObject({
          code: "INVALID_INPUT",
          field: "body",
        });
      }
    },
    NIGHTLY ? 600_000 : 60_000,
  );

  test("(9) records nothing where a title, body or tags are as they were", async () => {
    const { wiki, recorder } = current();
    const created = await wiki.createPage({ title: "One", slug: "one", body: "text\r\n", tags: ["x", "y"] });
    const head = await recorder.head();
    await wiki.updateTitle("one", "One");
    await wiki.updateBody("one", "text\r\n");
    await wiki.updateTags("one", ["Y", "x", "y"]);
    expect(await wiki.editPage("one", { title: "One", body: "text\r\n" })).toEqual(created);
    expect(await recorder.head()).toBe(head);
  });

  test("(11) has one canonical form of a slug, and refuses one that is empty or a slash", async () => {
    const { wiki } = current();
    const { pageId } = await wiki.createPage({ title: "Café", slug: "Café" });
    for (const slug of ["café", "cafe\u0301", "CAFÉ"]) {
      expect(await wiki.getPageDetails(slug)).toMatchObject({ pageId, slug: "caf\u00e9" });
      expect(await refusalOf(current(), () => wiki.createPage({ title: "Again", slug }))).toBeInstanceOf(
        SlugConflictError,
      );
    }
    for (const slug of ["", "/", "//", "a/", " "]) {
      expect(await refusalOf(current(), () => wiki.createPage({ title: "None", slug }))).toMatchObject({
        code: "INVALID_SLUG",
      });
    }
  });

  test("(12) lists any number of pages in a fixed number of queries", async () => {
    const { wiki, recorder, open } = current();
    const callsOfAListing = async () => {
      const counting = countingRecorder(recorder);
      const cold = await open({ store: counting.recorder, cacheSize: 0 });
      const { length } = await cold.getPages();
      return { length, calls: counting.calls };
    };
    await wiki.createPage({ title: "One", slug: "one" });
    const one = await callsOfAListing();
    expect(one).toMatchObject({ length: 1, calls: { length: 3 } });
    for (let n = 1; n <= 30; n++) await wiki.createPage({ title: `Page ${n}`, slug: `page-${n}` });
    expect(await callsOfAListing()).toEqual({ length: 31, calls: one.calls });
  });

  test("(13) deletes and restores pages, and tells their history", async () => {
    const { wiki } = current();
    await wiki.createPage({ title: "One", slug: "one" });
    await wiki.deletePage("one");
    await expect(wiki.getPageDetails("one")).rejects.toThrow(PageNotFoundError);
    await wiki.restorePage("one");
    expect((await wiki.getPageHistory("one")).map(({ type }) => type)).toEqual(["Created", "Deleted", "Restored"]);
  });

  test("(14) finds out where the encrypted content of one row was put into another", async () => {
    const { recorder, open } = current();
    const encrypted = await open({
      ciphers: [aes256gcm({ keyId: "k1", key: new Uint8Array(32).fill(7) })],
      compressor: "none",
    });
    const { pageId } = await encrypted.createPage({ title: "Secret", slug: "secret" });
    const [row] = await recorder.readStream(pageId);
    if (!row) throw new Error("the page has an event");
    const [saveId, eventId, originatorId] = [uuid7(), uuid7(), uuid7()];
    const { topic, schemaVersion, originatorVersion, encoding, state, checksum } = row;
    const moved = { topic, schemaVersion, originatorVersion, encoding, state, checksum, eventId, originatorId };
    await recorder.append({ saveId, events: [moved] });
    await expect(encrypted.events.repository.get(Page, originatorId)).rejects.toMatchObject({
      code: "DAMAGED_EVENT",
      originatorId,
    });
    expect((await encrypted.getPageDetails("secret")).title).toBe("Secret");
  });
});

test("(10) edits pages where no program may be started", () => {
  const program = `
    import { WikiApplication } from ${JSON.stringify(pathToFileURL(`${import.meta.dirname}/wiki-application.ts`).href)};
    const wiki = await WikiApplication.open({ store: "memory:", env: {} });
    await wiki.createPage({ title: "One", slug: "one", body: "a\\nb\\nc" });
    await wiki.editPage("one", { body: "A\\nb\\nc", basedOn: 1 });
    await wiki.editPage("one", { body: "a\\nb\\nC", basedOn: 1 });
    console.log(JSON.stringify((await wiki.getPageDetails("one")).body));
    // The control: here a program is really refused.
    const { execFileSync } = await import("node:child_process");
    try { execFileSync("true"); } catch (error) { console.log(error.code); }
  `;
  const flags = ["--permission", "--allow-fs-read=*", "--input-type=module", "--eval", program];
  const printed = execFileSync(process.execPath, flags, {
    encoding: "utf8",
    env: {},
    stdio: ["ignore", "pipe", "ignore"],
  });
  expect(printed).toBe('"A\\nb\\nC"\nERR_ACCESS_DENIED\n');
});
