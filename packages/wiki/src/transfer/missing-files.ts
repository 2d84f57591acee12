import type { Receipt } from "@palimpsest/eventsourcing";
import type { CommandContext } from "../application/page-repository.ts";
import type { WikiApplication } from "../application/wiki-application.ts";
import type { CommitId } from "../domain/import-log.ts";
import type { FileContents } from "./file-contents.ts";
import type { AttachmentChange } from "./file-mirror.ts";
import type { FileWriter } from "./file-writer.ts";
import type { FileOfTree } from "./git-commits.ts";
import type { ImportClock } from "./import-clock.ts";
import type { LeftOut } from "./import-summary.ts";

/** What saves of an import say of where they come from. */
export const SOURCE = { kind: "git" } as const;

/** What was attached. */
interface MissingFiles {
  readonly changes: readonly AttachmentChange[];
  readonly receipt: Receipt | undefined;
  readonly leftOut: readonly LeftOut[];
}

/**
 * Attaches the files of a commit that was imported before, of those that the wiki never had: they were left out when the
 * import knew pages alone. Who added them, and when, is not told: their commits have been recorded without them.
 */
export async function attachMissingFiles(
  { at, tree }: { readonly at: CommitId; readonly tree: readonly FileOfTree[] },
  {
    wiki,
    contents,
    fileWriter,
    clock,
  }: {
    /** Undefined to write nothing. */
    readonly wiki?: WikiApplication;
    readonly contents: FileContents;
    readonly fileWriter: FileWriter;
    readonly clock: ImportClock;
  },
): Promise<MissingFiles> {
  const known = tree.flatMap(({ path, blob, file }) => (file.kind === "file" ? [{ path, blob, name: file.name }] : []));
  const unknown = await fileWriter.unknown(known.map(({ name }) => name));
  const changes: AttachmentChange[] = [];
  const leftOut: LeftOut[] = [];
  for (const { path, blob, name } of known) {
    if (!unknown.has(name)) continue;
    const content = await contents.take(blob);
    if (content.kind === "kept") changes.push({ kind: "added", name, after: blob });
    else leftOut.push({ path, reason: content.reason, commit: at });
  }
  if (changes.length === 0) return { changes, receipt: undefined, leftOut };
  // No time of a commit comes before that of the log.
  const context: CommandContext = { recordedAt: clock.timeFor({ time: 0 }), source: { ...SOURCE, commit: at } };
  const outcome = await wiki?.changePages(context, (pages) => fileWriter.write(pages, changes));
  if (outcome?.answer) await fileWriter.noteSaved(outcome.answer);
  if (outcome?.receipt) clock.note(outcome.receipt);
  return { changes, receipt: outcome?.receipt, leftOut };
}
