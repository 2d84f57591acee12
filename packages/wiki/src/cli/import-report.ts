import type { ImportSummary } from "../transfer/import-summary.ts";
import { count, number, quoted } from "./plain-text.ts";

const MAX_NAMES = 200;

/** The summary of an import, for people. */
export function summaryText(summary: ImportSummary, { dryRun }: { readonly dryRun: boolean }): string {
  const { commits, pages, files, conflicts, fileConflicts, leftOut } = summary;
  const lines = [
    summary.head === null
      ? "The repository has no commit yet: there is nothing to import."
      : commits.total === 0
        ? `${files.added > 0 ? "Files that were left out before are attached now" : "Nothing is new"}: the wiki is where commit ${summary.head.slice(0, 12)} is.`
        : `${dryRun ? "Would import" : "Imported"} ${count(commits.imported, "commit")} by ${count(summary.people, "person", "people")}` +
          `${dryRun ? "" : ` as ${count(summary.events, "event")}`} in ${summary.seconds.toFixed(1)} s; ` +
          `${number(commits.withoutPages)} more changed no page and no file.`,
  ];
  if (commits.imported > 0) {
    lines.push(`Pages: ${listOf(pages)}.`);
    if (summary.times === "clock") {
      lines.push(
        "The wiki has a history of its own: the times of the commits are kept as data, the saves have today's.",
      );
    }
  }
  if (Object.values(files).some((times) => times > 0)) lines.push(`Other files: ${listOf(files)}.`);
  if (conflicts.length > 0) {
    lines.push(
      `${count(conflicts.length, "edit")} of the wiki gave way to the repository's; the versions named here have them:`,
      ...conflicts.map(({ path, slug, version }) => `  ${quoted(path)}: page "${slug}", version ${version}`),
    );
  }
  if (fileConflicts.length > 0) {
    lines.push(
      `${count(fileConflicts.length, "file")} of the wiki gave way to the repository's; the versions named here are those:`,
      ...fileConflicts.map(({ name, version }) => `  ${quoted(name)}, version ${version}`),
    );
  }
  lines.push(...leftOutLines(leftOut));
  return `${lines.join("\n")}\n`;
}

/** Lines that name files of which nothing could be made, and why. */
export function leftOutLines(
  files: readonly { readonly path: string; readonly reason: string; readonly commit?: string }[],
): readonly string[] {
  if (files.length === 0) return [];
  const more = files.length - MAX_NAMES;
  return [
    `${count(files.length, "file")} could become neither page nor attachment${files[0]?.commit === undefined ? "" : " at some commit"}:`,
    ...files.slice(0, MAX_NAMES).map(({ path, reason, commit }) => {
      // One that is not UTF-8 begins with a NUL.
      const name = quoted(path.replace(/^\0/, ""));
      return `  ${name} ${reason}${commit === undefined ? "" : ` (${commit.slice(0, 12)})`}`;
    }),
    ...(more > 0 ? [`  and ${number(more)} more (--json names all)`] : []),
  ];
}

function listOf(kinds: { readonly [kind: string]: number }): string {
  return Object.entries(kinds)
    .map(([kind, times]) => `${number(times)} ${kind}`)
    .join(", ");
}
