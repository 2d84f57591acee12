import type { Version } from "@palimpsest/eventsourcing";
import { mergeTexts } from "./merge.ts";
import type { PageState } from "./page.ts";
import { EditConflictError, type PageContent } from "./page-errors.ts";
import { type Body, type Tags, type Title, toBody, toTags } from "./page-text.ts";
import type { Slug } from "./slug.ts";
import { stringOf, textOf } from "./text.ts";

/** What an edit wants a page to be; what it leaves out stays as it is. */
export interface PageEdit {
  readonly title?: Title | undefined;
  readonly body?: Body | undefined;
  readonly tags?: Tags | undefined;
  readonly slug?: Slug | undefined;
}

/**
 * Brings an edit that was made on an older version of a page onto the current one.
 * Throws `EditConflictError` where both changed the same lines, or both the title.
 */
export function mergeEdit(base: Version<PageState>, current: Version<PageState>, edit: PageEdit): PageEdit {
  if (base.version === current.version) return edit;
  const title = mergeTitle(base.state.title, current.state.title, edit.title);
  const body = mergeBody(base.state, current.state, edit.body);
  if (title === CONFLICT || body === CONFLICT) {
    throw new EditConflictError({
      slug: current.state.slug,
      basedOn: base.version,
      currentVersion: current.version,
      base: contentOf(base.state),
      theirs: contentOf(current.state),
      yours: {
        title: edit.title ?? base.state.title,
        body: edit.body ?? stringOf(base.state.body),
        tags: edit.tags ?? base.state.tags,
      },
    });
  }
  // An edit that gives the slug it began with does not move the page; of two moves the later counts, as both lead there.
  const slug = edit.slug === base.state.slug ? undefined : edit.slug;
  return { title, body, tags: mergeTags(base.state.tags, current.state.tags, edit.tags), slug };
}

const CONFLICT = Symbol("conflict");

function mergeTitle(base: Title, theirs: Title, yours: Title | undefined): Title | undefined | typeof CONFLICT {
  if (yours === undefined || yours === base || yours === theirs) return undefined;
  return theirs === base ? yours : CONFLICT;
}

function mergeBody(base: PageState, current: PageState, body: Body | undefined): Body | undefined | typeof CONFLICT {
  if (body === undefined) return undefined;
  const merged = mergeTexts({ base: base.body, theirs: current.body, yours: textOf(body) });
  // Two bodies within the limit can be beyond it together.
  return merged.kind === "merged" ? toBody(stringOf(merged.text)) : CONFLICT;
}

/** Tags never conflict: what either side took out is out, what either side put in is in. */
function mergeTags(base: Tags, theirs: Tags, yours: Tags | undefined): Tags | undefined {
  if (yours === undefined) return undefined;
  const kept = base.filter((tag) => theirs.includes(tag) && yours.includes(tag));
  const added = [...theirs, ...yours].filter((tag) => !base.includes(tag));
  // Two lists within the limit can be beyond it together.
  return toTags([...kept, ...added]);
}

function contentOf({ title, body, tags }: PageState): PageContent {
  return { title, body: stringOf(body), tags };
}
