import type { At, RecordedDomainEvent } from "@palimpsest/eventsourcing";
import type { UserId } from "../domain/current-user.ts";
import type { PageAggregate, PageEvent } from "../domain/page.ts";
import type { PageId } from "../domain/page-id.ts";
import type { PagePath } from "../domain/page-path.ts";
import type { Tags, Title } from "../domain/page-text.ts";
import type { Slug } from "../domain/slug.ts";
import { stringOf } from "../domain/text.ts";

/** A page as a reader gets it. */
export interface PageDetails {
  readonly pageId: PageId;
  readonly version: number;
  readonly title: Title;
  readonly slug: Slug;
  readonly body: string;
  readonly tags: Tags;
  /** Where it stands in the repository it was imported from; null where it came from none. */
  readonly path: PagePath | null;
  readonly deleted: boolean;
  readonly modifiedBy: UserId | null;
}

/** One version in a page's history: what happened, who did it, when and why. */
export interface PageVersion {
  readonly version: number;
  /** What happened: `Created`, `BodyUpdated`, … */
  readonly type: PageEvent["type"];
  readonly userId: UserId | null;
  /** Milliseconds since 1970. */
  readonly recordedAt: number;
  readonly position: number;
  readonly summary: string | undefined;
}

/** Which past of a page: one of its versions, or what it was at an instant. */
export type PageAt = Exclude<At, { readonly position: number }>;

export function toPageDetails({ id, version, state }: PageAggregate): PageDetails {
  const { title, slug, body, tags, path, deleted, modifiedBy } = state;
  // Pages get their ids from `Page.create` alone.
  return { pageId: id as PageId, version, title, slug, body: stringOf(body), tags, path, deleted, modifiedBy };
}

export function toPageVersion(event: RecordedDomainEvent<PageEvent>): PageVersion {
  const { originatorVersion: version, type, data, recordedAt, position, metadata } = event;
  const { summary } = metadata;
  return {
    version,
    type,
    userId: data.userId,
    recordedAt,
    position,
    summary: typeof summary === "string" ? summary : undefined,
  };
}
