import { joinTexts } from "../../domain/joined-texts.ts";
import type { EditConflictError } from "../../domain/page-errors.ts";
import { compareTexts } from "../../domain/text-comparison.ts";
import { conflictView } from "../../views/conflict.ts";
import type { EditFields } from "../../views/edit.ts";
import type { Fields } from "../decoding.ts";
import type { Asked, Reply } from "../resource.ts";
import { authorOf, frameFor, type Site } from "../site.ts";
import { newKey, textOf } from "./page-form.ts";

/** Both edits of a page that touch the same place, and a form with what they become together. */
export async function showConflict(
  site: Site,
  asked: Asked,
  conflict: { readonly error: EditConflictError; readonly fields: EditFields; readonly given: Fields },
): Promise<Reply> {
  const { error, fields, given } = conflict;
  const { slug, basedOn, currentVersion, base, theirs, yours } = error;
  const { queries } = site.access.for(asked.viewer);
  const { page, recordedAt, authorId } = await queries.readPage(slug, currentVersion);
  const { text, hasMarks } = joinTexts({ base: base.body, theirs: theirs.body, yours: yours.body });
  const model = {
    page: { slug, title: theirs.title },
    pageId: page.pageId,
    basedOn,
    currentVersion,
    theirAuthor: authorOf(authorId, await queries.namesOf([authorId])),
    theirsRecordedAt: recordedAt,
    base,
    theirs,
    yours,
    theirChanges: compareTexts(base.body, theirs.body),
    yourChanges: compareTexts(base.body, yours.body),
    fields: {
      title: yours.title === base.title ? theirs.title : yours.title,
      // An address that was not changed is theirs, which may be another one by now.
      slug: fields.slug === "" || fields.slug === textOf(given, "page") ? slug : fields.slug,
      tags: joinTags(base.tags, theirs.tags, yours.tags).join(", "),
      body: text,
      summary: fields.summary,
    },
    hasMarks,
    idempotencyKey: newKey(),
  };
  return { kind: "shown", status: 409, data: null, view: () => conflictView(frameFor(site, asked), model) };
}

/** What either side took out is out, what either side put in is in. */
function joinTags(base: readonly string[], theirs: readonly string[], yours: readonly string[]): readonly string[] {
  const kept = base.filter((tag) => theirs.includes(tag) && yours.includes(tag));
  const added = [...theirs, ...yours].filter((tag) => !base.includes(tag));
  return [...new Set([...kept, ...added])].sort();
}
