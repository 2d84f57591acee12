import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** The folder that the files of a wiki are in, where none is named, and whether it goes when the wiki is closed. */
export function attachmentFolderFor(address: string): { readonly path: string; readonly isTemporary: boolean } {
  if (address.startsWith("sqlite:")) {
    return { path: `${address.slice("sqlite:".length)}.attachments`, isTemporary: false };
  }
  if (address.startsWith("memory:")) {
    return { path: join(mkdtempSync(join(tmpdir(), "palimpsest-attachments-")), "files"), isTemporary: true };
  }
  // Beside what a wiki on SQLite is called where nobody says how: `wiki.db`.
  return { path: "wiki.attachments", isTemporary: false };
}
