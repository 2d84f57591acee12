import type { Text } from "@codemirror/state";
import { type AggregateOf, defineAggregate, nothing } from "@palimpsest/eventsourcing";
import { currentUserId, type UserId } from "./current-user.ts";
import { PagePath } from "./page-path.ts";
import { Body, Tags, Title } from "./page-text.ts";
import { Slug } from "./slug.ts";
import { stringOf, textOf } from "./text.ts";
import { applyChange, assertSum, changeBetween, TextChange } from "./text-change.ts";

export interface PageState {
  readonly title: Title;
  readonly slug: Slug;
  readonly body: Text;
  /** What the last change of the body says its text sums up to; undefined while the body is as it was created. */
  readonly bodySum: number | undefined;
  readonly tags: Tags;
  /** Where it stands in the repository it came from; null where it came from none. */
  readonly path: PagePath | null;
  /** Deleted is hidden, not gone: the page can be restored. */
  readonly deleted: boolean;
  readonly modifiedBy: UserId | null;
}

/** A page of the wiki. A command that changes nothing records nothing. */
export const Page = defineAggregate({
  name: "Page",
  context: { userId: currentUserId },
  events: {
    Created: { title: Title, slug: Slug, body: Body, tags: Tags },
    TitleUpdated: { title: Title },
    SlugUpdated: { slug: Slug },
    BodyUpdated: { change: TextChange },
    TagsUpdated: { tags: Tags },
    PathUpdated: { path: PagePath },
    Deleted: {},
    Restored: {},
  },
  create: ({ title, slug, body, tags }): PageState => ({
    title,
    slug,
    body: textOf(body),
    bodySum: undefined,
    tags,
    path: null,
    deleted: false,
    modifiedBy: null,
  }),
  apply: {
    TitleUpdated: (page, { title }) => ({ ...page, title }),
    SlugUpdated: (page, { slug }) => ({ ...page, slug }),
    BodyUpdated: (page, { change }) => ({ ...page, body: applyChange(page.body, change), bodySum: change.sum }),
    TagsUpdated: (page, { tags }) => ({ ...page, tags }),
    PathUpdated: (page, { path }) => ({ ...page, path }),
    Deleted: (page) => ({ ...page, deleted: true }),
    Restored: (page) => ({ ...page, deleted: false }),
  },
  applyEvery: (page, { userId }) => ({ ...page, modifiedBy: userId }),
  check: ({ body, bodySum }) => {
    if (bodySum !== undefined) assertSum(body, bodySum);
  },
  // Each line is a string of its own.
  sizeOf: ({ body }) => 1_000 + body.length + 30 * body.lines,
  commands: (event) => ({
    updateTitle: (page, title: Title) => (title === page.title ? nothing : event.TitleUpdated({ title })),
    updateSlug: (page, slug: Slug) => (slug === page.slug ? nothing : event.SlugUpdated({ slug })),
    updateBody: (page, body: Body) => {
      const before = stringOf(page.body);
      return body === before ? nothing : event.BodyUpdated({ change: changeBetween(before, body) });
    },
    updateTags: (page, tags: Tags) => (tags.join() === page.tags.join() ? nothing : event.TagsUpdated({ tags })),
    updatePath: (page, path: PagePath) => (path === page.path ? nothing : event.PathUpdated({ path })),
    delete: (page) => (page.deleted ? nothing : event.Deleted({})),
    restore: (page) => (page.deleted ? event.Restored({}) : nothing),
  }),
  snapshots: { version: 2 },
});

export type PageAggregate = AggregateOf<typeof Page>;
export type PageEvent = PageAggregate["pendingEvents"][number];
