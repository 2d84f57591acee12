import { assertMay } from "../../access/viewer.ts";
import type { PageDetails } from "../../application/page-details.ts";
import { PageNotFoundError } from "../../domain/page-errors.ts";
import { pageAddress } from "../../views/addresses.ts";
import type { Asked, Reply } from "../resource.ts";
import type { Site } from "../site.ts";

/** What a resource of a page answers; where the page has another slug by now, the same address with that one. */
export async function orWhereItMoved(asked: Asked, answer: () => Promise<Reply>): Promise<Reply> {
  try {
    return await answer();
  } catch (error) {
    const movedTo = error instanceof PageNotFoundError ? error.movedTo : undefined;
    if (movedTo === undefined) throw error;
    return { kind: "moved", status: 302, to: addressWithSlug(asked, movedTo) };
  }
}

/** A form about a page that is there, for whoever may edit it. */
export function formForPage(
  site: Site,
  asked: Asked,
  slug: string,
  show: (page: PageDetails) => Promise<Reply>,
): Promise<Reply> {
  return orWhereItMoved(asked, async () => {
    assertMay(asked.viewer, "edit");
    const { page } = await site.access.for(asked.viewer).queries.readPage(slug);
    return page.deleted ? { kind: "moved", status: 302, to: pageAddress(page.slug) } : show(page);
  });
}

/** The address that was asked for, with another slug. */
export function addressWithSlug(asked: Asked, slug: string): string {
  const { url, form } = asked;
  const before = url.pathname.split("/").slice(0, depthOf(asked)).join("/");
  const path = slug.split("/").map(encodeURIComponent).join("/");
  return `${before}/${path}${form === "markdown" ? ".md" : ""}${url.search}`;
}

/** What stands in the place of a slug in the address that was asked for. */
export function slugIn(asked: Asked): string {
  const path = decodeURIComponent(asked.url.pathname.split("/").slice(depthOf(asked)).join("/")).replace(/\/$/, "");
  return asked.form === "markdown" ? path.replace(/\.md$/, "") : path;
}

/** How many parts of an address stand before the slug. */
function depthOf({ form }: Asked): number {
  return (form === "json" ? "/api/v1/pages" : "/wiki").split("/").length;
}
