import { DatabaseSync } from "node:sqlite";
import { expect, test } from "vitest";
import type { SqlValue } from "../../persistence/read-model-store.ts";
import { bindByPlace } from "./sqlite-parameters.ts";

function ask(statement: string, parameters: readonly SqlValue[]): readonly unknown[] {
  using db = new DatabaseSync(":memory:");
  const { text, valuesOf } = bindByPlace(statement);
  const prepared = db.prepare(text);
  prepared.setReturnArrays(true);
  return prepared.all(...valuesOf(parameters)).flat();
}

test("parameters take their values by number, in any order and more than once", () => {
  expect(ask("select $1, $2", ["one", 2])).toEqual(["one", 2]);
  expect(ask("select $2, $1, $2", ["one", null])).toEqual([null, "one", null]);
  const twelve = Array.from({ length: 12 }, (_, i) => i + 1);
  expect(ask(`select ${twelve.map((n) => `$${n}`).join(",")}`, twelve)).toEqual(twelve);
});

test("what is quoted, a comment or a part of a name is no parameter", () => {
  expect(ask(`select '$1', 'it''s $2', "$1" from (select 3 as "$1") where $1 -- $2 isn't`, [1])).toEqual([
    ...["$1", "it's $2", 3],
  ]);
  expect(ask("select a$1, [$2], `$3` /* $9 */ from (select 4 as a$1, 5 as [$2], 6 as `$3`) where $1", [1])).toEqual([
    ...[4, 5, 6],
  ]);
});

test("more or fewer values than parameters are refused", () => {
  expect(() => ask("select $2, $1", [1])).toThrow("has 2 parameters, and 1 values were given");
  expect(() => ask("select 1", [1])).toThrow("has 0 parameters, and 1 values were given");
});
