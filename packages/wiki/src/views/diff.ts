import type { TextComparison } from "../domain/text-comparison.ts";
import { type DiffLayout, diffAddress, historyAddress, pageAddress } from "./addresses.ts";
import { comparisonView } from "./comparison.ts";
import { html, said, type View } from "./html.ts";
import { type Frame, layout } from "./layout.ts";
import type { Moment } from "./moment.ts";
import { aboutPage, type PageName } from "./page-header.ts";
import { type Author, authorLink } from "./people.ts";
import { countOf, relativeTime } from "./wording.ts";

/** One of the two versions that are compared. */
export interface DiffSide {
  /** 0 is before there was a page: all of the other version was added. */
  readonly version: number;
  readonly slug: string;
  readonly title: string;
  readonly tags: readonly string[];
  readonly deleted: boolean;
  readonly recordedAt: number;
  readonly author: Author;
  readonly summary?: string | undefined;
}

export interface DiffModel {
  readonly page: PageName;
  readonly from: DiffSide;
  readonly to: DiffSide;
  readonly currentVersion: number;
  readonly comparison: TextComparison;
  readonly layout: DiffLayout;
}

/** What changed between two versions of a page. */
export function diffView(frame: Frame, model: DiffModel): View {
  const { page, from, to, comparison } = model;
  const heading = from.version === 0 ? "Version 1" : `Version ${from.version} → ${to.version}`;
  return layout(frame, {
    title: `${heading} of ${page.title}`,
    width: model.layout === "side" ? "wide" : "text",
    main: html`${aboutPage(page, heading, steps(model))}
<div class="diff-sides">
${from.version > 0 && sideHead(page, from, frame.now, "removed", "−")}
${sideHead(page, to, frame.now, "added", "+")}
</div>
${propertyChanges(from, to)}
<div class="diff-bar">
<p>${jumps(comparison.changes)}</p>
<p class="choice-links">${layoutLink(model, "inline", "Inline")} ${layoutLink(model, "side", "Side by side")}</p>
</div>
${comparisonView(comparison, model.layout, "change")}`,
  });
}

/** One edit back and one on; only for a version and the one before it. */
function steps({ page, from, to, currentVersion, layout: shown }: DiffModel): View {
  const isStep = to.version === from.version + 1;
  const step = (version: number) => diffAddress(page.slug, { from: version - 1, to: version, layout: shown });
  return html`<p class="byline steps">
${isStep && from.version > 0 && html`<a href="${step(from.version)}" data-key="[" data-does="The edit before">← Edit before</a>`}
${isStep && to.version < currentVersion && html`<a href="${step(to.version + 1)}" data-key="]" data-does="The edit after">Edit after →</a>`}
<a href="${historyAddress(page.slug)}">History</a></p>`;
}

function sideHead(page: PageName, side: DiffSide, now: Moment, fate: string, sign: string): View {
  const { version, recordedAt, author, summary } = side;
  return html`<div class="diff-side ${fate}"><p><span class="sign">${sign}</span> <a href="${pageAddress(page.slug, version)}">Version ${version}</a></p>
<p class="who">${relativeTime(recordedAt, now)} by ${authorLink(author)}</p>
${summary !== undefined && summary !== "" && html`<p class="summary">${said(summary)}</p>`}</div>
`;
}

/** What changed beside the text. */
function propertyChanges(from: DiffSide, to: DiffSide): View | undefined {
  if (from.version === 0) return undefined;
  const rows = [
    { name: "Title", before: from.title, after: to.title },
    { name: "Address", before: from.slug, after: to.slug },
    { name: "Tags", before: from.tags.join(", "), after: to.tags.join(", ") },
    { name: "State", before: from.deleted ? "deleted" : "there", after: to.deleted ? "deleted" : "there" },
  ].filter(({ before, after }) => before !== after);
  if (rows.length === 0) return undefined;
  return html`<table class="properties"><tbody>
${rows.map(({ name, before, after }) => html`<tr><th scope="row">${name}</th><td>${before !== "" && html`<span class="sign">−</span> <del dir="auto">${before}</del>`}</td><td>${after !== "" && html`<span class="sign">+</span> <ins dir="auto">${after}</ins>`}</td></tr>\n`)}</tbody></table>`;
}

const MAX_JUMPS = 30;

function jumps(changes: number): View {
  if (changes === 0) return html`No line of the text changed`;
  if (changes === 1) return html`<a href="#change-1">1 change</a>`;
  const numbers = Array.from({ length: Math.min(changes, MAX_JUMPS) }, (_, i) => i + 1);
  return html`${countOf(changes, "change")}: <span class="jumps">${numbers.map((n) => html`<a href="#change-${n}">${n}</a> `)}${changes > MAX_JUMPS && "…"}</span>`;
}

function layoutLink({ page, from, to, layout: shown }: DiffModel, target: DiffLayout, label: string): View {
  const address = diffAddress(page.slug, { from: from.version, to: to.version, layout: target });
  return html`<a href="${address}"${target === shown && html` aria-current="true"`}>${label}</a>`;
}
