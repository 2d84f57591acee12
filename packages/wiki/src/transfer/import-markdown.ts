import { createHash } from "node:crypto";
import { z } from "zod";
import type { CommandContext } from "../application/page-repository.ts";
import type { WikiApplication } from "../application/wiki-application.ts";
import { currentUserId, type UserId } from "../domain/current-user.ts";
import { mergeTexts } from "../domain/merge.ts";
import { Page } from "../domain/page.ts";
import type { PageId } from "../domain/page-id.ts";
import { PagePath } from "../domain/page-path.ts";
import { Body, type Tags, type Title, Title as TitleSchema, toTags } from "../domain/page-text.ts";
import { stringOf, textOf } from "../domain/text.ts";
import { splitFrontMatter } from "./front-matter.ts";
import { type MarkdownFile, readMarkdownFile, readMarkdownFolder } from "./markdown-folder.ts";
import { titleOf } from "./page-file.ts";
import { findPagesByPath } from "./pages-by-path.ts";
import { SlugChoice } from "./slug-choice.ts";

/** What is imported, and where to. */
export interface MarkdownImportOptions {
  readonly folder: string;
  /** The wiki; undefined to write nothing where there is none yet. */
  readonly wiki: WikiApplication | undefined;
  /** Whoever imports; undefined to write nothing. */
  readonly userId: UserId | undefined;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: { readonly done: number; readonly total: number }) => void;
}

/** What an import did, or would do. */
export interface MarkdownImportSummary {
  readonly created: number;
  readonly updated: number;
  /** As the files were when they were imported last: edits made in the wiki since stay. */
  readonly unchanged: number;
  /** Pages that were edited in the wiki on the same lines as in the file. The file's text was taken. */
  readonly conflicts: readonly { readonly path: string; readonly slug: string; readonly version: number }[];
  /** Files whose pages were deleted in the wiki, which they stay. */
  readonly deleted: readonly string[];
  readonly leftOut: readonly { readonly path: string; readonly reason: string }[];
  /** Whether it was stopped before its end: another run goes on where it stopped. */
  readonly interrupted: boolean;
}

type Outcome =
  | { readonly kind: "created" | "updated" | "unchanged" | "deleted" }
  | { readonly kind: "conflict"; readonly slug: string; readonly version: number };

/** What a file makes of its page. */
interface Content {
  readonly title: Title;
  readonly tags: Tags;
  readonly body: Body;
}

/** The same as it was at the import before. */
interface Base {
  readonly title: string;
  readonly tags: readonly string[];
  readonly body: string;
}

/**
 * Makes a page of each Markdown file of a folder, one save each; a page that was made of a file before is brought to
 * where the file is, with the edits of the wiki since. The time of a file is data of the save. Files that are gone leave
 * their pages. Rejects with `PathNotFoundError`, and what the wiki rejects with.
 */
export async function importMarkdown(options: MarkdownImportOptions): Promise<MarkdownImportSummary> {
  const { folder, wiki, signal, onProgress } = options;
  const { files, leftOut } = await readMarkdownFolder(folder);
  const refused = [...leftOut];
  const known = wiki ? await findPagesByPath(wiki) : { live: new Map(), deleted: new Map() };
  const done = { created: 0, updated: 0, unchanged: 0 };
  const conflicts: { path: string; slug: string; version: number }[] = [];
  const deleted: string[] = [];
  for (const [index, file] of files.entries()) {
    if (signal?.aborted) break;
    const content = await readMarkdownFile(folder, file);
    if (content.kind === "refused") {
      refused.push({ path: file.path, reason: content.reason });
    } else {
      const pageId = known.live.get(file.path);
      const outcome: Outcome =
        pageId === undefined && known.deleted.has(file.path)
          ? { kind: "deleted" }
          : await importFile(file, toContent(file.path, content.text), pageId, options);
      if (outcome.kind === "conflict") {
        done.updated += 1;
        conflicts.push({ path: file.path, slug: outcome.slug, version: outcome.version });
      } else if (outcome.kind === "deleted") deleted.push(file.path);
      else done[outcome.kind] += 1;
    }
    onProgress?.({ done: index + 1, total: files.length });
  }
  return { ...done, conflicts, deleted, leftOut: refused, interrupted: signal?.aborted ?? false };
}

