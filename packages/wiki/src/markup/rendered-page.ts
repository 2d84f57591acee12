import type { Slug } from "../domain/slug.ts";
import type { Heading, ParsedPage } from "./parsed-page.ts";

/** HTML that may go to a browser as it is. Only `renderPage` makes it. */
export type Html = string & { readonly __brand: "Html" };

/** What the renderer is told of the rest of the wiki. All answers are for one viewer, and synchronous. */
export type RenderContext = {
  /** Whether this viewer is to see that the page exists: links to others are marked as missing. */
  pageExists(slug: Slug): boolean;
  /** The page to include, parsed with its slug, if this viewer may read it. */
  include(slug: Slug): ParsedPage | undefined;
  pageUrl(slug: Slug): string;
  /** Where a file is served; undefined where there is none. */
  attachmentUrl(path: string): string | undefined;
  /** Where the text of this page can be read in full: a page that is cut short leads there. */
  readonly sourceUrl: string;
};

export type RenderedPage = {
  readonly html: Html;
  /** The headings that are shown, those of included pages too, as far as contents go. */
  readonly contents: readonly Heading[];
  /** What the context was asked for: with other answers, the HTML would be different. */
  readonly dependsOn: {
    readonly links: readonly Slug[];
    readonly includes: readonly Slug[];
    readonly attachments: readonly string[];
  };
  /** Whether a limit was met: some of the page is left out or shown as plain text, and it says so. */
  readonly isLimited: boolean;
};
