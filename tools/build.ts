// `npm run build` makes the package that is published, in packages/eventsourcing/dist: `npm publish` is called there.
import { execFile } from "node:child_process";
import { copyFileSync, globSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { LIBRARY, ROOT, readDoors } from "./library.ts";

/**
 * Builds the library into a folder, which is emptied first. There are no source maps: the JavaScript is the source without
 * its types, line by line nearly, with its comments.
 */
export async function buildLibrary(folder: string): Promise<void> {
  rmSync(folder, { recursive: true, force: true });
  const lib = join(folder, "lib");
  await compile(lib);
  for (const file of globSync("**/*.d.ts", { cwd: lib })) rewrite(join(lib, file), toJavaScriptImports);
  writeFileSync(join(folder, "package.json"), `${JSON.stringify(publishedPackage(), null, 2)}\n`);
  copyFileSync(join(ROOT, "LICENSE"), join(folder, "LICENSE"));
  copyFileSync(join(LIBRARY, "README.md"), join(folder, "README.md"));
  rewrite(join(folder, "README.md"), withoutLinksOutside);
}

async function compile(outDir: string): Promise<void> {
  const compiler = join(ROOT, "node_modules/typescript/bin/tsc");
  const flags = ["-p", join(LIBRARY, "tsconfig.build.json"), "--outDir", outDir];
  await promisify(execFile)(process.execPath, [compiler, ...flags]).catch(({ stdout, message }) => {
    throw new Error(`the library does not compile:\n${stdout || message}`);
  });
}

/** The compiler leaves `.ts` in the imports of declarations, which not every reader of declarations follows. */
function toJavaScriptImports(declarations: string): string {
  return declarations.replaceAll(/(\bfrom |\bimport\()"(\.{1,2}\/[^"]+)\.ts"/g, '$1"$2.js"');
}

/** What lies elsewhere in the repository is not in the package. */
function withoutLinksOutside(markdown: string): string {
  return markdown.replaceAll(/\[([^\]]+)\]\(\.\.\/[^)]*\)/g, "$1");
}

function publishedPackage(): object {
  const { private: _private, exports: _exports, ...kept } = readPackage(LIBRARY);
  const { repository, homepage, bugs } = readPackage(ROOT);
  return {
    ...kept,
    repository,
    homepage,
    bugs,
    engines: { node: ">=24" },
    files: ["lib"],
    // What has a scope is private on npm unless it says otherwise.
    publishConfig: { access: "public" },
    exports: Object.fromEntries(
      readDoors().map(({ path, source }) => {
        const module = source.replace(/^\.\/src\//, "./lib/").replace(/\.ts$/, "");
        return [path, { types: `${module}.d.ts`, default: `${module}.js` }];
      }),
    ),
  };
}

function readPackage(folder: string): { readonly [field: string]: unknown } {
  return JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
}

function rewrite(file: string, change: (text: string) => string): void {
  writeFileSync(file, change(readFileSync(file, "utf8")));
}

if (import.meta.main) {
  const folder = join(LIBRARY, "dist");
  await buildLibrary(folder);
  console.log(`built ${folder}`);
}
