import type { Uuid } from "@palimpsest/eventsourcing";
import { z } from "zod";
import { assertInput } from "../domain/invalid-input.ts";
import type { PageEdit } from "../domain/page-edit.ts";
import { toBody, toSummary, toTags, toTitle } from "../domain/page-text.ts";
import { type Slug, toSlug } from "../domain/slug.ts";
import type { PageAt } from "./page-details.ts";
import type { CommandContext } from "./page-repository.ts";

/** What an editor gives, unchecked; what is left out stays as it is. */
export interface PageInput {
  readonly title?: string | undefined;
  readonly body?: string | undefined;
  /** In any order and case; each counts once. */
  readonly tags?: readonly string[] | undefined;
  /** Another address; the old one leads on to it. */
  readonly slug?: string | undefined;
}

/** What an edit started from. An editor that shows a page for a while gives both. */
export interface EditBase {
  /** A version of the page; default the one of now, which overwrites what has changed since the editor read it. */
  readonly basedOn?: number | undefined;
  /** The page: its slug may be another page's by the time the edit is saved. */
  readonly pageId?: string | undefined;
}

/** What a command can say beside what it does. */
export interface CommandOptions {
  /** Why it was done, for the history: one line, at most 500 characters. */
  readonly summary?: string | undefined;
  /** A key of the caller's, at most 200 characters: a second command with it does nothing and answers the same page. */
  readonly idempotencyKey?: string | undefined;
  /** What several saves have in common that belong to one change. */
  readonly changeId?: Uuid | undefined;
}

const WHOLE = "must be a whole number";

const IdempotencyKey = z
  .string("must be text")
  .min(1, "must not be empty")
  .max(200, "must not be longer than 200")
  .refine((key) => key.isWellFormed() && !key.includes("\0"), "must not contain NUL or halves of surrogate pairs");
const Fields = z.looseObject({}, "must be an object");
const VersionNumber = z.int(WHOLE).min(1, "must be at least 1");
const At = z.union(
  [z.strictObject({ version: VersionNumber }), z.strictObject({ instant: z.union([z.int(), z.date()]) })],
  "must be a version from 1 on, or an instant as a date or in whole milliseconds since 1970",
);
const Bound = z.int(WHOLE).min(0, "must not be negative").optional();
const Listing = z.strictObject({
  gt: Bound,
  lte: Bound,
  limit: Bound,
  desc: z.boolean("must be true or false").optional(),
});

// Callers may come without types, or with those of what somebody sent them: what is no text or no object is said so too.

/** Throws `InvalidInputError`, `InvalidSlugError`. */
export function toSlugInput(value: unknown, field = "slug"): Slug {
  return toSlug(assertInput(field, z.string("must be text"), value));
}

/** Throws `InvalidInputError` for what has no fields. */
export function toFields<T extends object>(name: string, value: T): T {
  assertInput(name, Fields, value);
  return value;
}

/** Throws `InvalidInputError`. */
export function toVersionNumber(value: unknown): number {
  return assertInput("version", VersionNumber, value);
}

/** Throws `InvalidInputError`. */
export function toEditBase({ basedOn, pageId }: EditBase): EditBase {
  return {
    basedOn: basedOn === undefined ? undefined : assertInput("basedOn", VersionNumber, basedOn),
    pageId: pageId === undefined ? undefined : assertInput("pageId", z.string("must be text"), pageId),
  };
}

/** Throws `InvalidInputError`. */
export function toPageAt(value: PageAt): PageAt {
  return assertInput("at", At, value);
}

/** Throws `InvalidInputError`. */
export function toListing<T extends object>(value: T): T {
  assertInput("selection", Listing, value);
  return value;
}

/** Throws `InvalidInputError`. */
export function toPageEdit({ title, body, tags, slug }: PageInput): PageEdit {
  return {
    title: title === undefined ? undefined : toTitle(title),
    body: body === undefined ? undefined : toBody(body),
    tags: tags === undefined ? undefined : toTags(tags),
    slug: slug === undefined ? undefined : toSlugInput(slug),
  };
}

/** Throws `InvalidInputError`. */
export function toCommandContext(options: CommandOptions = {}): CommandContext {
  const { summary, idempotencyKey, changeId } = toFields("options", options);
  return {
    changeId,
    summary: summary === undefined ? undefined : toSummary(summary),
    idempotencyKey:
      idempotencyKey === undefined ? undefined : assertInput("idempotencyKey", IdempotencyKey, idempotencyKey),
  };
}
