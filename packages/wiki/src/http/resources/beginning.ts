import type { PageQueries } from "../../access/page-queries.ts";
import { PageNotFoundError } from "../../domain/page-errors.ts";
import type { Slug } from "../../domain/slug.ts";

/** The slug of the home page. */
export const HOME_SLUG = "home";

// A folder or a repository that was imported may begin with another.
const BEGINNINGS = [HOME_SLUG, "index", "readme"];

/** The page that the wiki begins with; undefined where it has none of those that could. */
export async function findBeginning(queries: PageQueries): Promise<Slug | undefined> {
  for (const slug of BEGINNINGS) {
    const current = await findCurrent(queries, slug);
    if (current !== undefined) return current;
  }
  return undefined;
}

/** The slug of the page that has this one, or had it before it was renamed; undefined where it is deleted or never was. */
async function findCurrent(queries: PageQueries, slug: string): Promise<Slug | undefined> {
  try {
    const { page } = await queries.readPage(slug);
    return page.deleted ? undefined : page.slug;
  } catch (error) {
    if (error instanceof PageNotFoundError) return error.movedTo;
    throw error;
  }
}
