import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { OutputChunk } from "rolldown";

/** The licences of the packages whose modules are in a bundle. Throws where one has none. */
export function licencesOf(chunks: readonly OutputChunk[]): string {
  const folders = new Set(chunks.flatMap(({ moduleIds }) => moduleIds.flatMap((id) => folderOf(id) ?? [])));
  return [...folders]
    .sort()
    .map(licenceOf)
    .join(`\n\n${"-".repeat(80)}\n\n`);
}

/** `/…/node_modules/@scope/name`; undefined for our own modules. */
function folderOf(id: string): string | undefined {
  return /^.*[\\/]node_modules[\\/](?:@[^\\/]+[\\/])?[^\\/]+/.exec(id)?.[0];
}

function licenceOf(folder: string): string {
  const { name, version } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  const [file] = globSync("LICEN[CS]E*", { cwd: folder });
  if (file === undefined) throw new Error(`${name} ${version} has no file with its licence; the package must show one`);
  return `${name} ${version}\n\n${readFileSync(join(folder, file), "utf8").trim()}`;
}
