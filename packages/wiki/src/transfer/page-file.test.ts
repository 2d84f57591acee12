import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Summary, Title } from "../domain/page-text.ts";
import { Slug } from "../domain/slug.ts";
import { restOf, summaryOf } from "./commit-message.ts";
import { isSlugOf, slugsFor, titleOf, toFileContent } from "./page-file.ts";

describe("a page for a file", () => {
  test("has a title from the file's name", () => {
    expect(titleOf("Home.md")).toBe("Home");
    expect(titleOf("guides/Getting-Started.markdown")).toBe("Getting Started");
    expect(titleOf('two\nlines "and" | pipes.MD')).toBe('two lines "and" | pipes');
    expect(titleOf("\u202e.md")).toBe("Untitled");
  });

  test("has slugs from the path, of which nobody runs out", () => {
    const first = (path: string, count: number) => [...slugsFor(path).take(count)];
    expect(first("Guides/Getting Started.md", 3)).toEqual([
      ...["guides/getting-started", "guides/getting-started-2", "guides/getting-started-3"],
    ]);
    expect(first("search/api.md", 1)).toEqual(["search-page/api"]);
    expect(first("?/!.md", 2)).toEqual(["page/page", "page/page-2"]);
    expect(first(`${"long/".repeat(100)}end.md`, 1)[0]?.length).toBeLessThan(200);
    expect(isSlugOf(Slug.parse("home-2"), "Home.md")).toBe(true);
    expect(isSlugOf(Slug.parse("home-page"), "Home.md")).toBe(false);
  });

  test("has a good title, slug and summary whatever the names are", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 700 }), (name) => {
        const path = `${name}.md`;
        expect(Title.safeParse(titleOf(path)).success).toBe(true);
        for (const slug of slugsFor(path).take(12)) {
          expect(Slug.safeParse(slug).success).toBe(true);
          expect(isSlugOf(slug, path)).toBe(true);
        }
        expect(Summary.safeParse(summaryOf(name.toWellFormed())).success).toBe(true);
      }),
    );
  });

  test("has the text of the file, byte for byte, or a reason why it has none", () => {
    for (const text of ["", "\ufeffa\r\nb\rc\n", "é".repeat(2 ** 19)]) {
      expect(toFileContent(Buffer.from(text))).toEqual({ kind: "text", text });
    }
    expect(toFileContent(Buffer.from([0xff]))).toEqual({ kind: "refused", reason: "is not UTF-8" });
    // Halves of surrogate pairs, which some programs write as if they were characters.
    expect(toFileContent(Buffer.from([0xed, 0xa0, 0x80]))).toMatchObject({ kind: "refused" });
    expect(toFileContent(Buffer.from("a\0b"))).toMatchObject({ kind: "refused" });
  });
});

describe("a summary from a commit's message", () => {
  test("is its first line, and the rest is kept where there is one", () => {
    expect(summaryOf("Fix\n")).toBe("Fix");
    expect(restOf("Fix\n", summaryOf("Fix\n"))).toBeUndefined();
    const message = "Fix\n\nbecause\n";
    expect(restOf(message, summaryOf(message))).toBe(message);
    expect(summaryOf("")).toBe("");
    expect(summaryOf(`${"a".repeat(498)}😀😀`)).toBe(`${"a".repeat(498)}…`);
  });
});
