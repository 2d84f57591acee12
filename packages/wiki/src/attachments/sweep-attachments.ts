import { randomUUID } from "node:crypto";
import { access, mkdir, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { ContentHash } from "../domain/attachment-content.ts";
import type { AttachmentStore } from "./attachment-store.ts";
import { SharedAttachmentFolderError } from "./attachment-store-errors.ts";
import { codeOf, syncFolder } from "./files.ts";
import { otherUsers } from "./folder-users.ts";
import {
  type Amount,
  amountOf,
  findUnusedContent,
  hashesOf,
  type ReadRecorded,
  type StoredFile,
  sweptFiles,
  UPLOAD_MAY_TAKE,
} from "./unused-content.ts";

/** What is swept, and for whom. */
export interface SweepOptions {
  /** The wiki whose log is read, as `otherUsers` knows it. */
  readonly user: string;
  /** In milliseconds since 1970; default 24 hours ago. */
  readonly before?: number;
  readonly signal?: AbortSignal;
}

/**
 * Takes away the bytes that no event refers to, of this log or of a copy that goes its own way, also while files are uploaded here and by other processes. What was written
 * last after `before` stays. Answers what it took away. Rejects with `SharedAttachmentFolderError`.
 *
 * The same bytes may be uploaded again meanwhile, and clocks may be wrong. So bytes are put aside first, and then the log
 * is read once more; an upload does the same two things the other way round: it records its event, and then looks whether
 * the bytes are there (`confirm`). One of the two sees the other. A sweep that is stopped leaves bytes aside, where they
 * are found (`AttachmentStore`), and the next one goes on with them.
 */
export async function sweepAttachments(
  store: AttachmentStore,
  readRecorded: ReadRecorded,
  { user, before = Date.now() - UPLOAD_MAY_TAKE, signal }: SweepOptions,
): Promise<Amount> {
  const marks = await otherUsers(store.folder, user);
  if (marks.length > 0) throw new SharedAttachmentFolderError(store.folder, marks);
  const unused = await findUnusedContent(store, readRecorded, before);
  const cut = unused.filter(({ hash }) => hash === undefined);
  for (const { path } of cut) await rm(path, { force: true });
  for (const { path, hash } of unused) {
    signal?.throwIfAborted();
    if (hash !== undefined && dirname(path) !== store.swept) await putAside(store, path, hash);
  }
  // Listed before the log is read, and each under a name of its own: so of all of it is known that it was put aside by then.
  const aside = await sweptFiles(store);
  if (aside.length === 0) return amountOf(cut);
  const recorded = await hashesOf(readRecorded);
  const gone: StoredFile[] = [...cut];
  for (const file of aside) {
    signal?.throwIfAborted();
    if (file.hash === undefined) continue;
    // Who records it in another log, as a copy of the wiki does, takes the note away.
    const isNeeded = recorded.has(file.hash) || !(await store.unrecorded.has(file.hash));
    if (isNeeded || file.modifiedAt >= before) await putBack(store, file.path, file.hash);
    else {
      await rm(file.path, { force: true });
      await store.unrecorded.remove(file.hash);
      gone.push(file);
    }
  }
  // Whoever was killed between an event and its note has left it.
  for (const hash of await store.unrecorded.list()) if (recorded.has(hash)) await store.unrecorded.remove(hash);
  return amountOf(gone);
}

async function putAside(store: AttachmentStore, path: string, hash: ContentHash): Promise<void> {
  await mkdir(store.swept, { recursive: true });
  await rename(path, join(store.swept, `${hash}.${randomUUID()}`)).catch(unlessMissing);
}

async function putBack(store: AttachmentStore, path: string, hash: ContentHash): Promise<void> {
  const place = store.pathOf(hash);
  const isThere = await access(place).then(
    () => true,
    () => false,
  );
  // What was uploaded since is newer, and may be what mends it.
  if (isThere) await rm(path, { force: true });
  else await rename(path, place).catch(unlessMissing);
  await syncFolder(dirname(place));
}

/** Another sweep, or a reader, was faster. */
function unlessMissing(error: unknown): void {
  if (codeOf(error) !== "ENOENT") throw error;
}
