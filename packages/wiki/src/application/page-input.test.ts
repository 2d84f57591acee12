import { CodedError } from "@palimpsest/eventsourcing";
import { expect, test } from "vitest";
import { describeWiki, refusalOf } from "../../test/describe-wiki.ts";
import type { WikiApplication } from "./wiki-application.ts";

type Act = (wiki: WikiApplication, value: never) => Promise<unknown>;

const MiB = 2 ** 20;
const NOT_TEXT: readonly unknown[] = [undefined, null, 5, true, ["one"], { toString: () => "one" }, Symbol("one"), 1n];
const NOT_FIELDS: readonly unknown[] = [null, 5, "text", ["one"], true];
const NOT_WHOLE: readonly unknown[] = [null, "3", 1.5, -1, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 60, {}];

/** What is given where, and how it is refused: the error's code, and what its message must say. */
const REFUSED: readonly {
  readonly what: string;
  readonly act: Act;
  readonly values: readonly unknown[];
  readonly code: string;
  readonly says: RegExp;
}[] = [
  ...(
    [
      ["createPage", "title", (wiki, title) => wiki.createPage({ title, slug: "new-page" })],
      ["updateTitle", "title", (wiki, title) => wiki.updateTitle("one", title)],
      ["createPage", "slug", (wiki, slug) => wiki.createPage({ title: "Title", slug })],
      ["updateBody", "body", (wiki, body) => wiki.updateBody("one", body)],
      ["getPageDetails", "slug", (wiki, slug) => wiki.getPageDetails(slug)],
      ["getPageHistory", "slug", (wiki, slug) => wiki.getPageHistory(slug)],
      ["editPage", "slug", (wiki, slug) => wiki.editPage(slug, { title: "New" })],
      ["revertPage", "slug", (wiki, slug) => wiki.revertPage(slug, 1)],
      ["updateSlug", "oldSlug", (wiki, slug) => wiki.updateSlug(slug, "two")],
      ["updateSlug", "newSlug", (wiki, slug) => wiki.updateSlug("one", slug)],
      ["deletePage", "slug", (wiki, slug) => wiki.deletePage(slug)],
      ["restorePage", "slug", (wiki, slug) => wiki.restorePage(slug)],
    ] satisfies [string, string, Act][]
  ).map(([command, field, act]) => ({
    ...{ what: `what is no text as ${field} of ${command}`, act, values: NOT_TEXT },
    ...{ code: "INVALID_INPUT", says: new RegExp(`^${field} must be text`) },
  })),
  ...(
    [
      ["page", (wiki, page) => wiki.createPage(page)],
      ["page", (wiki, page) => wiki.editPage("one", page)],
      ["options", (wiki, options) => wiki.createPage({ title: "Title", slug: "new-page" }, options)],
      ["options", (wiki, options) => wiki.updateTitle("one", "New", options)],
      ["options", (wiki, options) => wiki.deletePage("one", options)],
      ["options", (wiki, options) => wiki.restorePage("one", options)],
    ] satisfies [string, Act][]
  ).map(([name, act]) => ({
    ...{ what: `what has no fields as ${name}`, act, values: NOT_FIELDS },
    ...{ code: "INVALID_INPUT", says: new RegExp(`^${name} must be an object`) },
  })),
  {
    what: "a slug without a canonical form",
    act: (wiki, slug) => wiki.createPage({ title: "Title", slug }),
    values: [
      "",
      " ",
      "/",
      "a//b",
      "a b-",
      "!",
      "a\0b",
      "\ud800",
      "a\u200bb",
      "\u202eabc",
      "x".repeat(201),
      "раypal",
      "admin",
      "ﷺ".repeat(200),
    ],
    ...{ code: "INVALID_SLUG", says: /^slug ".*" (is|has|begins)/ },
  },
  {
    what: "a title that is no line to be seen",
    act: (wiki, title) => wiki.updateTitle("one", title),
    values: [
      "",
      " ",
      " x",
      "x\n",
      "a\nb",
      "a\0b",
      "\udfff",
      "\u200b",
      "\u202ex",
      "x".repeat(256),
      "a\u0301".repeat(128),
    ],
    ...{ code: "INVALID_INPUT", says: /^title must/ },
  },
  {
    what: "a body that is too long or that databases change",
    act: (wiki, body) => wiki.updateBody("one", body),
    values: ["x".repeat(MiB + 1), "é".repeat(MiB / 2 + 1), "日".repeat(MiB / 3 + 1), "\0", "a\ud83d", "\udc4db"],
    ...{ code: "INVALID_INPUT", says: /^body must not/ },
  },
  {
    what: "tags that are none",
    act: (wiki, tags) => wiki.updateTags("one", tags),
    values: [
      undefined,
      null,
      "a,b",
      {},
      [5],
      [null],
      ["a,b"],
      [""],
      ["x".repeat(51)],
      ["\0"],
      ["\ud800"],
      Array.from({ length: 51 }, (_, n) => `${n}`),
    ],
    ...{ code: "INVALID_INPUT", says: /^tags?\b/ },
  },
  {
    what: "a summary that is no line",
    act: (wiki, summary) => wiki.updateTitle("one", "New", { summary }),
    values: [null, 5, "a\nb", "\0", "\ud800", "x".repeat(501)],
    ...{ code: "INVALID_INPUT", says: /^summary must/ },
  },
  {
    what: "an idempotency key that not all stores keep",
    act: (wiki, idempotencyKey) => wiki.updateTitle("one", "New", { idempotencyKey }),
    values: [null, 5, "", "\0", "\ud800", "x".repeat(201)],
    ...{ code: "INVALID_INPUT", says: /^idempotencyKey must/ },
  },
  {
    what: "a version to go back to that is no number",
    act: (wiki, version) => wiki.revertPage("one", version),
    values: [undefined, ...NOT_WHOLE, 0],
    ...{ code: "INVALID_INPUT", says: /^version must be/ },
  },
  {
    what: "a version to base an edit on that is no number",
    act: (wiki, basedOn) => wiki.editPage("one", { title: "New", basedOn }),
    values: [...NOT_WHOLE, 0],
    ...{ code: "INVALID_INPUT", says: /^basedOn must be (?:a whole number|at least 1); correct it/ },
  },
  {
    what: "a version that does not exist, to base an edit on",
    act: (wiki, basedOn) => wiki.editPage("one", { title: "New", basedOn }),
    values: [3, Number.MAX_SAFE_INTEGER],
    ...{ code: "VERSION_NOT_FOUND", says: /give one from 1 to 2$/ },
  },
  {
    what: "a version that does not exist, to go back to",
    act: (wiki, version) => wiki.revertPage("one", version),
    values: [3, Number.MAX_SAFE_INTEGER],
    ...{ code: "VERSION_NOT_FOUND", says: /give one from 1 to 2$/ },
  },
  {
    what: "a past that is neither a version nor an instant",
    act: (wiki, at) => wiki.getPageDetails("one", at),
    values: [
      null,
      1,
      "1",
      {},
      { version: 0 },
      { version: "1" },
      { version: undefined },
      { version: 1, instant: 1 },
      { instant: "2026" },
      { instant: Number.NaN },
      { instant: new Date("never") },
    ],
    ...{ code: "INVALID_INPUT", says: /^at(\.version)? must be/ },
  },
  {
    what: "a listing without a sense",
    act: (wiki, selection) => wiki.getPages(selection),
    values: [
      null,
      5,
      { desc: "yes" },
      { offset: 3 },
      ...["limit", "gt", "lte"].flatMap((bound) => NOT_WHOLE.map((value) => ({ [bound]: value }))),
    ],
    ...{ code: "INVALID_INPUT", says: /^selection/ },
  },
];