function toContent(path: string, text: Body): Content {
  const { title, tags, body } = splitFrontMatter(text);
  return {
    // Checked by `splitFrontMatter`.
    title: title === undefined ? titleOf(path) : TitleSchema.parse(title),
    tags: tags ?? toTags([]),
    body: Body.parse(body),
  };
}

async function importFile(
  file: MarkdownFile,
  content: Content,
  pageId: PageId | undefined,
  { wiki, userId }: MarkdownImportOptions,
): Promise<Outcome> {
  if (!wiki) return { kind: "created" };
  if (pageId === undefined) {
    if (userId !== undefined) await createPage(wiki, userId, file, content);
    return { kind: "created" };
  }
  const base = await importedLast(wiki, pageId);
  const isAsBefore =
    base?.title === content.title && base.tags.join() === content.tags.join() && base.body === content.body;
  if (isAsBefore) return { kind: "unchanged" };
  return updatePage(wiki, userId, { file, content, pageId, base });
}

/** With what the file held, by which the next import tells whether it has changed. */
function contextOf({ path, modifiedAt }: MarkdownFile, { title, tags, body }: Content): CommandContext {
  const authoredAt = new Date(modifiedAt).toISOString();
  return { source: { kind: SOURCE, path, authoredAt, title, tags: [...tags], sha256: sumOf(body) } };
}

const SOURCE = "markdown";

const ImportedFile = z.object({
  kind: z.literal(SOURCE),
  title: z.string(),
  tags: z.array(z.string()),
  sha256: z.string(),
});

function sumOf(body: string): string {
  return createHash("sha256").update(body).digest("hex");
}

async function createPage(wiki: WikiApplication, userId: UserId, file: MarkdownFile, content: Content): Promise<void> {
  await currentUserId.run(userId, () =>
    wiki.changePages(contextOf(file, content), async (pages) => {
      const slug = await new SlugChoice(pages, new Set()).choose(file.path);
      const page = pages.create({ slug, ...content });
      page.updatePath(PagePath.parse(file.path));
    }),
  );
}

interface Update {
  readonly file: MarkdownFile;
  readonly content: Content;
  readonly pageId: PageId;
  readonly base: Base | undefined;
}

async function updatePage(
  wiki: WikiApplication,
  userId: UserId | undefined,
  { file, content, pageId, base }: Update,
): Promise<Outcome> {
  const current = await wiki.events.repository.get(Page, pageId);
  const before = stringOf(current.state.body);
  let body = content.body;
  let conflict = false;
  if (base !== undefined && base.body !== before && before !== content.body) {
    const merged = mergeTexts({ base: textOf(base.body), theirs: current.state.body, yours: textOf(content.body) });
    const text = merged.kind === "conflict" ? undefined : Body.safeParse(stringOf(merged.text)).data;
    conflict = text === undefined;
    body = text ?? content.body;
  }
  if (userId !== undefined) {
    await currentUserId.run(userId, () =>
      wiki.changePages(contextOf(file, content), async (pages) => {
        const page = await pages.get(pageId);
        // What somebody has changed in the wiki since, and the file has not, stays.
        if (base?.title !== content.title) page.updateTitle(content.title);
        if (base?.tags.join() !== content.tags.join()) page.updateTags(content.tags);
        // The file's own text is a version too: the next import starts from it.
        page.updateBody(content.body);
        page.updateBody(body);
      }),
    );
  }
  if (conflict) return { kind: "conflict", slug: current.state.slug, version: current.version };
  return { kind: "updated" };
}

/** What the file of a page held when it was imported last; undefined where it never was. */
async function importedLast(wiki: WikiApplication, pageId: PageId): Promise<Base | undefined> {
  const history = await wiki.events.repository.history(Page, pageId, { descending: true });
  const last = history.find(({ metadata: { source } }) => typeof source === "object" && source !== null);
  if (!last) return undefined;
  const file = ImportedFile.safeParse(last.metadata["source"]).data;
  // Of the versions of that save one has the text of the file; after it may come what was merged.
  const versions = history.filter(({ saveId }) => saveId === last.saveId).map((event) => event.originatorVersion);
  for (const version of versions) {
    const { title, tags, body } = (await wiki.events.repository.get(Page, pageId, { version })).state;
    const text = stringOf(body);
    if (!file) return { title, tags, body: text };
    if (sumOf(text) === file.sha256) return { title: file.title, tags: file.tags, body: text };
  }
  return undefined;
}
