// A process of its own that commands a wiki, some clients at once, all of them on the same few slugs.
import { appendFileSync, existsSync, readFileSync } from "node:fs";
import { CodedError, StoreError } from "@palimpsest/eventsourcing";
import { WikiApplication } from "../src/application/wiki-application.ts";
import { Page } from "../src/domain/page.ts";
import { SlugConflictError } from "../src/domain/page-errors.ts";
import type { PageId } from "../src/domain/page-id.ts";
import { pageLog } from "../src/domain/page-log.ts";
import { toBody, toSummary, toTags, toTitle } from "../src/domain/page-text.ts";
import { toSlug } from "../src/domain/slug.ts";
import { type CommandNote, type GivenCommand, now, unansweredOf } from "./command-notes.ts";

/** What the process does; given as JSON on its command line. It ends in good order when its input ends. */
export interface HotSlugsJob {
  /** `sqlite:PATH` or `postgres://…`. */
  readonly store: string;
  /** Tells its commands from those of all others. */
  readonly name: string;
  readonly slugs: readonly string[];
  readonly clients: number;
  /** Whether slugs are given out by a look at the pages, without the index: the control. */
  readonly naive: boolean;
  /** A line of JSON for each call and each answer goes here, before anything else happens. */
  readonly notes: string;
}

const VERBS = ["create", "create", "rename", "rename", "delete", "restore", "edit", "edit"] as const;

async function run(job: HotSlugsJob): Promise<void> {
  const state = { ended: false };
  process.stdin.on("end", () => {
    state.ended = true;
  });
  process.stdin.resume();
  const note = (line: CommandNote) => appendFileSync(job.notes, `${JSON.stringify(line)}\n`);
  // Of what a killed process was at, nobody knows whether it was recorded: it is sent again.
  const open = existsSync(job.notes) ? [...unansweredOf(readFileSync(job.notes, "utf8"))] : [];
  const wiki = await WikiApplication.open({ store: job.store, env: {} });
  let count = 0;
  const next = (): GivenCommand => {
    count += 1;
    const [verb, slug, to] = [
      oneOf(job.naive ? (["create", "delete"] as const) : VERBS),
      oneOf(job.slugs),
      oneOf(job.slugs),
    ];
    return { id: `${job.name}-${count}`, verb, slug, to };
  };
  const work = async () => {
    while (!state.ended) {
      const again = open.pop();
      const command = again ?? next();
      if (!again) note({ kind: "called", at: now(), command });
      const { id } = command;
      const code = await give(wiki, command, job.naive);
      note(code === undefined ? { kind: "acknowledged", at: now(), id } : { kind: "refused", at: now(), id, code });
    }
  };
  await Promise.all(Array.from({ length: job.clients }, work));
  await wiki.close();
}

/** Gives a command until it is answered; answers the code with which it is refused. */
async function give(wiki: WikiApplication, command: GivenCommand, naive: boolean): Promise<string | undefined> {
  for (;;) {
    try {
      await (naive ? giveNaively(wiki, command) : giveOnce(wiki, command));
      return undefined;
    } catch (error) {
      if (!(error instanceof CodedError)) throw error;
      if (error instanceof StoreError && ["STORE_UNAVAILABLE", "OUTCOME_UNKNOWN"].includes(error.code)) continue;
      return error.code;
    }
  }
}

function giveOnce(wiki: WikiApplication, { id, verb, slug, to }: GivenCommand): Promise<unknown> {
  const options = { summary: id, idempotencyKey: id };
  switch (verb) {
    case "create":
      return wiki.createPage({ title: id, slug }, options);
    case "rename":
      // To its own name would change nothing.
      return wiki.updateSlug(slug, slug === to ? `${slug}/moved` : to, options);
    case "delete":
      return wiki.deletePage(slug, options);
    case "restore":
      return wiki.restorePage(slug, { ...options, as: to });
    default:
      return wiki.updateTitle(slug, id, options);
  }
}

/** Looks whether a slug is free, then takes it whatever has happened since. */
async function giveNaively(wiki: WikiApplication, { id, verb, slug }: GivenCommand): Promise<void> {
  const save = { metadata: { summary: toSummary(id) }, idempotencyKey: id };
  const taken = (await wiki.getPages()).find((page) => page.slug === slug);
  if (verb === "create") {
    if (taken) throw new SlugConflictError({ slug: taken.slug, usedBy: taken.pageId });
    const page = Page.create({ slug: toSlug(slug), title: toTitle(id), body: toBody(""), tags: toTags([]) });
    await wiki.events.saveWith(save, page, pageLog.event({ pageId: page.id as PageId }));
  } else if (taken) {
    const page = await wiki.events.repository.get(Page, taken.pageId);
    page.delete();
    await wiki.events.saveWith(save, page);
  }
}

function oneOf<T>(items: readonly [T, ...T[]] | readonly T[]): T {
  return items[Math.floor(Math.random() * items.length)] as T;
}

if (import.meta.main) await run(JSON.parse(process.argv[2] ?? "null") as HotSlugsJob);