describeWiki("bad input", (current) => {
  test("is refused by a coded error that says what is wrong with which field, and nothing is recorded", async () => {
    const { wiki } = current();
    await wiki.createPage({ title: "One", slug: "one", body: "text" });
    await wiki.updateBody("one", "more text");
    const before = await wiki.getPageDetails("one");
    for (const { what, act, values, code, says } of REFUSED) {
      for (const value of values) {
        // Callers that TypeScript would stop, as a decoder of JSON might be.
        const error = await refusalOf(current(), () => act(wiki, value as never));
        const given = `${what}: ${String(typeof value === "object" ? JSON.stringify(value) : String(value)).slice(0, 60)}`;
        expect(error, given).toBeInstanceOf(CodedError);
        expect(error, given).toMatchObject({ code, message: expect.stringMatching(says) });
        expect(String(error).length, given).toBeLessThan(400);
      }
    }
    expect(await wiki.getPageDetails("one")).toEqual(before);
  });

  test("is told from the longest and oddest input that is good", async () => {
    const { wiki, open } = current();
    const title = `${"日".repeat(254)}!`;
    const body = `${"é".repeat(MiB / 2 - 4)}\r\n\r\u2028\u2029 \t`.slice(0, MiB / 2 - 2);
    const tags = Array.from({ length: 50 }, (_, n) => `${"t".repeat(48)}${10 + n}`);
    const slug = `${"a".repeat(99)}/${"日".repeat(100)}`;
    const options = { summary: "s".repeat(500), idempotencyKey: "\u{1f600}".repeat(100) };
    const made = await wiki.createPage({ title, slug, body, tags }, options);
    expect(await (await open({ cacheSize: 0 })).getPageDetails(slug)).toEqual(made);
    expect(made).toMatchObject({ title, slug, body, tags });
  });
});
