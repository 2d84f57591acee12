import type { PageId } from "../domain/page-id.ts";
import type { PageRow } from "../read-models/pages/page-queries.ts";
import type { ReadModels } from "../read-models/read-models.ts";
import type { Visibility } from "../read-models/visibility.ts";

/** Those of some pages that are to be seen, in the order in which they are named. */
export async function pagesInOrder(
  readModels: ReadModels,
  visibility: Visibility,
  pageIds: readonly PageId[],
): Promise<readonly PageRow[]> {
  const found = await readModels.findPages(visibility, pageIds);
  const byId = new Map(found.map((page) => [page.pageId, page]));
  return pageIds.flatMap((pageId) => byId.get(pageId) ?? []);
}
