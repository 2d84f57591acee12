import type { Token } from "markdown-it";
import type { Slug } from "../domain/slug.ts";

/** A heading as it is shown: its level (2 to 6: the page's title is 1), the id that leads to it, and its text. */
export type Heading = {
  readonly level: number;
  readonly id: string;
  readonly text: string;
};

/** Where a link leads. */
export type LinkTarget =
  | { readonly kind: "page"; readonly slug: Slug; readonly section: string | undefined }
  | { readonly kind: "section"; readonly section: string }
  | { readonly kind: "attachment"; readonly path: string }
  | { readonly kind: "site"; readonly path: string }
  | { readonly kind: "external"; readonly url: string };

/** What the text of a page says by itself, before anything is known of other pages. Made by `parsePage`. */
export type ParsedPage = {
  /** Where it links to, each page once, in the order of first mention. A link to a section of its own is none. */
  readonly links: readonly Slug[];
  /** The pages that it includes. */
  readonly includes: readonly Slug[];
  /** All whose addresses are written: those above, and pages named where an image would be. */
  readonly pages: readonly Slug[];
  /** The files that it links to or shows: paths from the root of the wiki, as `guides/map.png`. */
  readonly attachments: readonly string[];
  readonly headings: readonly Heading[];
  /** All that a reader reads, for searching: without markup, a line for each block. */
  readonly plainText: string;
  /** How its first paragraphs begin, in one line of at most 240 UTF-16 units. */
  readonly excerpt: string;
  /** For `renderPage` alone. */
  readonly content: ParsedContent;
};

export type ParsedContent = {
  /** The page's own, as it was given. */
  readonly slug: Slug | undefined;
  readonly tokens: readonly Token[];
  readonly units: number;
  /** Whether a limit was met while parsing. */
  readonly isLimited: boolean;
};
