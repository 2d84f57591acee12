import type { Slug } from "../../domain/slug.ts";
import { toSlug } from "../../domain/slug.ts";
import { parsePage } from "../parse-page.ts";
import { renderPage } from "../render-page.ts";
import type { RenderedPage } from "../rendered-page.ts";

/** A text rendered in a wiki of these pages, by slug, and these files; all under /wiki/ and /attachments/. */
export function render(
  text: string,
  options: {
    readonly slug?: string;
    readonly title?: string;
    readonly pages?: Readonly<Record<string, string>>;
    readonly files?: readonly string[];
  } = {},
): RenderedPage {
  const { title, pages = {}, files = [] } = options;
  const slug = options.slug === undefined ? undefined : toSlug(options.slug);
  return renderPage(parsePage(text, { slug, title }), {
    pageExists: (other) => Object.hasOwn(pages, other),
    include: (other) => (Object.hasOwn(pages, other) ? parsePage(pages[other] ?? "", { slug: other }) : undefined),
    pageUrl: (other: Slug) => `/wiki/${other}`,
    attachmentUrl: (path) => (files.includes(path) ? `/attachments/${path}` : undefined),
    sourceUrl: "/wiki/this.md",
  });
}
