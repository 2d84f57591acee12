import type { ContentHash } from "../domain/attachment-content.ts";
import type { AttachmentName } from "../domain/attachment-name.ts";
import type { AttachmentStore, KeptContent } from "./attachment-store.ts";
import { DamagedAttachmentError } from "./attachment-store-errors.ts";

/** A version of a file, as the log has it. */
export interface RecordedContent extends KeptContent {
  readonly name: AttachmentName;
  readonly version: number;
}

/** A version of a file whose bytes are not what was kept. */
export interface DamagedContent {
  readonly name: AttachmentName;
  readonly version: number;
  readonly error: DamagedAttachmentError;
}

/** Reads the bytes of all versions of all files, the same ones once, and answers what is damaged. */
export async function verifyAttachments(
  store: AttachmentStore,
  recorded: AsyncIterable<RecordedContent>,
  { signal, onProgress }: { readonly signal?: AbortSignal; readonly onProgress?: (done: number) => void } = {},
): Promise<{ readonly versions: number; readonly damaged: readonly DamagedContent[] }> {
  const checked = new Map<ContentHash, DamagedAttachmentError | undefined>();
  const damaged: DamagedContent[] = [];
  let versions = 0;
  for await (const { name, version, hash, size } of recorded) {
    signal?.throwIfAborted();
    if (!checked.has(hash)) checked.set(hash, await faultOf(store, { hash, size }));
    const error = checked.get(hash);
    if (error) damaged.push({ name, version, error });
    versions++;
    onProgress?.(versions);
  }
  return { versions, damaged };
}

async function faultOf(store: AttachmentStore, content: KeptContent): Promise<DamagedAttachmentError | undefined> {
  try {
    await store.verify(content);
    return undefined;
  } catch (error) {
    if (error instanceof DamagedAttachmentError) return error;
    throw error;
  }
}
