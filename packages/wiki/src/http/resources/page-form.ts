import { createHash, randomUUID } from "node:crypto";
import { CodedError } from "@palimpsest/eventsourcing";
import { z } from "zod";
import { InvalidInputError } from "../../domain/invalid-input.ts";
import { InvalidSlugError } from "../../domain/invalid-slug.ts";
import { PageNotFoundError, SlugConflictError } from "../../domain/page-errors.ts";
import type { EditErrors, EditFields } from "../../views/edit.ts";
import type { Fields } from "../decoding.ts";
import { OptionalLine, TagsField } from "../fields.ts";
import { toProblem } from "../problems.ts";

/** What the form of a page sends. */
export const PAGE_FORM = {
  title: z.string(),
  slug: z.string().default(""),
  tags: TagsField.default([]),
  body: z.string().default(""),
  summary: OptionalLine,
  intent: z.enum(["save", "preview"], "must be save or preview").default("save"),
  idempotencyKey: z.string().max(100, "must not be longer than 100").optional(),
};

/** A key for a form: what is sent with it twice, as by a double click, is one thing. */
export function newKey(): string {
  return randomUUID();
}

/**
 * The key of what a form says: of a form that was changed after it was sent, and is sent again, it is another one.
 * Undefined where the form has none.
 */
export function keyOf(key: string | undefined, ...said: readonly unknown[]): string | undefined {
  if (key === undefined || key === "") return undefined;
  return createHash("sha256")
    .update(JSON.stringify([key, ...said]))
    .digest("base64url");
}

/** What was typed into the form, to be shown again; undefined where no form was sent. */
export function typedFields(given: Fields): EditFields | undefined {
  if (typeof given["title"] !== "string" && typeof given["body"] !== "string") return undefined;
  return {
    title: textOf(given, "title"),
    slug: textOf(given, "slug"),
    tags: textOf(given, "tags"),
    body: textOf(given, "body"),
    summary: textOf(given, "summary"),
  };
}

export function textOf(given: Fields, name: string): string {
  const value = given[name];
  return typeof value === "string" ? value : "";
}

const LABELS: { readonly [field: string]: string } = {
  title: "The title",
  slug: "The address",
  tag: "A tag",
  tags: "The tags",
  body: "The text",
  summary: "What you changed",
};

/** What was refused, at the field that it is about, for a person; and the status of the answer. */
export function refusalOf(error: unknown): { readonly status: number; readonly errors: EditErrors } {
  const { status, detail } = toProblem(error);
  return { status, errors: errorsOf(error, detail) };
}

function errorsOf(error: unknown, detail: string): EditErrors {
  if (error instanceof SlugConflictError) {
    return { slug: `Another page has the address ${error.slug} already. Choose another one.` };
  }
  if (error instanceof InvalidSlugError) return { slug: error.message.replace(/^slug/, "The address") };
  if (error instanceof PageNotFoundError) {
    return {
      slug: "This page was deleted, or its address is another page’s, since you began. Copy your text, or save it as a new page.",
    };
  }
  if (error instanceof InvalidInputError) {
    const [name = ""] = error.field.split(".");
    const field = name === "tag" ? "tags" : name;
    const message = `${LABELS[name] ?? `"${name}"`} ${error.reason}.`;
    return field in LABELS ? { [field]: message } : { body: message };
  }
  return {
    body: error instanceof CodedError ? sentence(detail) : "Something went wrong in the wiki; nothing was saved.",
  };
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}
