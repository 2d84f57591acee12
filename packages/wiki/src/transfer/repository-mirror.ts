import { mergeTexts } from "../domain/merge.ts";
import { Body } from "../domain/page-text.ts";
import { stringOf, textOf } from "../domain/text.ts";
import type { Commit, FileChange } from "./commit.ts";
import type { FileContent } from "./page-file.ts";

/** A page as the repository has it: the same object from the commit that made it to the one that deletes it. */
export interface MirrorPage {
  path: string;
  content: MirrorContent;
}

/** A content of the repository, or a text that was merged from several. */
export interface MirrorContent {
  readonly blob: string | undefined;
  /** Undefined where it is to be read. */
  readonly text: Body | undefined;
}

interface Before {
  readonly path: string;
  readonly content: MirrorContent;
}

interface After {
  readonly path: string;
  readonly text: Body;
}

/** What a commit does to a page. One that was moved may have been edited too. */
export type PageChange =
  | { readonly kind: "created" | "restored"; readonly page: MirrorPage; readonly after: After }
  | { readonly kind: "edited" | "moved"; readonly page: MirrorPage; readonly before: Before; readonly after: After }
  | { readonly kind: "deleted"; readonly page: MirrorPage; readonly before: Before };

/** What is to stand at a path: null for no page. */
type Target = (MirrorContent & { readonly text: Body }) | null;

/**
 * The pages of a repository along its commits. After a commit of the main line they are what its tree has. A commit
 * beside it is merged onto what is there, and where both changed the same lines it wins: its merge puts things right.
 */
export class RepositoryMirror {
  readonly #pages = new Map<string, MirrorPage>();
  readonly #gone = new Set<string>();
  readonly #read: (blob: string) => Promise<FileContent>;
  /** What the main line has where commits beside it changed something. */
  readonly #beside = new Map<string, MirrorContent | null>();

  constructor(
    files: readonly { readonly path: string; readonly blob: string }[],
    read: (blob: string) => Promise<FileContent>,
  ) {
    this.#read = read;
    for (const { path, blob } of files) this.#pages.set(path, { path, content: { blob, text: undefined } });
  }

  /** The pages, by their paths. */
  get pages(): ReadonlyMap<string, MirrorPage> {
    return this.#pages;
  }

  /** Says that a page was deleted at a path: what comes there next brings it back. */
  markGone(path: string): void {
    this.#gone.add(path);
  }

  /** Takes away what turned out to be no page. */
  drop(path: string): void {
    this.#pages.delete(path);
  }

  /** Goes on by a commit; answers what it does to pages. */
  async advance(commit: Commit): Promise<readonly PageChange[]> {
    const targets = commit.main ? await this.#mainTargets(commit.changes) : await this.#besideTargets(commit.changes);
    const moves = this.#moves(commit.changes, targets);
    return this.#apply(targets, moves);
  }

  /** The text of a content. Rejects where it is none, which a page's is not. */
  async textOf({ text, blob }: MirrorContent): Promise<Body> {
    const known = text ?? (blob === undefined ? undefined : await this.#textOfBlob(blob));
    if (known === undefined) throw new Error(`the content ${blob} is no text`);
    return known;
  }

  async #textOfBlob(blob: string): Promise<Body | undefined> {
    const content = await this.#read(blob);
    return content.kind === "text" ? content.text : undefined;
  }

  async #mainTargets(changes: readonly FileChange[]): Promise<ReadonlyMap<string, Target>> {
    const targets = new Map<string, Target>();
    for (const [path, content] of this.#beside) {
      targets.set(path, content && { ...content, text: await this.textOf(content) });
    }
    this.#beside.clear();
    for (const { path, after } of changes) targets.set(path, after.kind === "text" ? after : null);
    return targets;
  }

  async #besideTargets(changes: readonly FileChange[]): Promise<ReadonlyMap<string, Target>> {
    const targets = new Map<string, Target>();
    for (const { path, blobBefore, after } of changes) {
      const current = this.#pages.get(path)?.content ?? null;
      if (!this.#beside.has(path)) this.#beside.set(path, current);
      targets.set(path, after.kind === "text" ? await this.#merged(current, blobBefore, after) : null);
    }
    return targets;
  }

  async #merged(
    current: MirrorContent | null,
    blobBefore: string | undefined,
    after: MirrorContent & { readonly text: Body },
  ): Promise<Target> {
    if (current === null || blobBefore === undefined || current.blob === blobBefore) return after;
    const base = await this.#textOfBlob(blobBefore);
    if (base === undefined) return after;
    const theirs = await this.textOf(current);
    const merged = mergeTexts({ base: textOf(base), theirs: textOf(theirs), yours: textOf(after.text) });
    if (merged.kind === "conflict") return after;
    // Two texts within the limit can be beyond it together.
    const text = Body.safeParse(stringOf(merged.text));
    return text.success ? { blob: undefined, text: text.data } : after;
  }

  /** Where pages go: only what is there can go, and only to where no page stays. */
  #moves(changes: readonly FileChange[], targets: ReadonlyMap<string, Target>): ReadonlyMap<string, string> {
    const moves = new Map<string, string>();
    for (const { path, from } of changes) {
      if (from !== undefined && targets.get(path) && this.#pages.has(from)) moves.set(path, from);
    }
    for (let dropped = true; dropped; ) {
      dropped = false;
      const leaving = new Set(moves.values());
      for (const path of moves.keys()) {
        if (!this.#pages.has(path) || leaving.has(path)) continue;
        moves.delete(path);
        dropped = true;
      }
    }
    return moves;
  }

  #apply(targets: ReadonlyMap<string, Target>, moves: ReadonlyMap<string, string>): readonly PageChange[] {
    const sources = new Set(moves.values());
    const moved = new Map([...moves].map(([to, from]) => [to, this.#pages.get(from)] as const));
    const changes: PageChange[] = [];
    for (const [path, target] of targets) {
      const page = this.#pages.get(path);
      if (target || sources.has(path) || !page) continue;
      changes.push({ kind: "deleted", page, before: { path, content: page.content } });
      this.#gone.add(path);
      this.#pages.delete(path);
    }
    for (const path of sources) this.#pages.delete(path);
    for (const [path, target] of targets) {
      if (!target) continue;
      const { text, blob } = target;
      const known = moved.get(path) ?? this.#pages.get(path);
      // The text is not kept: a mirror of many pages stays small.
      const content = { blob, text: blob === undefined ? text : undefined };
      if (!known) {
        const page = { path, content };
        changes.push({ kind: this.#gone.delete(path) ? "restored" : "created", page, after: { path, text } });
        this.#pages.set(path, page);
        continue;
      }
      const before = { path: known.path, content: known.content };
      const isSame = blob !== undefined && before.content.blob === blob;
      if (before.path !== path) changes.push({ kind: "moved", page: known, before, after: { path, text } });
      else if (!isSame) changes.push({ kind: "edited", page: known, before, after: { path, text } });
      Object.assign(known, { path, content });
      this.#pages.set(path, known);
    }
    return changes;
  }
}
