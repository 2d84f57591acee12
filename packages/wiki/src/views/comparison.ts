import type { ComparedRow, MarkedLine } from "../domain/line-comparison.ts";
import type { ComparedSection, TextComparison } from "../domain/text-comparison.ts";
import type { DiffLayout } from "./addresses.ts";
import { html, type View } from "./html.ts";
import { countOf } from "./wording.ts";

/** A comparison to look at. `name` tells the ids of one from those of another in the same document. */
export function comparisonView(comparison: TextComparison, layout: DiffLayout, name: string): View {
  if (comparison.changes === 0) return html`<p class="quiet">The text is the same.</p>`;
  let changes = 0;
  return html`<div class="diff ${layout}" data-diff>
${comparison.sections.map((section) => {
  if (section.kind === "changed") changes += 1;
  return sectionView(section, layout, `${name}-${changes}`);
})}</div>`;
}

function sectionView(section: ComparedSection, layout: DiffLayout, id: string): View {
  switch (section.kind) {
    case "same":
      if (!section.isFar) return table(sameRows(section, layout));
      return html`<details class="folded"><summary>${countOf(section.lines.length, "unchanged line")}</summary>
${table(sameRows(section, layout))}</details>
`;
    case "changed":
      return table(layout === "side" ? sideRows(section.rows) : inlineRows(section.rows), id);
    case "omitted":
      return html`<p class="folded">Not shown, as it is too much to compare: ${countOf(section.linesBefore, "line")} of the text before, ${countOf(section.linesAfter, "line")} of the text after.</p>\n`;
  }
}

function table(rows: readonly View[], id?: string): View {
  return html`<table${id !== undefined && html` id="${id}" class="changed"`}><tbody>
${rows}</tbody></table>
`;
}

function sameRows(section: Extract<ComparedSection, { kind: "same" }>, layout: DiffLayout): readonly View[] {
  return section.lines.map((text, i) => {
    const pieces = [{ text, marked: false }];
    const before = { number: section.before + i, pieces };
    const after = { number: section.after + i, pieces };
    return layout === "side"
      ? html`<tr>${sideCells(before, "same")}${sideCells(after, "same")}</tr>\n`
      : html`<tr>${number(before)}${number(after)}<td class="sign"></td><td class="line" dir="auto">${lineText(before, "same")}</td></tr>\n`;
  });
}

/** A line that was changed stands right above what it became; lines that came or went stand together. */
function inlineRows(rows: readonly ComparedRow[]): readonly View[] {
  return rows.flatMap(({ before, after }) => [
    ...(before === undefined ? [] : [inlineRow(before, "removed")]),
    ...(after === undefined ? [] : [inlineRow(after, "added")]),
  ]);
}

type Fate = "same" | "removed" | "added";

const SIGNS = { same: "", removed: "−", added: "+" } as const;

function inlineRow(line: MarkedLine, fate: "removed" | "added"): View {
  const numbers =
    fate === "removed" ? html`${number(line)}${number(undefined)}` : html`${number(undefined)}${number(line)}`;
  return html`<tr class="${fate}">${numbers}<td class="sign">${SIGNS[fate]}</td><td class="line" dir="auto">${lineText(line, fate)}</td></tr>\n`;
}

/** Lines that only went stand beside lines that only came, so that neither leaves a hole. */
function sideRows(rows: readonly ComparedRow[]): readonly View[] {
  const views: View[] = [];
  let [gone, come]: [MarkedLine[], MarkedLine[]] = [[], []];
  const flush = (): void => {
    for (let i = 0; i < Math.max(gone.length, come.length); i += 1) views.push(sideRow(gone[i], come[i]));
    [gone, come] = [[], []];
  };
  for (const { before, after } of rows) {
    if (before !== undefined && after !== undefined) {
      flush();
      views.push(sideRow(before, after));
    } else if (before !== undefined) gone.push(before);
    else if (after !== undefined) come.push(after);
  }
  flush();
  return views;
}

function sideRow(before: MarkedLine | undefined, after: MarkedLine | undefined): View {
  return html`<tr>${sideCells(before, "removed")}${sideCells(after, "added")}</tr>\n`;
}

function sideCells(line: MarkedLine | undefined, fate: Fate): View {
  if (line === undefined) return html`<td class="number"></td><td class="sign"></td><td class="line none"></td>`;
  return html`${number(line)}<td class="sign ${fate}">${SIGNS[fate]}</td><td class="line ${fate}" dir="auto">${lineText(line, fate)}</td>`;
}

function number(line: MarkedLine | undefined): View {
  return html`<td class="number">${line?.number}</td>`;
}

function lineText({ pieces }: MarkedLine, fate: Fate): View {
  return html`${pieces.map(({ text, marked }) => {
    const shown = fate === "same" ? text : visible(text);
    if (!marked) return shown;
    return fate === "removed" ? html`<del>${shown}</del>` : html`<ins>${shown}</ins>`;
  })}`;
}

// What would change nothing to see, or the order of what is seen: a reader of changes must know of it.
const INVISIBLE = /[[\p{Cc}\p{Default_Ignorable_Code_Point}\u2028\u2029]--[\t\n\u200c\u200d\ufe0f]]/gv;

function visible(text: string): string {
  return text.replace(INVISIBLE, (character) => {
    const code = character.codePointAt(0) ?? 0;
    if (code < 0x20) return String.fromCodePoint(0x2400 + code);
    return `⟨U+${code.toString(16).toUpperCase().padStart(4, "0")}⟩`;
  });
}
