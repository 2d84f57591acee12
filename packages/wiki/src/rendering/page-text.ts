import { hash } from "node:crypto";
import type { Slug } from "../domain/slug.ts";
import { parsePage, parseSource } from "../markup/parse-page.ts";
import type { ParsedPage } from "../markup/parsed-page.ts";

/** A text as the page that it is, or would be. */
export interface PageText {
  readonly text: string;
  /** From which its relative links are seen. */
  readonly slug: Slug | undefined;
  /** What stands above it already, and need not be said twice. */
  readonly title?: string | undefined;
  /** Whether it is shown as it was written, since to format it costs too much. */
  readonly isSource?: true;
}

/** What a text refers to: what there is to be known of the wiki before it is rendered. */
export type References = Pick<ParsedPage, "links" | "includes" | "attachments" | "pages">;

export function parseText({ text, slug, title, isSource }: PageText): ParsedPage {
  return isSource ? parseSource(text, slug) : parsePage(text, { slug, title });
}

/** Names a text, for what is known by texts. */
export function keyOf({ text, slug, title, isSource }: PageText): string {
  return `${slug ?? ""}\n${title ?? ""}\n${isSource ? "source" : ""}\n${text}`;
}

const digests = new WeakMap<PageText, string>();

/** The same, short: of a long text it takes a millisecond. */
export function digestOf(page: PageText): string {
  const digest = digests.get(page) ?? hash("sha256", keyOf(page), "base64");
  digests.set(page, digest);
  return digest;
}
