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
import { type FolderFile, type FolderImport, readMarkdownFile, SOURCE } from "./markdown-folder.ts";
import { titleOf } from "./page-file.ts";
import { findPagesByPath, type PagesByPath } from "./pages-by-path.ts";
import { SlugChoice } from "./slug-choice.ts";

/** What became of a file; a reason why it can be no page is the end of a sentence. */
export type PageOutcome =
  | { readonly kind: "created" | "updated" | "unchanged" | "deleted" }
  | { readonly kind: "conflict"; readonly slug: string; readonly version: number }
  | { readonly kind: "refused"; readonly reason: string };

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

/** Makes pages of files of a folder, each in a save of its own; what was edited in the wiki is merged. */
export class FolderPages {
  readonly #options: FolderImport;
  readonly #known: PagesByPath;

  private constructor(options: FolderImport, known: PagesByPath) {
    this.#options = options;
    this.#known = known;
  }

  /** Finds the pages that were made of files before. */
  static async of(options: FolderImport): Promise<FolderPages> {
    const { wiki } = options;
    return new FolderPages(options, wiki ? await findPagesByPath(wiki) : { live: new Map(), deleted: new Map() });
  }

  /** Brings a page to where its file is. Rejects with what the wiki rejects with. */
  async bring(file: FolderFile): Promise<PageOutcome> {
    const { folder, wiki, userId } = this.#options;
    const read = await readMarkdownFile(folder, file);
    if (read.kind === "refused") return read;
    const content = toContent(file.path, read.text);
    const pageId = this.#known.live.get(file.path);
    if (pageId === undefined && this.#known.deleted.has(file.path)) return { kind: "deleted" };
    if (!wiki || pageId === undefined) {
      if (wiki && userId !== undefined) await createPage(wiki, userId, file, content);
      return { kind: "created" };
    }
    const base = await importedLast(wiki, pageId);
    const isAsBefore =
      base?.title === content.title && base.tags.join() === content.tags.join() && base.body === content.body;
    return isAsBefore ? { kind: "unchanged" } : updatePage(wiki, userId, { file, content, pageId, base });
  }
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

/** With what the file held, by which the next import tells whether it has changed. */
function contextOf({ path, modifiedAt }: FolderFile, { title, tags, body }: Content): CommandContext {
  const authoredAt = new Date(modifiedAt).toISOString();
  return { source: { kind: SOURCE, path, authoredAt, title, tags: [...tags], sha256: sumOf(body) } };
}

const ImportedFile = z.object({
  kind: z.literal(SOURCE),
  title: z.string(),
  tags: z.array(z.string()),
  sha256: z.string(),
});

function sumOf(body: string): string {
  return createHash("sha256").update(body).digest("hex");
}

async function createPage(wiki: WikiApplication, userId: UserId, file: FolderFile, content: Content): Promise<void> {
  await currentUserId.run(userId, () =>
    wiki.changePages(contextOf(file, content), async (pages) => {
      const slug = await new SlugChoice(pages, new Set()).choose(file.path);
      const page = pages.create({ slug, ...content });
      page.updatePath(PagePath.parse(file.path));
    }),
  );
}

interface Update {
  readonly file: FolderFile;
  readonly content: Content;
  readonly pageId: PageId;
  readonly base: Base | undefined;
}

async function updatePage(
  wiki: WikiApplication,
  userId: UserId | undefined,
  { file, content, pageId, base }: Update,
): Promise<PageOutcome> {
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
