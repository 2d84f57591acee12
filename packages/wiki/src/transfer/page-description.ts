import type { Text } from "@codemirror/state";
import type { PageAggregate } from "../domain/page.ts";
import { type Tags, Title, toTags } from "../domain/page-text.ts";
import { splitFrontMatter } from "./front-matter.ts";
import { titleOf } from "./page-file.ts";

/** What a file says of its page. */
export interface PageDescription {
  readonly title: Title;
  readonly tags: Tags;
  /** The title that its path alone gives. */
  readonly titleOfPath: Title;
}

const NO_TAGS = toTags([]);
// Front matter is shorter.
const HEAD_UNITS = 5_000;

/** What the file at a path says of its page: by its front matter, which stays in the text, else by its name. */
export function describe(path: string, text: Text | string): PageDescription {
  const titleOfPath = titleOf(path);
  const head = typeof text === "string" ? text.slice(0, HEAD_UNITS) : text.sliceString(0, HEAD_UNITS);
  const { title, tags = NO_TAGS } = splitFrontMatter(head);
  // Checked by `splitFrontMatter`.
  return { title: title === undefined ? titleOfPath : Title.parse(title), tags, titleOfPath };
}

/**
 * Gives a page what its file says of it from now on. What the file says as it did before stays as it is in the wiki, as
 * does what somebody has changed there. (Versions that did not look into files gave the title of the path, and no tags.)
 */
export function follow(page: PageAggregate, before: PageDescription, after: PageDescription): void {
  const { title, tags } = page.state;
  if (after.title !== before.title && (title === before.title || title === before.titleOfPath)) {
    page.updateTitle(after.title);
  }
  if (after.tags.join() !== before.tags.join() && (tags.length === 0 || tags.join() === before.tags.join())) {
    page.updateTags(after.tags);
  }
}
