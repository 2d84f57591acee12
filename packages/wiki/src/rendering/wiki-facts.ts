import type { Slug } from "../domain/slug.ts";
import { renderPage } from "../markup/render-page.ts";
import type { RenderedPage } from "../markup/rendered-page.ts";
import type { PageText } from "./page-text.ts";
import type { ParsedPages } from "./parsed-pages.ts";

/** What a text is rendered with: all that it refers to, as one viewer may see it. Can be sent to another thread. */
export interface WikiFacts {
  readonly included: ReadonlyMap<Slug, PageText>;
  readonly existing: ReadonlySet<Slug>;
  /** The address of each page that is named. */
  readonly urls: ReadonlyMap<Slug, string>;
  /** The address of each file that there is. */
  readonly attachments: ReadonlyMap<string, string>;
  readonly sourceUrl: string;
}

/** Renders a text on the thread that calls. */
export function renderText(page: PageText, facts: WikiFacts, parsed: ParsedPages): RenderedPage {
  return renderPage(parsed.get(page), {
    pageExists: (slug) => facts.existing.has(slug),
    include: (slug) => {
      const included = facts.included.get(slug);
      return included && parsed.get(included);
    },
    pageUrl: (slug) => facts.urls.get(slug) ?? "",
    attachmentUrl: (path) => facts.attachments.get(path),
    sourceUrl: facts.sourceUrl,
  });
}
