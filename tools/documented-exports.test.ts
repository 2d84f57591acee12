import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";

const LIBRARY = join(import.meta.dirname, "../packages/eventsourcing");

test("every export of the library has a doc comment", () => {
  const { exports }: { exports: { readonly [door: string]: string } } = JSON.parse(
    readFileSync(join(LIBRARY, "package.json"), "utf8"),
  );
  const doors = Object.values(exports).map((file) => join(LIBRARY, file));
  const exported = doors.flatMap(exportsOf);
  expect(exported.length).toBeGreaterThan(80);
  expect(exported.filter(({ documented }) => !documented).map(({ name }) => name)).toEqual([]);
});

test("an export without a doc comment would be found", () => {
  const source = "/** Says why. */\nexport function one() {}\n\nexport const two = 2;\n";
  expect(declarationsIn(source)).toEqual([
    { name: "one", documented: true },
    { name: "two", documented: false },
  ]);
});

interface Exported {
  readonly name: string;
  readonly documented: boolean;
}

/** What a door exports: its own declarations, and those it names from other files. */
function exportsOf(door: string): readonly Exported[] {
  const source = readFileSync(door, "utf8");
  const named = [...source.matchAll(/^export (?:type )?\{([^}]*)\} from "([^"]+)";$/gm)].flatMap(
    ([, names = "", file = ""]) => {
      const declared = declarationsIn(readFileSync(join(dirname(door), file), "utf8"));
      return names
        .split(",")
        .map((name) => name.replace("type ", "").trim())
        .filter((name) => name !== "")
        .map((name) => declared.find((declaration) => declaration.name === name) ?? { name, documented: false });
    },
  );
  return [...named, ...declarationsIn(source)];
}

function declarationsIn(source: string): readonly Exported[] {
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
