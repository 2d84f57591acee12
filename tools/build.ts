// `npm run build` makes the packages that are published, in packages/*/dist: `npm publish` is called there.
import { execFile } from "node:child_process";
import { globSync, rmSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { buildWiki } from "./build-wiki.ts";
import { LIBRARY, ROOT, readDoors } from "./library.ts";
import { type PackageFields, readPackage, rewrite, writePackage } from "./package-files.ts";
import { WIKI } from "./wiki.ts";

/**
 * Builds the library into a folder, which is emptied first. There are no source maps: the JavaScript is the source without
 * its types, line by line nearly, with its comments.
 */
export async function buildLibrary(folder: string): Promise<void> {
  rmSync(folder, { recursive: true, force: true });
  const lib = join(folder, "lib");
  await compile(lib);
  for (const file of globSync("**/*.d.ts", { cwd: lib })) rewrite(join(lib, file), toJavaScriptImports);
  writePackage(folder, { source: LIBRARY, published: publishedPackage() });
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

function publishedPackage(): PackageFields {
  const { private: _private, exports: _exports, ...kept } = readPackage(LIBRARY);
  return {
    ...kept,
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

if (import.meta.main) {
  for (const { source, build } of [
    { source: LIBRARY, build: buildLibrary },
    { source: WIKI, build: buildWiki },
  ]) {
    const folder = join(source, "dist");
    await build(folder);
    console.log(`built ${folder}`);
  }
}
