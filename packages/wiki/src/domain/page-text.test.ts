import fc from "fast-check";
import { expect, test } from "vitest";
import { InvalidInputError } from "./invalid-input.ts";
import { Tag, toBody, toSummary, toTag, toTitle } from "./page-text.ts";

test.each(["Home", "Ürümqi – 乌鲁木齐", "שלום", "a", "x".repeat(255), "😀", "C:\\ & <b>"])(
  "takes %j as a title",
  (title) => {
    expect(toTitle(title)).toBe(title);
  },
);

test.each([
  ["", "must not be empty"],
  ["x".repeat(256), "must not be longer than 255 UTF-16 units"],
  [" Home", "must not begin or end with white space"],
  ["Home\u00a0", "must not begin or end with white space"],
  ["two\nlines", "must not contain control characters or line breaks"],
  ["two\u2028lines", "must not contain control characters or line breaks"],
  ["a\0b", "must not contain control characters or line breaks"],
  ["a\u001b[31mb", "must not contain control characters or line breaks"],
  ["half \ud83d", "must not contain halves of surrogate pairs"],
  ["safe\u202egpj.exe", "must not change the direction of text"],
  ["\u2067x", "must not change the direction of text"],
  ["\u200b", "must show something"],
  ["\u3164", "must show something"],
  [undefined, "must be text"],
  [7, "must be text"],
])("refuses %j as a title", (title, reason) => {
  expect(() => toTitle(title)).toThrow(
    expect.objectContaining({
      code: "INVALID_INPUT",
      field: "title",
      reason,
      message: `title ${reason}; correct it and send it again`,
    }),
  );
});

test("takes every well-formed text without NUL as a body, as it is", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (text) => {
      fc.pre(!text.includes("\0"));
      expect(toBody(text)).toBe(text);
    }),
  );
});

test("measures a body in bytes of UTF-8", () => {
  const limit = 2 ** 20;
  expect(toBody("x".repeat(limit))).toHaveLength(limit);
  expect(toBody("é".repeat(limit / 2))).toHaveLength(limit / 2);
  expect(() => toBody("x".repeat(limit + 1))).toThrow(InvalidInputError);
  expect(() => toBody(`x${"é".repeat(limit / 2)}`)).toThrow("body must not be longer than 1 MiB; correct it");
});

test.each(["a\0b", "\ud83d", "\ude00 first"])("refuses %j as a body", (body) => {
  expect(() => toBody(body)).toThrow(expect.objectContaining({ code: "INVALID_INPUT", field: "body" }));
});

test("brings a tag into its one form", () => {
  expect(toTag(" Cafe\u0301 ")).toBe("café");
});

test("every tag that it makes fits the schema, and stays as it is when made again", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme", maxLength: 20 }), (text) => {
      const tag = toTagOrNothing(text);
      fc.pre(tag !== undefined);
      expect(Tag.parse(tag)).toBe(tag);
      expect(toTag(tag)).toBe(tag);
    }),
  );
});

test.each(["", "a,b", "x".repeat(51), "\u200b", "a\nb"])("refuses %j as a tag", (tag) => {
  expect(() => toTag(tag)).toThrow(expect.objectContaining({ code: "INVALID_INPUT", field: "tag" }));
});

test.each(["Wiki", "cafe\u0301", " wiki"])("its schema refuses %j, a tag that is not in its one form", (tag) => {
  expect(Tag.safeParse(tag).success).toBe(false);
});

test("takes an empty summary, and none of more than 500 units or of two lines", () => {
  expect(toSummary("")).toBe("");
  expect(toSummary("x".repeat(500))).toHaveLength(500);
  expect(() => toSummary("x".repeat(501))).toThrow("summary must not be longer than 500 UTF-16 units");
  expect(() => toSummary("two\nlines")).toThrow(InvalidInputError);
});

// Normalised, this would take minutes: the test would run into its limit.
test.each([toTitle, toTag, toSummary])("refuses a million combining marks at once: %o", (convert) => {
  expect(() => convert(`a${"\u0301\u0323".repeat(500_000)}`)).toThrow(InvalidInputError);
});

function toTagOrNothing(text: string): Tag | undefined {
  try {
    return toTag(text);
  } catch (error) {
    if (error instanceof InvalidInputError) return undefined;
    throw error;
  }
}
