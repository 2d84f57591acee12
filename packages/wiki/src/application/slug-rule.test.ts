import type { CodedError, Recorder } from "@palimpsest/eventsourcing";
import { openMemoryRecorder } from "@palimpsest/eventsourcing/memory";
import { describe, expect, test } from "vitest";
import { assertWikiInvariants } from "../../test/assert-wiki-invariants.ts";
import { exploreInterleavings, InterleavingError } from "../../test/interleavings.ts";
import { InvalidInputError } from "../domain/invalid-input.ts";
import { Page } from "../domain/page.ts";
import { PageNotFoundError, SlugConflictError } from "../domain/page-errors.ts";
import type { PageId } from "../domain/page-id.ts";
import { pageLog } from "../domain/page-log.ts";
import { toBody, toTags, toTitle } from "../domain/page-text.ts";
import { toSlug } from "../domain/slug.ts";
import { WikiApplication } from "./wiki-application.ts";

/** `create a`, `rename a b`, `delete a`, `restore a`, `restore a b`, `edit a`. */
type Command = string;

/** Three clients at once, each with one command, on a wiki where some commands were given before. */
interface Triple {
  readonly before: readonly Command[];
  readonly clients: readonly Command[];
  /** How many clients get what they want, in the order that is worst for them and in the best. */
  readonly winners: readonly [least: number, most: number];
}

const TRIPLES: readonly Triple[] = [
  // Who has the slug?
  { before: [], clients: ["create a", "create a", "create a"], winners: [1, 1] },
  { before: ["create b", "create c"], clients: ["rename b a", "create a", "rename c a"], winners: [1, 1] },
  { before: ["create a", "delete a"], clients: ["create a", "create a", "create a"], winners: [1, 1] },
  { before: ["create a", "create b"], clients: ["delete a", "create a", "rename b a"], winners: [1, 2] },
  { before: ["create a", "create b"], clients: ["rename a b", "rename b a", "delete b"], winners: [1, 3] },
  { before: ["create a", "create b"], clients: ["rename a b", "rename b a", "rename b c"], winners: [1, 3] },
  { before: ["create a"], clients: ["rename a b", "create a", "create b"], winners: [1, 2] },
  // Where is the page?
  { before: ["create a"], clients: ["rename a b", "rename a c", "rename a d"], winners: [1, 1] },
  { before: ["create a"], clients: ["rename a b", "rename b c", "rename c a"], winners: [1, 3] },
  { before: ["create a"], clients: ["rename a b", "rename b a", "rename a c"], winners: [1, 3] },
  { before: ["create a"], clients: ["rename a b", "delete a", "create b"], winners: [1, 2] },
  { before: ["create a"], clients: ["delete a", "delete a", "rename a b"], winners: [1, 1] },
  { before: ["create a"], clients: ["delete a", "edit a", "rename a b"], winners: [1, 2] },
  { before: ["create a"], clients: ["edit a", "rename a b", "create a"], winners: [1, 3] },
  // What was deleted comes back.
  { before: ["create a", "delete a"], clients: ["restore a", "create a", "restore a b"], winners: [1, 3] },
  { before: ["create a", "delete a", "create b"], clients: ["restore a", "rename b a", "create a"], winners: [1, 1] },
  { before: ["create a"], clients: ["delete a", "restore a", "create a"], winners: [2, 3] },
  { before: ["create a", "delete a"], clients: ["restore a b", "create b", "restore a c"], winners: [1, 2] },
];

describe("a slug belongs to one page, in every order of the calls", () => {
  for (const { before, clients, winners } of TRIPLES) {
    const name = `of ${clients.join(" / ")}${before.length > 0 ? ` after ${before.join(", ")}` : ""}`;

    // As clients of three nodes, each with a cache of its own, and as clients of one node that share one.
    test.each(["three nodes", "one node"])(`${name} on %s`, async (nodes) => {
      const allowed = await serialOutcomes(before, clients);
      const won: number[] = [];
      const count = await exploreInterleavings<World>({
        setUp: async (stepwise) => {
          const recorder = openMemoryRecorder();
          const plain = await openWiki(recorder);
          for (const command of before) await give(plain, command);
          const shared = await openWiki(stepwise(recorder));
          const wikis = await Promise.all(
            clients.map(() => (nodes === "one node" ? shared : openWiki(stepwise(recorder)))),
          );
          return { plain, wikis };
        },
        clients: clients.map(
          (command, index) =>
            async ({ wikis }) =>
              wikis[index] && give(wikis[index], command, index),
        ),
        check: async ({ plain }, results) => {
          await assertWikiInvariants(plain);
          for (const result of results) if (result.status === "rejected") assertToldWell(result.reason);
          won.push(results.filter(({ status }) => status === "fulfilled").length);
          expect(allowed).toContain(await outcomeOf(plain, results));
        },
      });
      const [fewest, most] = winners;
      // On one node commands on one slug take their turns, so that not every outcome comes about.
      if (nodes === "three nodes") expect([Math.min(...won), Math.max(...won)]).toEqual([fewest, most]);
      else expect(won.every((count) => count >= fewest && count <= most)).toBe(true);
      explored.push(count);
    });
  }

  test("which are more than 900 orders that differ in what a call can see", () => {
    expect(explored).toHaveLength(2 * TRIPLES.length);
    expect(sum(explored)).toBeGreaterThan(900);
  });
});

