import { access, mkdir, open, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { ContentHash } from "../domain/attachment-content.ts";
import { codeOf } from "./files.ts";

/**
 * Notes, in a folder, of bytes that no event refers to yet: an empty file for each hash. It is made before the bytes get to
 * their place and goes when their event is recorded. So of bytes without a note some event was recorded, in this log or in
 * that of a copy of the wiki, which this one knows nothing of. That a power cut loses a note, or brings one back, takes
 * nothing away from anybody who has all of the log: none is brought to the disk.
 */
export class UnrecordedNotes {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Notes that bytes come, whose place is `path`. */
  async add(hash: ContentHash, path: string): Promise<void> {
    await mkdir(this.#folder, { recursive: true });
    try {
      await (await open(this.#pathOf(hash), "wx")).close();
    } catch (error) {
      if (codeOf(error) === "EEXIST") return;
      throw error;
    }
    // Bytes that were there without a note have an event: whoever kept them noted it before they were there.
    if (await isThere(path)) await this.remove(hash);
  }

  async remove(hash: ContentHash): Promise<void> {
    await rm(this.#pathOf(hash), { force: true });
  }

  has(hash: ContentHash): Promise<boolean> {
    return isThere(this.#pathOf(hash));
  }

  async list(): Promise<ReadonlySet<ContentHash>> {
    const names = await readdir(this.#folder).catch((error: unknown) => {
      if (codeOf(error) === "ENOENT") return [];
      throw error;
    });
    return new Set(names.flatMap((name) => ContentHash.safeParse(name).data ?? []));
  }

  #pathOf(hash: ContentHash): string {
    return join(this.#folder, hash);
  }
}

function isThere(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
