import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { ContentHash } from "../domain/attachment-content.ts";
import type { AttachmentStore } from "./attachment-store.ts";
import { codeOf } from "./files.ts";

/** A file in the folder of a store. */
export interface StoredFile {
  readonly path: string;
  /** Undefined of a part of an upload that was cut. */
  readonly hash: ContentHash | undefined;
  /** In bytes. */
  readonly size: number;
  /** When it was written last, in milliseconds since 1970. */
  readonly modifiedAt: number;
}

/** What the log refers to, read anew each time. */
export type ReadRecorded = () => AsyncIterable<{ readonly hash: ContentHash }>;

/** How much there is of something. */
export interface Amount {
  readonly files: number;
  readonly bytes: number;
}

/**
 * An upload that is under way is younger than this, in milliseconds: its bytes are in the folder, and not yet in the log.
 */
export const UPLOAD_MAY_TAKE = 24 * 3_600_000;

/**
 * Finds the bytes in a folder that were written last before an instant and that no event refers to, in this log or in
 * another, and the parts of uploads that were cut before it.
 */
export async function findUnusedContent(
  store: AttachmentStore,
  readRecorded: ReadRecorded,
  before: number = Date.now() - UPLOAD_MAY_TAKE,
): Promise<readonly StoredFile[]> {
  const old: StoredFile[] = [];
  const unrecorded = await store.unrecorded.list();
  // Listed first: an event never refers to bytes that are not there yet.
  for await (const file of storedFiles(store)) {
    if (file.modifiedAt < before && (file.hash === undefined || unrecorded.has(file.hash))) old.push(file);
  }
  if (old.length === 0) return [];
  const recorded = await hashesOf(readRecorded);
  return old.filter(({ hash }) => hash === undefined || !recorded.has(hash));
}

/** All hashes that the log refers to. */
export async function hashesOf(readRecorded: ReadRecorded): Promise<ReadonlySet<ContentHash>> {
  const hashes = new Set<ContentHash>();
  for await (const { hash } of readRecorded()) hashes.add(hash);
  return hashes;
}

/** What is put aside in a folder. */
export async function sweptFiles(store: AttachmentStore): Promise<readonly StoredFile[]> {
  const names = (await namesIn(store.swept)).filter((name) => isHash(name.slice(0, 64)));
  return filesOf(names.map((name) => ({ path: join(store.swept, name), hash: ContentHash.parse(name.slice(0, 64)) })));
}

/** What some files come to. */
export function amountOf(files: readonly StoredFile[]): Amount {
  return { files: files.length, bytes: files.reduce((sum, { size }) => sum + size, 0) };
}

/** What was kept, what is on its way, and what is put aside. Files that somebody else put there are none of these. */
async function* storedFiles(store: AttachmentStore): AsyncGenerator<StoredFile> {
  for (const folder of await namesIn(store.folder)) {
    if (!/^[0-9a-f]{2}$/.test(folder)) continue;
    const hashes = (await namesIn(join(store.folder, folder))).filter(
      (name) => isHash(name) && name.startsWith(folder),
    );
    yield* await filesOf(
      hashes.map((name) => ContentHash.parse(name)).map((hash) => ({ path: store.pathOf(hash), hash })),
    );
  }
  const incoming = await namesIn(store.incoming);
  yield* await filesOf(incoming.map((name) => ({ path: join(store.incoming, name), hash: undefined })));
  yield* await sweptFiles(store);
}

function isHash(name: string): boolean {
  return ContentHash.safeParse(name).success;
}

async function filesOf(
  files: readonly { readonly path: string; readonly hash: ContentHash | undefined }[],
): Promise<readonly StoredFile[]> {
  const found: StoredFile[] = [];
  for (const { path, hash } of files) {
    const about = await stat(path).catch(ifMissing(undefined));
    if (about?.isFile()) found.push({ path, hash, size: about.size, modifiedAt: about.mtimeMs });
  }
  return found;
}

async function namesIn(folder: string): Promise<readonly string[]> {
  return readdir(folder).catch(ifMissing([]));
}

/** Others move files and take them away meanwhile. */
function ifMissing<T>(otherwise: T): (error: unknown) => T {
  return (error) => {
    if (codeOf(error) === "ENOENT" || codeOf(error) === "ENOTDIR") return otherwise;
    throw error;
  };
}
