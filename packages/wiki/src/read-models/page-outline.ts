import type { PageEvent, PageState } from "../domain/page.ts";

/** A page without its text: its events tell it at once, where to fold texts would cost a hundred times as much. */
export type PageOutline = Pick<PageState, "title" | "slug" | "tags" | "deleted">;

export function outlineOf({ title, slug, tags, deleted }: PageState): PageOutline {
  return { title, slug, tags, deleted };
}

/** The outline after an event; `before` is that of the version before it. */
export function outlineAfter(before: PageOutline | undefined, event: PageEvent): PageOutline {
  if (event.type === "Created") {
    const { title, slug, tags } = event.data;
    return { title, slug, tags, deleted: false };
  }
  if (before === undefined) throw new Error(`${event.topic} is no first event of a page`);
  switch (event.type) {
    case "TitleUpdated":
      return { ...before, title: event.data.title };
    case "SlugUpdated":
      return { ...before, slug: event.data.slug };
    case "TagsUpdated":
      return { ...before, tags: event.data.tags };
    case "Deleted":
      return { ...before, deleted: true };
    case "Restored":
      return { ...before, deleted: false };
    case "BodyUpdated":
    case "PathUpdated":
      return before;
  }
}
