import { copyFileSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "./library.ts";

/** The fields of a package.json. */
export interface PackageFields {
  readonly [field: string]: unknown;
}

/** Writes what every published package has beside its program: its package.json, a README and the licence. */
export function writePackage(
  folder: string,
  { source, published }: { readonly source: string; readonly published: PackageFields },
): void {
  const { repository, homepage, bugs } = readPackage(ROOT);
  const fields = { ...published, repository, homepage, bugs, engines: { node: ">=24" } };
  writeFileSync(join(folder, "package.json"), `${JSON.stringify(fields, null, 2)}\n`);
  copyFileSync(join(ROOT, "LICENSE"), join(folder, "LICENSE"));
  copyFileSync(join(source, "README.md"), join(folder, "README.md"));
  rewrite(join(folder, "README.md"), withoutLinksOutside);
}

export function readPackage(folder: string): PackageFields {
  return JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
}

export function rewrite(file: string, change: (text: string) => string): void {
  writeFileSync(file, change(readFileSync(file, "utf8")));
}

/** What lies elsewhere in the repository is not in the package. */
function withoutLinksOutside(markdown: string): string {
  return markdown.replaceAll(/\[([^\]]+)\]\(\.\.\/[^)]*\)/g, "$1");
}
