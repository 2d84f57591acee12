import type { RecordedDomainEvent, Uuid } from "@palimpsest/eventsourcing";
import type { UserId } from "../../domain/current-user.ts";
import type { PageId } from "../../domain/page-id.ts";
import type { Title } from "../../domain/page-text.ts";
import type { Slug } from "../../domain/slug.ts";
import type { PageStep } from "../page-steps.ts";
import { kindsOf } from "./change-kinds.ts";

/** What one save did to one page, as it is stored. */
export interface PageChange {
  readonly pageId: PageId;
  readonly saveId: Uuid;
  /** Of its first event in this batch, and of its last one. */
  readonly firstPosition: number;
  readonly position: number;
  /** Whether a row of its own stood there for the events of an earlier batch, and was taken away. */
  readonly isContinued: boolean;
  readonly slug: Slug;
  readonly title: Title;
  readonly slugBefore: Slug | null;
  readonly deleted: boolean;
  readonly version: number;
  readonly versionBefore: number;
  readonly kinds: number;
  readonly userId: UserId | null;
  readonly recordedAt: number;
  readonly occurredAt: number | null;
  readonly summary: string | null;
  readonly sizeBefore: number;
  readonly sizeAfter: number;
}

export function toPageChange(
  { pageId, before, after, versionBefore, version, events, last }: PageStep,
  sizes: Pick<PageChange, "sizeBefore" | "sizeAfter">,
): PageChange {
  const { metadata, position } = last;
  const { summary } = metadata;
  const types = events.map(({ type }) => type);
  return {
    pageId,
    saveId: last.saveId,
    firstPosition: events[0]?.position ?? position,
    position,
    isContinued: false,
    slug: after.slug,
    title: after.title,
    slugBefore: before && before.slug !== after.slug ? before.slug : null,
    deleted: after.deleted,
    version,
    versionBefore,
    kinds: kindsOf(types, metadata),
    userId: last.data.userId,
    recordedAt: last.recordedAt,
    occurredAt: occurredAtOf(last),
    summary: typeof summary === "string" && summary !== "" ? summary : null,
    ...sizes,
  };
}

/** When it was done, where that is not when it was recorded: the author's date of what was imported. */
function occurredAtOf({ metadata: { source } }: RecordedDomainEvent): number | null {
  const authoredAt = typeof source === "object" && source !== null && "authoredAt" in source ? source.authoredAt : null;
  const instant = typeof authoredAt === "string" ? Date.parse(authoredAt) : Number.NaN;
  return Number.isNaN(instant) ? null : instant;
}
