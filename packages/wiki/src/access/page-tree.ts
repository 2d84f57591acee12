import type { Slug } from "../domain/slug.ts";
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
}

// Of each branch; the list of all pages has the rest.
const PLACES = 50;

/** The tree around a page: what lies beside it, above it and below it. Closed where it is around none. */
export async function treeAround(
  slug: Slug | "",
  { readModels, visibility }: { readonly readModels: ReadModels; readonly visibility: Visibility },
): Promise<readonly TreePlace[]> {
  const branch = async (path: Slug | ""): Promise<readonly TreePlace[]> => {
    const { rows } = await readModels.listChildren(visibility, path, { limit: PLACES });
    return Promise.all(
      rows.map(async ({ path: below, name, page, pages }): Promise<TreePlace> => {
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
      }),
    );
  };
  return branch("");
}

/** The places above a page that the tree shows open. */
export function ancestorsIn(tree: readonly TreePlace[], slug: Slug): readonly TreePlace[] {
  const above = tree.find((place) => slug.startsWith(`${place.slug}/`));
  return above ? [above, ...ancestorsIn(above.children, slug)] : [];
}
