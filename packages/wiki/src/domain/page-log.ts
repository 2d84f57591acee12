import { defineLog, NAMESPACE_URL, uuid5 } from "@palimpsest/eventsourcing";
import { PageId } from "./page-id.ts";

/** The pages in the order of their creation. */
export const pageLog = defineLog({
  name: "PageLogged",
  id: uuid5(NAMESPACE_URL, "/page_log"),
  event: { pageId: PageId },
});
