import type { AttachmentName } from "../domain/attachment-name.ts";
import type { Commit, FileChange } from "./commit.ts";
import { kindOfFile } from "./page-file.ts";

/** What a commit does to a file that is no page. A file that moves is another one: it is deleted here and added there. */
export type AttachmentChange =
  | { readonly kind: "added"; readonly name: AttachmentName; readonly before?: undefined; readonly after: string }
  | { readonly kind: "replaced"; readonly name: AttachmentName; readonly before: string; readonly after: string }
  | { readonly kind: "deleted"; readonly name: AttachmentName; readonly before: string; readonly after?: undefined };

/**
 * The files of a repository along its commits, by their names, with the ids of their contents. After a commit of the main
 * line they are what its tree has. One beside it is taken as it is, as bytes cannot be merged: its merge puts things right.
 */
export class FileMirror {
  readonly #files = new Map<AttachmentName, string>();
  /** What the main line has where commits beside it changed something. */
  readonly #beside = new Map<AttachmentName, string | undefined>();

  constructor(files: Iterable<readonly [AttachmentName, string]>) {
    for (const [name, blob] of files) this.#files.set(name, blob);
  }

  /** Goes on by a commit; answers what it does to files. */
  advance({ main, changes }: Pick<Commit, "main" | "changes">): readonly AttachmentChange[] {
    const targets = new Map<AttachmentName, string | undefined>();
    if (main) {
      for (const [name, blob] of this.#beside) targets.set(name, blob);
      this.#beside.clear();
    }
    for (const [name, blob] of wantedBy(changes)) {
      if (!main && !this.#beside.has(name)) this.#beside.set(name, this.#files.get(name));
      targets.set(name, blob);
    }
    return [...targets].flatMap(([name, after]): readonly AttachmentChange[] => {
      const before = this.#files.get(name);
      if (before === after) return [];
      if (after === undefined) this.#files.delete(name);
      else this.#files.set(name, after);
      if (before === undefined) return after === undefined ? [] : [{ kind: "added", name, after }];
      return after === undefined ? [{ kind: "deleted", name, before }] : [{ kind: "replaced", name, before, after }];
    });
  }
}

/** What is to be there by some changes: a content, or nothing. */
function wantedBy(changes: readonly FileChange[]): ReadonlyMap<AttachmentName, string | undefined> {
  const wanted = new Map<AttachmentName, string | undefined>();
  for (const { path, after } of changes) {
    if (after.kind === "text" || after.kind === "file") continue;
    const file = kindOfFile(path);
    if (file.kind === "file") wanted.set(file.name, undefined);
  }
  // Two paths may be one name, composed and decomposed: where one of them goes, the other one stays.
  for (const { after } of changes) if (after.kind === "file") wanted.set(after.name, after.blob);
  return wanted;
}
