import { expect, test } from "vitest";
import { declarationsIn, exportsOf, readDoors } from "./library.ts";

test("every export of the library has a doc comment", () => {
  const exported = readDoors().flatMap(exportsOf);
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
