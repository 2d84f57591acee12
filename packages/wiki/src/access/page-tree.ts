import type { Slug } from "../domain/slug.ts";
import type { ChildRow } from "../read-models/pages/tree-queries.ts";
import type { ReadModels } from "../read-models/read-models.ts";
import type { Visibility } from "../read-models/visibility.ts";

/** A place in the tree that slugs make, as far as it is open. */
export interface TreePlace {
  readonly slug: Slug;
  /** The page's title, or where no page has this slug its last name. */
  readonly name: string;
  readonly isPage: boolean;
  readonly isCurrent: boolean;
  readonly pagesBelow: number;
  readonly children: readonly TreePlace[];
  /** Whether places are left out before it. */
  readonly isAfterGap: boolean;
}

/** What a tree is read with, and how many places of a branch it has at most, from each of two beginnings. */
interface TreeMeans {
  readonly readModels: ReadModels;
  readonly visibility: Visibility;
  readonly places?: number;
}

// Of each branch; the list of all pages has the rest.
const PLACES = 200;

/**
 * The tree around a page: what lies beside it, above it and below it. Closed where it is around none. Of a branch with many
 * places it has the first ones, and where the way to the page goes by another, that one with those after it.
 */
export async function treeAround(
  slug: Slug | "",
  { readModels, visibility, places = PLACES }: TreeMeans,
): Promise<readonly TreePlace[]> {
  const branch = async (path: Slug | ""): Promise<readonly TreePlace[]> => {
    const first = await readModels.listChildren(visibility, path, { limit: places });
    const onTheWay = placeBelow(path, slug);
    const isElsewhere = first.next !== undefined && !first.rows.some((row) => row.path === onTheWay);
    const rest = isElsewhere && onTheWay !== undefined ? await from(path, onTheWay, first.next) : NOTHING;
    const shown = await Promise.all([...first.rows, ...rest.rows].map(toPlace));
    return shown.map((place, i) => ({ ...place, isAfterGap: rest.isAfterGap && i === first.rows.length }));
  };
  /** The rows from a place on, if it is there, and whether others are left out before it. */
  const from = async (path: Slug | "", place: Slug, next: string | undefined) => {
    const { rows } = await readModels.listChildren(visibility, path, { from: place, limit: places });
    if (rows[0]?.path !== place) return NOTHING;
    const following = await readModels.listChildren(visibility, path, { after: next, limit: 1 });
    return { rows, isAfterGap: following.rows[0]?.path !== place };
  };
  const toPlace = async ({ path: below, name, page, pages }: ChildRow): Promise<Omit<TreePlace, "isAfterGap">> => {
    const isOpen = slug === below || slug.startsWith(`${below}/`);
    const pagesBelow = pages - (page === undefined ? 0 : 1);
    return {
      // A path in the tree is the beginning of a slug, up to a slash.
      slug: below as Slug,
      name: page?.title ?? name,
      isPage: page !== undefined,
      isCurrent: slug === below,
      pagesBelow,
      children: isOpen && pagesBelow > 0 ? await branch(below as Slug) : [],
    };
  };
  return branch("");
}

const NOTHING: { readonly rows: readonly ChildRow[]; readonly isAfterGap: boolean } = { rows: [], isAfterGap: false };

/** The place right below a path on the way to a slug: `guides/start` below `guides` on the way to `guides/start/now`. */
function placeBelow(path: Slug | "", slug: Slug | ""): Slug | undefined {
  const depth = path === "" ? 0 : path.split("/").length;
  const names = slug.split("/").slice(0, depth + 1);
  // The beginning of a slug, up to a slash, is one.
  return slug === "" || names.length <= depth ? undefined : (names.join("/") as Slug);
}

/** The places above a page that the tree shows open. */
export function ancestorsIn(tree: readonly TreePlace[], slug: Slug): readonly TreePlace[] {
  const above = tree.find((place) => slug.startsWith(`${place.slug}/`));
  return above ? [above, ...ancestorsIn(above.children, slug)] : [];
}
