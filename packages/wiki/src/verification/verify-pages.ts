import { CodedError, type RecordedDomainEvent, toUuid } from "@palimpsest/eventsourcing";
import type { WikiApplication } from "../application/wiki-application.ts";
import { Page, type PageEvent, type PageState } from "../domain/page.ts";
import { pageLog } from "../domain/page-log.ts";
import type { Slug } from "../domain/slug.ts";
import { stringOf } from "../domain/text.ts";
import type { Finding } from "./finding.ts";
import type { WorkOptions } from "./wiki-size.ts";

const BATCH = 100;

/** The pages that were looked at, and what is wrong with them. */
export interface PagesVerification {
  readonly pages: number;
  readonly findings: readonly Finding[];
}

/**
 * Folds each page from its first event, which checks the sum of each text, and compares it with the page that the wiki
 * shows, which may begin with a snapshot; then finds it by its slug.
 */
export async function verifyPages(
  wiki: WikiApplication,
  { onProgress, signal }: WorkOptions = {},
): Promise<PagesVerification> {
  const app = wiki.events;
  const findings: Finding[] = [];
  let pages = 0;
  const [newest] = await app.log(pageLog).select({ desc: true, limit: 1 });
  const total = newest?.originatorVersion ?? 0;
  for (let gt = 0; ; ) {
    const logged = await app.log(pageLog).select({ gt, limit: BATCH });
    const last = logged.at(-1);
    if (!last) return { pages, findings };
    gt = last.originatorVersion;
    for (const { data } of logged) {
      signal?.throwIfAborted();
      pages += 1;
      const finding = await verifyPage(wiki, toUuid(data.pageId));
      if (finding) findings.push({ check: "page", originatorId: data.pageId, ...finding });
    }
    onProgress?.({ done: Math.min(gt, total), total });
  }
}

async function verifyPage(
  wiki: WikiApplication,
  id: ReturnType<typeof toUuid>,
): Promise<Pick<Finding, "message" | "position"> | undefined> {
  const { repository } = wiki.events;
  let shown: { readonly version: number; readonly state: PageState };
  let events: readonly RecordedDomainEvent<PageEvent>[];
  try {
    shown = await repository.get(Page, id);
    events = await repository.history(Page, id, { upTo: shown.version });
  } catch (error) {
    if (!(error instanceof CodedError)) throw error;
    return { message: `page ${id} cannot be read: ${error.message} [${error.code}]` };
  }
  let position = 0;
  try {
    let folded: { version: number; state: PageState } | undefined;
    for (const event of events) {
      position = event.position;
      folded = Page.fold(id, folded, [event]);
    }
    const differing = folded ? differingFields(folded.state, shown.state) : ["everything"];
    if (differing.length > 0) {
      return { message: `page ${id} is shown with another ${differing.join(" and ")} than its events say` };
    }
  } catch (error) {
    if (!(error instanceof CodedError)) throw error;
    return { position, message: `page ${id} cannot be folded: ${error.message} [${error.code}]` };
  }
  return shown.state.deleted ? undefined : findBySlug(wiki, id, shown.state.slug);
}

function differingFields(folded: PageState, shown: PageState): readonly string[] {
  const fields = ["title", "slug", "path", "deleted", "modifiedBy"] as const;
  const differing: string[] = fields.filter((field) => folded[field] !== shown[field]);
  if (folded.tags.join() !== shown.tags.join()) differing.push("tags");
  if (stringOf(folded.body) !== stringOf(shown.body)) differing.push("text");
  return differing;
}

async function findBySlug(wiki: WikiApplication, id: string, slug: Slug) {
  try {
    const { pageId } = await wiki.getPageDetails(slug);
    if (pageId === id) return undefined;
    // Renamed, deleted or restored meanwhile.
    const { state } = await wiki.events.repository.get(Page, toUuid(id));
    if (state.slug !== slug || state.deleted) return undefined;
    return { message: `"${slug}" shows page ${pageId}, and belongs to ${id}` };
  } catch (error) {
    if (!(error instanceof CodedError)) throw error;
    const { state } = await wiki.events.repository.get(Page, toUuid(id));
    if (state.slug !== slug || state.deleted) return undefined;
    return { message: `page ${id} cannot be found by its slug "${slug}": ${error.message} [${error.code}]` };
  }
}
