import { z } from "zod";
import type { PageToRead } from "../../access/page-queries.ts";
import type { UserId } from "../../domain/current-user.ts";
import { compareTexts } from "../../domain/text-comparison.ts";
import { type DiffSide, diffView } from "../../views/diff.ts";
import { PersonOutput } from "../change-entry.ts";
import { NumberField, SlugField } from "../fields.ts";
import { optionalChoice } from "../list-fields.ts";
import { notShown, resource } from "../resource.ts";
import { authorOf, frameFor, type Site } from "../site.ts";
import { orWhereItMoved } from "./moved-pages.ts";
import { ofPage } from "./of-page.ts";
import { nameOf, PageNameOutput } from "./page-output.ts";

const SideOutput = z.object({
  version: z.int().describe("0 is before there was a page"),
  slug: z.string(),
  title: z.string(),
  tags: z.array(z.string()),
  deleted: z.boolean(),
  recordedAt: z.int().describe("In milliseconds since 1970"),
  author: PersonOutput.nullable(),
  summary: z.string().optional(),
});

const LineOutput = z.object({
  number: z.int().describe("Counted from 1"),
  pieces: z.array(z.object({ text: z.string(), marked: z.boolean().describe("Whether the other line lacks it") })),
});

const SectionOutput = z.discriminatedUnion("kind", [
  z.object({
    kind: z.literal("same"),
    before: z.int().describe("The number of its first line in either text"),
    after: z.int(),
    lines: z.array(z.string()),
    isFar: z.boolean().describe("Whether it is far from what was changed"),
  }),
  z.object({
    kind: z.literal("changed"),
    before: z.int(),
    after: z.int(),
    rows: z
      .array(z.object({ before: LineOutput.optional(), after: LineOutput.optional() }))
      .describe("A line beside the one that took its place; or one that came or went"),
  }),
  z.object({
    kind: z.literal("omitted"),
    before: z.int(),
    after: z.int(),
    linesBefore: z.int().describe("How many lines are left out, as they are too many to compare"),
    linesAfter: z.int(),
  }),
]);

/** What is different between two versions of a page. */
export function pageDiff(site: Site) {
  return resource({
    summary: "What changed between two versions of a page",
    isKept: true,
    input: z.strictObject({
      slug: SlugField,
      from: NumberField.optional().describe("0 is before there was a page; default what the save of `to` began with"),
      to: NumberField.optional().describe("Default the version of now"),
      layout: optionalChoice(["inline", "side"]).describe("Of the view alone"),
    }),
    output: z.object({
      page: PageNameOutput,
      from: SideOutput,
      to: SideOutput,
      currentVersion: z.int(),
      changes: z.int().describe("How many stretches of lines were changed"),
      sections: z.array(SectionOutput).describe("In order, all lines of both texts"),
    }),
    errors: ["INVALID_SLUG", "PAGE_NOT_FOUND", "VERSION_NOT_FOUND"],
    handle: ({ slug, layout = "inline", ...versions }, asked) =>
      orWhereItMoved(asked, async () => {
        const { queries } = site.access.for(asked.viewer);
        const read = await queries.readVersions(slug, inOrder(versions));
        const names = await queries.namesOf([read.from?.authorId ?? null, read.to.authorId]);
        const comparison = compareTexts(read.from?.page.body ?? "", read.to.page.body);
        const { current, currentVersion } = read.to;
        const [from, to] = [sideOf(read.from, names), sideOf(read.to, names)];
        const page = { ...nameOf(read.to.page), ...current };
        const data = { page, from, to, currentVersion, ...comparison };
        const madeOf = ofPage(slug, read.to.page);
        if (asked.form === "json") return { kind: "shown", data, madeOf, view: notShown };
        const model = { page, from, to, currentVersion, comparison, layout };
        return { kind: "shown", data, madeOf, view: () => diffView(frameFor(site, asked), model) };
      }),
  });
}

interface Versions {
  readonly from?: number | undefined;
  readonly to?: number | undefined;
}

/** A comparison reads forward in time, whichever version was chosen first. */
function inOrder({ from, to }: Versions): Versions {
  return from !== undefined && to !== undefined && from > to ? { from: to, to: from } : { from, to };
}

function sideOf(read: PageToRead | undefined, names: ReadonlyMap<UserId, string>): DiffSide {
  if (!read) return { version: 0, slug: "", title: "", tags: [], deleted: false, recordedAt: 0, author: null };
  const { page, recordedAt, authorId, summary } = read;
  const { version, slug, title, tags, deleted } = page;
  return { version, slug, title, tags, deleted, recordedAt, author: authorOf(authorId, names), summary };
}
