import { randomUUID } from "node:crypto";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** The folder that the files of a wiki are in, where none is named, and whether it goes when the wiki is closed. */
export function attachmentFolderFor(address: string): { readonly path: string; readonly isTemporary: boolean } {
  if (address.startsWith("sqlite:")) {
    return { path: `${address.slice("sqlite:".length)}.attachments`, isTemporary: false };
  }
  if (address.startsWith("memory:")) {
    return { path: join(tmpdir(), `palimpsest-attachments-${randomUUID()}`), isTemporary: true };
  }
  // As `wiki.db` is what a wiki on SQLite is called where nobody says how.
  return { path: "wiki.attachments", isTemporary: false };
}
