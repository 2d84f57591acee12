// biome-ignore lint/style/noRestrictedImports: tests alone import this file.
import fc from "fast-check";

/** Any string at all: halves of surrogate pairs, NUL, every line end. */
export const anyString: fc.Arbitrary<string> = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.array(fc.integer({ min: 0, max: 0xffff })).map((units) => String.fromCharCode(...units)),
  fc
    .array(fc.constantFrom("\r\n", "\r", "\n", "\0", "\ud83d", "\ude00", "😀", "😁", "é", "e\u0301", "a", "b"))
    .map((pieces) => pieces.join("")),
);

/** Up to 100 lines, few of them different, so that two such texts have much in common in many ways. */
const fewLines: fc.Arbitrary<string> = fc
  .array(fc.constantFrom("", "a", "b", "the cat sat", "the car sat", "the cat sat\r", "😀 sat", "😁 sat"), {
    maxLength: 100,
  })
  .map((lines) => lines.join("\n"));

/** Texts one after the other: each of few lines, or unlike the one before, or made from it by an edit. */
export function texts(count: number): fc.Arbitrary<readonly string[]> {
  const edits = fc.array(fc.record({ at: fc.nat(100), length: fc.nat(5), insert: anyString }), {
    minLength: count - 1,
    maxLength: count - 1,
  });
  return fc.oneof(
    fc.array(fewLines, { minLength: count, maxLength: count }),
    fc.array(anyString, { minLength: count, maxLength: count }),
    fc.tuple(fc.oneof(anyString, fewLines), edits).map(([first, steps]) => {
      const made = [first];
      for (const { at, length, insert } of steps) {
        const last = made.at(-1) ?? "";
        made.push(last.slice(0, at) + insert + last.slice(at + length));
      }
      return made;
    }),
  );
}
