import { globSync, rmSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { type OutputChunk, rolldown } from "rolldown";
import { packAssets } from "../packages/wiki/src/http/asset-files.ts";
import { makeAssets } from "../packages/wiki/src/http/make-assets.ts";
import { LIBRARY } from "./library.ts";
import { type PackageFields, readPackage, writePackage } from "./package-files.ts";
import { licencesOf } from "./third-party-licences.ts";
import { WIKI } from "./wiki.ts";

/** What the program loads when it first needs it, and installs beside itself: all else is in its own files. */
const INSTALLED = ["highlight.js", "katex", "nomnoml", "pg"];

// What a program says that never runs on an old Node; npm only warns of `engines`, so the first file must parse on any.
const PROGRAM = `#!/usr/bin/env node
"use strict";

var version = process.versions.node;
if (Number(version.split(".")[0]) < 24) {
  console.error(
    "palimpsest needs Node 24 or newer, but this is Node " + version + " (" + process.execPath + ").\\n" +
    "Install Node 24 from https://nodejs.org, or start palimpsest with one that is there."
  );
  process.exit(1);
}
import("./main.js");
`;

/** Builds the wiki into a folder, which is emptied first. */
export async function buildWiki(folder: string): Promise<void> {
  rmSync(folder, { recursive: true, force: true });
  const lib = join(folder, "lib");
  const chunks = await bundleWiki(lib, { main: join(WIKI, "src/cli/main.ts") });
  writeFileSync(join(lib, "palimpsest.cjs"), PROGRAM, { mode: 0o755 });
  writeFileSync(join(folder, "THIRD-PARTY-LICENSES.txt"), licencesOf(chunks));
  writePackage(folder, { source: WIKI, published: publishedPackage() });
}

/**
 * Bundles programs of the wiki, each by the name of its file: a start reads a few files and not some hundred, and what is
 * loaded later stays in files of its own. There are no source maps: names and comments are kept.
 */
export async function bundleWiki(
  folder: string,
  programs: Readonly<Record<string, string>>,
): Promise<readonly OutputChunk[]> {
  const bundle = await rolldown({
    input: { ...programs, ...threads() },
    platform: "node",
    external: INSTALLED,
    plugins: [{ name: "ascii", renderChunk: toAscii }],
  });
  const { output } = await bundle.write({ dir: folder, format: "esm", chunkFileNames: "[name]-[hash].js" });
  await bundle.close();
  writeFileSync(join(folder, "assets.json"), packAssets(await makeAssets()));
  return output.filter((file) => file.type === "chunk");
}

/** V8 keeps a source while it may need it, of which one sign that is not Latin doubles the size. */
function toAscii(code: string): string {
  // There the backslash would no longer belong to the sign, and a raw template is not read the same.
  if (/\\[^\0-\x7f]|String\.raw`[^`]*[^\0-\x7f]/.test(code))
    throw new Error("a sign in the bundle cannot be written in ASCII");
  return code.replaceAll(/[^\0-\x7f]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

/** Each thread is looked for by its name beside the file that starts it. */
function threads(): Readonly<Record<string, string>> {
  const files = [LIBRARY, WIKI].flatMap((folder) =>
    globSync("src/**/*-thread.ts", { cwd: folder }).map((file) => join(folder, file)),
  );
  return Object.fromEntries(files.map((file) => [basename(file, ".ts"), file]));
}

function publishedPackage(): PackageFields {
  const { private: _private, dependencies, ...kept } = readPackage(WIKI);
  // Exact versions, as they were tested.
  const versions = Object.entries(dependencies as Readonly<Record<string, string>>);
  return {
    ...kept,
    bin: { palimpsest: "lib/palimpsest.cjs" },
    files: ["lib", "THIRD-PARTY-LICENSES.txt"],
    dependencies: Object.fromEntries(versions.filter(([name]) => INSTALLED.includes(name))),
  };
}