const explored: number[] = [];

interface World {
  /** Its calls are not scheduled. */
  readonly plain: WikiApplication;
  /** One for each client. */
  readonly wikis: readonly WikiApplication[];
}

function openWiki(store: Recorder): Promise<WikiApplication> {
  return WikiApplication.open({ store, env: {}, compressor: "none" });
}

function give(wiki: WikiApplication, command: Command, client = 0): Promise<unknown> {
  const [verb, slug = "", to] = command.split(" ");
  switch (verb) {
    case "create":
      return wiki.createPage({ title: `by ${client}`, slug });
    case "rename":
      return wiki.updateSlug(slug, to ?? "");
    case "delete":
      return wiki.deletePage(slug);
    case "restore":
      return wiki.restorePage(slug, to === undefined ? {} : { as: to });
    default:
      return wiki.updateTitle(slug, "edited");
  }
}

/** A loser hears that the slug is taken or the page elsewhere (or there already: nothing to restore), no more. */
function assertToldWell(error: unknown): void {
  const told = [SlugConflictError, PageNotFoundError, InvalidInputError].some((type) => error instanceof type);
  if (!told) throw error;
}

/** Who won, and which pages there are then. */
async function outcomeOf(wiki: WikiApplication, results: readonly PromiseSettledResult<unknown>[]): Promise<string> {
  const told = results.map((result) => (result.status === "fulfilled" ? "won" : (result.reason as CodedError).code));
  const pages = (await wiki.getPages()).map(({ slug, title }) => `${slug} ${title}`).sort();
  return [...told, ...pages].join("; ");
}

/** What the same commands lead to one after the other, in each order. */
async function serialOutcomes(before: readonly Command[], clients: readonly Command[]): Promise<readonly string[]> {
  const outcomes: string[] = [];
  for (const order of permutations(clients.map((_, index) => index))) {
    const wiki = await openWiki(openMemoryRecorder());
    for (const command of before) await give(wiki, command);
    const results: PromiseSettledResult<unknown>[] = [];
    for (const index of order) {
      const [result] = await Promise.allSettled([give(wiki, clients[index] ?? "", index)]);
      results[index] = result;
    }
    outcomes.push(await outcomeOf(wiki, results));
  }
  return outcomes;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

function permutations<T>(items: readonly T[]): readonly (readonly T[])[] {
  if (items.length < 2) return [items];
  return items.flatMap((first, index) => permutations(items.toSpliced(index, 1)).map((rest) => [first, ...rest]));
}

describe("the control", () => {
  test("a naive check of the slug, without an aggregate for it, is caught by the same scheduler", async () => {
    const createNaively = async (wiki: WikiApplication): Promise<void> => {
      const slug = toSlug("a");
      const taken = (await wiki.getPages()).find((page) => page.slug === slug);
      if (taken) throw new SlugConflictError({ slug, usedBy: taken.pageId });
      const page = Page.create({ slug, title: toTitle("A"), body: toBody(""), tags: toTags([]) });
      await wiki.events.save(page, pageLog.event({ pageId: page.id as PageId }));
    };
    const caught = exploreInterleavings({
      setUp: async (stepwise) => openWiki(stepwise(openMemoryRecorder())),
      clients: [createNaively, createNaively, createNaively],
      check: async (wiki) => {
        const slugs = (await wiki.getPages()).map(({ slug }) => slug);
        expect(slugs).toEqual([...new Set(slugs)]);
      },
    });
    await expect(caught).rejects.toThrow(InterleavingError);
  });
});
