import type { ImportSummary, LeftOut } from "../transfer/import-summary.ts";

const MAX_NAMES = 20;

/** The summary of an import, for people. */
export function summaryText(summary: ImportSummary, { dryRun }: { readonly dryRun: boolean }): string {
  const { commits, pages, conflicts, leftOut } = summary;
  const lines = [
    summary.head === null
      ? "The repository has no commit yet: there is nothing to import."
      : commits.total === 0
        ? `Nothing is new: the wiki is where commit ${summary.head.slice(0, 12)} is.`
        : `${dryRun ? "Would import" : "Imported"} ${count(commits.imported, "commit")} by ${count(summary.people, "person", "people")}` +
          `${dryRun ? "" : ` as ${count(summary.events, "event")}`} in ${summary.seconds.toFixed(1)} s; ` +
          `${number(commits.withoutPages)} more changed no page.`,
  ];
  if (commits.imported > 0) {
    lines.push(
      `Pages: ${Object.entries(pages)
        .map(([kind, times]) => `${number(times)} ${kind}`)
        .join(", ")}.`,
    );
    if (summary.times === "clock") {
      lines.push(
        "The wiki has a history of its own: the times of the commits are kept as data, the saves have today's.",
      );
    }
  }
  if (conflicts.length > 0) {
    lines.push(
      `${count(conflicts.length, "edit")} of the wiki gave way to the repository's; the versions named here have them:`,
      ...conflicts.map(({ path, slug, version }) => `  ${quoted(path)}: page "${slug}", version ${version}`),
    );
  }
  lines.push(...leftOutLines(leftOut));
  return `${lines.join("\n")}\n`;
}

function leftOutLines(leftOut: readonly LeftOut[]): readonly string[] {
  const files = Map.groupBy(leftOut, ({ reason }) => (reason === "is no Markdown file" ? "other" : "page"));
  const [pages, others] = [files.get("page") ?? [], files.get("other") ?? []];
  const lines: string[] = [];
  if (pages.length > 0) {
    lines.push(
      `${count(pages.length, "file")} could not become pages at some commit:`,
      ...pages.map(({ path, reason, commit }) => `  ${quoted(path)} ${reason} (${commit.slice(0, 12)})`),
    );
  }
  if (others.length > 0) {
    const more = others.length - MAX_NAMES;
    lines.push(
      `${count(others.length, "file")} with other names than *.md were left out:`,
      `  ${others
        .slice(0, MAX_NAMES)
        .map(({ path }) => quoted(path))
        .join(", ")}${more > 0 ? `, and ${number(more)} more (--json names all)` : ""}`,
    );
  }
  return lines;
}

// A name may hold line breaks and what a terminal takes for commands; one that is not UTF-8 begins with a NUL.
function quoted(path: string): string {
  return JSON.stringify(path.replace(/^\0/, ""));
}

function number(value: number): string {
  return value.toLocaleString("en");
}

function count(value: number, one: string, many = `${one}s`): string {
  return `${number(value)} ${value === 1 ? one : many}`;
}
