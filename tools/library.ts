import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** The folder of the workspace. */
export const ROOT = join(import.meta.dirname, "..");

/** The folder of the library, `@palimpsest/eventsourcing`. */
export const LIBRARY = join(ROOT, "packages/eventsourcing");

/** A module of the library that users import. */
export interface Door {
  /** `@palimpsest/eventsourcing/sqlite`. */
  readonly name: string;
  /** `./sqlite`, as in the exports of the package. */
  readonly path: string;
  /** Below the library's folder: `./src/…`. */
  readonly source: string;
}

/** The doors of the library. */
export function readDoors(): readonly Door[] {
  const { name, exports }: { readonly name: string; readonly exports: { readonly [path: string]: string } } =
    JSON.parse(readFileSync(join(LIBRARY, "package.json"), "utf8"));
  return Object.entries(exports).map(([path, source]) => ({ name: name + path.slice(1), path, source }));
}

/** Something that a module exports, a type or a value. */
export interface Exported {
  readonly name: string;
  readonly documented: boolean;
}

/** What a door exports: its own declarations, and those it names from other files. */
export function exportsOf({ source }: Door): readonly Exported[] {
  const file = join(LIBRARY, source);
  const text = readFileSync(file, "utf8");
  const named = [...text.matchAll(/^export (?:type )?\{([^}]*)\} from "([^"]+)";$/gm)].flatMap(
    ([, names = "", from = ""]) => {
      const declared = declarationsIn(readFileSync(join(dirname(file), from), "utf8"));
      return names
        .split(",")
        .map((name) => name.replace("type ", "").trim())
        .filter((name) => name !== "")
        .map((name) => declared.find((declaration) => declaration.name === name) ?? { name, documented: false });
    },
  );
  return [...named, ...declarationsIn(text)];
}

/** What a source declares and exports. */
export function declarationsIn(source: string): readonly Exported[] {
  const lines = source.split("\n");
  return lines.flatMap((line, index) => {
    const name = /^export (?:abstract )?(?:async )?(?:function\*?|class|interface|type|const) (\w+)/.exec(line)?.[1];
    return name === undefined ? [] : [{ name, documented: isDocumented(lines.slice(0, index)) }];
  });
}

/** Directives to tools may stand between a comment and what it is about. */
function isDocumented(before: readonly string[]): boolean {
  return before.findLast((line) => !line.startsWith("//"))?.endsWith("*/") ?? false;
}
