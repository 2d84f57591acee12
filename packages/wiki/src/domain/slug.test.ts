import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { InvalidSlugError } from "./invalid-slug.ts";
import { Slug, slugFromTitle, toSlug } from "./slug.ts";

/** What slugs are made of, what they refuse, and what becomes another character on the way. */
const slugLike = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        "-",
        "/",
        " ",
        "_",
        ".",
        "\u00a0",
        "\u200b",
        "a",
        "É",
        "e\u0301",
        "İ",
        "i\u0307",
        "ß",
        "Σ",
        "ﬀ",
        "½",
        "℀",
      ),
      fc.constantFrom(
        "日本",
        "カナ",
        "ｶﾅ",
        "한국",
        "हिन्दी",
        "ภาษาไทย",
        "عربيّ",
        "٣",
        "７",
        "〇",
        "я",
        "й",
        "\u0301",
        "\u0e31",
        "Wiki",
      ),
      fc.string({ unit: "grapheme", maxLength: 2 }),
    ),
    { maxLength: 8 },
  )
  .map((pieces) => pieces.join(""));

test("a slug stays as it is when made again, and only then fits its schema", () => {
  fc.assert(
    fc.property(slugLike, (input) => {
      const slug = slugOrError(() => toSlug(input));
      expect(Slug.safeParse(input).success).toBe(slug === input);
      if (typeof slug === "string") expect(toSlug(slug)).toBe(slug);
    }),
    { numRuns: 3000 },
  );
});

test("a title gives a slug, or has nothing for one in it", () => {
  fc.assert(
    fc.property(fc.oneof(slugLike, fc.string({ unit: "binary", maxLength: 300 })), (title) => {
      const slug = slugOrError(() => slugFromTitle(title));
      if (typeof slug === "string") expect(toSlug(slug)).toBe(slug);
      else expect(slug.reason).toBe("empty");
    }),
    { numRuns: 3000 },
  );
});

test.each([
  ["Café", "café"],
  ["cafe\u0301", "café"],
  ["CAFÉ", "café"],
  ["日本", "日本"],
  ["日本語の ページ", "日本語の-ページ"],
  ["ｶﾅ", "カナ"],
  ["한글漢字", "한글漢字"],
  ["2024年", "2024年"],
  ["हिन्दी", "हिन्दी"],
  ["ภาษาไทย", "ภาษาไทย"],
  ["العربيّة", "العربيّة"],
  ["မျှော်", "မျှော်"],
  ["Getting Started", "getting-started"],
  ["Guides/Getting_started", "guides/getting-started"],
  ["İstanbul", "istanbul"],
  ["İ\u0301", "í"],
  ["ΟΔΟΣ", "οδος"],
  ["москва-moscow", "москва-moscow"],
  ["my-wiki", "my-wiki"],
  ["x".repeat(200), "x".repeat(200)],
])("makes of %j the slug %j", (input, slug) => {
  expect(toSlug(input)).toBe(slug);
});

describe("refuses", () => {
  test.each([
    ["", "empty"],
    ["x".repeat(201), "length"],
    ["ﷺ".repeat(20), "length"],
    ["a.b", "character"],
    [".", "character"],
    ["a/../b", "character"],
    ["．．", "character"],
    ["a\\b", "character"],
    ["a%2fb", "character"],
    ["a?b", "character"],
    ["a\0b", "character"],
    ["half\ud83d", "character"],
    ["😀", "character"],
    ["zero\u200bwidth", "character"],
    ["zero\u200djoiner", "character"],
    ["soft\u00adhyphen", "character"],
    ["safe\u202egpj", "character"],
    ["mark\u200f", "character"],
    ["\u3164", "character"],
    ["/a", "slash"],
    ["a/", "slash"],
    ["a//b", "slash"],
    ["-a", "hyphen"],
    ["a-", "hyphen"],
    ["a--b", "hyphen"],
    ["a - b", "hyphen"],
    ["a/-b", "hyphen"],
    [" a", "hyphen"],
    ["pаypal", "script"],
    ["Tシャツ", "script"],
    ["a١", "script"],
    ["ᏣᎳᎩ", "script"],
    ["x\u0301", "mark"],
    ["z\u0351\u036b\u0343", "mark"],
    ["й\u0301", "mark"],
    [`ก${"\u0e31".repeat(9)}`, "mark"],
    ["\u0e31ก", "mark"],
    ["wiki", "reserved"],
    ["API/v1", "reserved"],
    ["Login", "reserved"],
  ])("%j for its %s", (input, reason) => {
    expect(() => toSlug(input)).toThrow(expect.objectContaining({ code: "INVALID_SLUG", reason }));
  });
});

test("names a refused slug by its beginning, without what would upset a log", () => {
  const error = new InvalidSlugError({ input: `a\n${"x".repeat(100)}`, reason: "character" });
  expect(error.input).toBe(`a\n${"x".repeat(58)}…`);
  expect(error.message).toMatch(/^slug "a\\nx+…" has a character other than letters, digits, hyphens and slashes/);
});

test.each([
  ["Café au lait!", "café-au-lait"],
  ["Don’t panic", "dont-panic"],
  ["TCP/IP", "tcp-ip"],
  ["  C++ & C#  ", "c-c"],
  ["Tシャツ", "t-シャツ"],
  ["2024年の予定", "2024年の予定"],
  ["ẹ́kọ́", "ẹkọ"],
  ["Search", "search-page"],
  ["한\u3164글", "한-글"],
  ["ក\u17b4ខ", "ក-ខ"],
  ["../../etc/passwd", "etc-passwd"],
  ["😀 smile", "smile"],
  [`${"long ".repeat(50)}title`, Array(39).fill("long").join("-")],
  ["x".repeat(300), "x".repeat(195)],
  ["aあ".repeat(100), `${"a-あ-".repeat(48)}a-あ`],
])("suggests for the title %j the slug %j", (title, slug) => {
  expect(slugFromTitle(title)).toBe(slug);
});

test.each(["", "!?", "😀", "\u0301"])("finds no slug in the title %j", (title) => {
  expect(() => slugFromTitle(title)).toThrow(expect.objectContaining({ code: "INVALID_SLUG", reason: "empty" }));
});

// Normalised, this would take minutes: the test would run into its limit.
test("takes no time over a million combining marks", () => {
  const marks = `a${"\u0301\u0323".repeat(500_000)}`;
  expect(() => toSlug(marks)).toThrow(InvalidSlugError);
  expect(Slug.safeParse(marks).success).toBe(false);
  expect(slugFromTitle(marks)).toBe("\u1ea1");
});

function slugOrError(make: () => Slug): Slug | InvalidSlugError {
  try {
    return make();
  } catch (error) {
    if (error instanceof InvalidSlugError) return error;
    throw error;
  }
}
