import type { PageQueries } from "../../access/page-queries.ts";
import { type Slug, slugFromTitle, toSlug } from "../../domain/slug.ts";
import type { Html } from "../../markup/rendered-page.ts";

/** A text as a reader would see it. */
export async function previewOf(
  queries: PageQueries,
  { body, slug, title }: { readonly body: string; readonly slug: string; readonly title: string },
): Promise<Html> {
  return (await queries.preview({ text: body, title, slug: slugOf(slug) ?? slugOf(title, slugFromTitle) })).html;
}

/** What is typed may not be a slug yet. */
function slugOf(text: string, make: (text: string) => Slug = toSlug): Slug | undefined {
  try {
    return make(text);
  } catch {
    return undefined;
  }
}
