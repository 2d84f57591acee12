import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync, gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { SCRIPT_NAMES, STYLE_FILES } from "./assets.ts";
import { FRAME, SAMPLES } from "./test-support/samples.ts";

const STYLES = join(import.meta.dirname, "styles");
const CLIENT = join(import.meta.dirname, "../client");

/** For each colour on each that it stands on, the least contrast: 7 for text that is read, 4.5 for the rest, 3 for edges. */
const PAIRS: readonly (readonly [colour: string, ground: string, least: number])[] = [
  ...["paper", "wash", "removed", "added", "removed-word", "added-word", "mark"].map((it) => ["ink", it, 7] as const),
  ...["paper", "wash"].flatMap((it) => [
    ["soft", it, 7] as const,
    ["accent", it, 7] as const,
    ["missing", it, 7] as const,
  ]),
  ...["paper", "wash"].map((it) => ["danger", it, 4.5] as const),
  ...["removed", "added"].map((it) => ["soft", it, 4.5] as const),
  ["accent", "mark", 4.5],
  ["on-accent", "accent", 7],
  ["edge", "paper", 3],
  ...["comment", "word", "string", "number", "name"].map((it) => [`code-${it}`, "wash", 4.5] as const),
];

test.each(["light", "dark"])("every text stands out from its ground in %s", (theme) => {
  const colours = readColours(theme === "light" ? 1 : 2);
  for (const [colour, ground, least] of PAIRS) {
    const contrast = contrastOf(colours.get(colour) ?? "", colours.get(ground) ?? "");
    expect(contrast, `${colour} on ${ground}`).toBeGreaterThanOrEqual(least);
  }
});

test("marked words stand out from their line in both themes", () => {
  for (const theme of [1, 2]) {
    const colours = readColours(theme);
    for (const fate of ["removed", "added"]) {
      expect(contrastOf(colours.get(fate) ?? "", colours.get(`${fate}-word`) ?? "")).toBeGreaterThan(1.2);
    }
  }
});

test("a first visit of a page takes less than 50 kB", () => {
  const html = SAMPLES[0]?.render(FRAME).toString() ?? "";
  const css = STYLE_FILES.map((file) => readFileSync(join(STYLES, file), "utf8")).join("\n");
  const scripts = SCRIPT_NAMES.map((name) => readFileSync(join(CLIENT, `${name}.ts`), "utf8"));
  const bytes = [html, css, ...scripts].reduce((sum, text) => sum + gzipSync(text).length, 0);
  expect(html.length).toBeGreaterThan(10_000);
  expect(bytes).toBeLessThan(50_000);
  expect(brotliCompressSync(css).length).toBeLessThan(10_000);
});

test("every sheet and every script is served", () => {
  expect([...STYLE_FILES].sort()).toEqual(readdirSync(STYLES).sort());
  const scripts = readdirSync(CLIENT).filter((file) => !file.endsWith(".test.ts"));
  expect(SCRIPT_NAMES.map((name) => `${name}.ts`)).toEqual(scripts.sort());
});

test("the scripts import nothing, so that each can be served alone", () => {
  for (const name of SCRIPT_NAMES) {
    expect(readFileSync(join(CLIENT, `${name}.ts`), "utf8")).not.toMatch(/^\s*import\b|\bfrom "|import\(/m);
  }
});

function readColours(theme: number): ReadonlyMap<string, string> {
  const css = readFileSync(join(STYLES, "colours.css"), "utf8");
  const found = css.matchAll(/--([\w-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\)/g);
  return new Map([...found].map((match) => [match[1] ?? "", match[theme + 1] ?? ""]));
}

/** As WCAG 2 has it. */
function contrastOf(a: string, b: string): number {
  const [lighter = 0, darker = 0] = [luminanceOf(a), luminanceOf(b)].sort((x, y) => y - x);
  return (lighter + 0.05) / (darker + 0.05);
}

function luminanceOf(colour: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const value = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return value <= 0.040_45 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
