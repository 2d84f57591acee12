import { CodedError } from "@palimpsest/eventsourcing";
import type { PageId } from "./page-id.ts";
import type { Slug } from "./slug.ts";

/** No page is to be seen under a slug. */
export class PageNotFoundError extends CodedError {
  readonly code = "PAGE_NOT_FOUND";
  readonly slug: Slug;
  /** Where the page that had the slug last is now; undefined where there never was one, or it is deleted. */
  readonly movedTo: Slug | undefined;

  constructor(slug: Slug, movedTo?: Slug) {
    super(
      movedTo === undefined
        ? `there is no page "${slug}"; check the spelling, or create it`
        : `page "${slug}" is now "${movedTo}"; use that slug`,
    );
    this.slug = slug;
    this.movedTo = movedTo;
  }
}

/** A slug belongs to another page; nothing was recorded. */
export class SlugConflictError extends CodedError {
  readonly code = "SLUG_CONFLICT";
  readonly slug: Slug;
  readonly usedBy: PageId;

  constructor({ slug, usedBy }: { readonly slug: Slug; readonly usedBy: PageId }) {
    super(`slug "${slug}" belongs to page ${usedBy}; choose another slug or rename that page first`);
    this.slug = slug;
    this.usedBy = usedBy;
  }
}

/** A page has changed since it was looked at, and what was asked for does not go together with that; nothing was recorded. */
export class PageChangedError extends CodedError {
  readonly code = "PAGE_CHANGED";
  readonly slug: Slug;
  /** The version that was looked at, and the one the page has now. */
  readonly basedOn: number;
  readonly currentVersion: number;

  constructor({ slug, basedOn, currentVersion }: Pick<PageChangedError, "slug" | "basedOn" | "currentVersion">) {
    super(
      `page "${slug}" went from version ${basedOn} to ${currentVersion} meanwhile; look at it, and ask again based on ` +
        `version ${currentVersion} if it is still right`,
    );
    this.slug = slug;
    this.basedOn = basedOn;
    this.currentVersion = currentVersion;
  }
}

/** What an editor can change, as one side of an edit had it. */
export interface PageContent {
  readonly title: string;
  readonly body: string;
  readonly tags: readonly string[];
}

/** An edit and another one before it changed the same lines, or both the title; nothing was recorded. */
export class EditConflictError extends CodedError {
  readonly code = "EDIT_CONFLICT";
  readonly slug: Slug;
  /** The version that the edit started from, and the one the page has now. */
  readonly basedOn: number;
  readonly currentVersion: number;
  readonly base: PageContent;
  readonly theirs: PageContent;
  readonly yours: PageContent;

  constructor(conflict: {
    readonly slug: Slug;
    readonly basedOn: number;
    readonly currentVersion: number;
    readonly base: PageContent;
    readonly theirs: PageContent;
    readonly yours: PageContent;
  }) {
    const { slug, basedOn, currentVersion } = conflict;
    super(
      `page "${slug}" went from version ${basedOn} to ${currentVersion} meanwhile, and both edits touch the same place; ` +
        `nothing was recorded, join the two texts and save them based on version ${currentVersion}`,
    );
    this.slug = slug;
    this.basedOn = basedOn;
    this.currentVersion = currentVersion;
    this.base = conflict.base;
    this.theirs = conflict.theirs;
    this.yours = conflict.yours;
  }
}
