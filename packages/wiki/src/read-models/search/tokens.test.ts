import fc from "fast-check";
import { expect, test } from "vitest";
import { tokensOf, tokensOfTyped } from "./tokens.ts";

test("parts text into words, in lower case and without accents", () => {
  expect(tokensOf("Crème-Brûlée, STRASSE & Straße 24.1")).toEqual(["creme", "brulee", "strasse", "strasse", "24", "1"]);
  expect(tokensOf("Ελλάς Привет łódź naïve ½ İstanbul")).toEqual([
    "ελλασ",
    "привет",
    "lodz",
    "naive",
    "1",
    "2",
    "istanbul",
  ]);
  expect(tokensOf("हिन्दी 한국어")).toEqual(["हिन्दी", "한국어"]);
});

test("takes two by two what is written without spaces, so that each word in it is found", () => {
  expect(tokensOf("日本語 Go言語")).toEqual(["日本", "本語", "語", "go", "言語", "語"]);
  expect(tokensOfTyped("日本語")).toEqual(["日本", "本語"]);
  expect(tokensOfTyped("語")).toEqual(["語"]);
  expect(tokensOf("ｶﾞ東")).toEqual(["ガ東", "東"]);
});

test("loses no two characters that stand together where a long text is cut, and cuts long words", () => {
  const characters = Array.from({ length: 500 }, (_, i) => String.fromCodePoint(0x4e00 + i));
  const pairs = characters.slice(1).map((character, i) => `${characters[i]}${character}`);
  expect(tokensOf(characters.join(""))).toEqual([...pairs, characters.at(-1)]);
  expect(tokensOf("a".repeat(200)).map(({ length }) => length)).toEqual([64, 64, 64, 8]);
  expect(tokensOf("ﷺ".repeat(64)).every(({ length }) => length <= 128)).toBe(true);
});

test("finds in plain English text what it finds beside other letters", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary-ascii", maxLength: 200 }), (text) => {
      expect(tokensOf(text)).toEqual(tokensOf(`${text} ż`).slice(0, -1));
    }),
  );
  expect(tokensOf(`${"a1".repeat(40)}_B`)).toEqual(["a1".repeat(32), "a1".repeat(8), "b"]);
});
