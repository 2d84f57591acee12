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
export function addressWithSlug({ url: { pathname, search }, form }: Asked, slug: string): string {
  const depth = form === "json" ? "/api/v1/pages/".split("/").length : "/wiki/".split("/").length;
  const before = pathname
    .split("/")
    .slice(0, depth - 1)
    .join("/");
  const path = slug.split("/").map(encodeURIComponent).join("/");
  return `${before}/${path}${form === "markdown" ? ".md" : ""}${search}`;
}
