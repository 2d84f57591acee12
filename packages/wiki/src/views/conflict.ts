import type { TextComparison } from "../domain/text-comparison.ts";
import { editAddress, pageAddress } from "./addresses.ts";
import { comparisonView } from "./comparison.ts";
import { type EditFields, pageFields, summaryField } from "./edit.ts";
import { hidden, textField } from "./form-fields.ts";
import { html, said, type View } from "./html.ts";
import { icon } from "./icons.ts";
import { type Frame, layout } from "./layout.ts";
import { aboutPage, type PageName } from "./page-header.ts";
import { type Author, authorLink } from "./people.ts";
import { relativeTime } from "./wording.ts";

/** The page as one side of a conflict has it. */
export interface ConflictSide {
  readonly title: string;
  readonly tags: readonly string[];
  readonly body: string;
}

export interface ConflictModel {
  readonly page: PageName;
  readonly pageId: string;
  /** The version that the edit started from, and the one it would follow now. */
  readonly basedOn: number;
  readonly currentVersion: number;
  /** Who made the current version, and when. */
  readonly theirAuthor: Author;
  readonly theirsRecordedAt: number;
  readonly base: ConflictSide;
  readonly theirs: ConflictSide;
  readonly yours: ConflictSide;
  /** From the base to either side. */
  readonly theirChanges: TextComparison;
  readonly yourChanges: TextComparison;
  /** What the form starts with: both sides joined, with marks where that takes a decision; or yours. */
  readonly fields: EditFields;
  readonly hasMarks: boolean;
  /** Tells a form that is sent twice from two forms. */
  readonly idempotencyKey: string;
}

/** Two edits of the same lines: all three texts, and a form for the one that they become. Nothing is lost or recorded. */
export function conflictView(frame: Frame, model: ConflictModel): View {
  const { page, pageId, currentVersion, fields } = model;
  return layout(frame, {
    title: `Conflict: ${page.title}`,
    scripts: ["unsaved-text"],
    main: html`${aboutPage(page, html`Somebody was faster`)}
<div class="notice" role="alert"><p>${icon("conflict")} <strong>Nothing is saved yet, and nothing is lost.</strong>
While you wrote, ${authorLink(model.theirAuthor)} changed the same place: version ${currentVersion}, ${relativeTime(model.theirsRecordedAt, frame.now)}.
${model.hasMarks ? html`The text below joins both; where a decision is yours, it holds both between lines of <code>&lt;&lt;&lt;&lt;&lt;&lt;&lt;</code> and <code>&gt;&gt;&gt;&gt;&gt;&gt;&gt;</code>.` : html`The text below is yours: put in what you want to keep of theirs.`}</p></div>
<div class="conflict-sides">
<section aria-labelledby="theirs"><h2 id="theirs">What they changed</h2>${titleChange(model.base, model.theirs)}${comparisonView(model.theirChanges, "inline", "theirs")}</section>
<section aria-labelledby="yours"><h2 id="yours">What you changed</h2>${titleChange(model.base, model.yours)}${comparisonView(model.yourChanges, "inline", "yours")}</section>
</div>
<form class="edit-form" method="post" action="${editAddress(page.slug)}" data-unsaved="yes" aria-labelledby="result">
<h2 id="result">What it becomes</h2>
${hidden("idempotencyKey", model.idempotencyKey)}${hidden("pageId", pageId)}${hidden("basedOn", currentVersion)}
${pageFields(fields, {}, false)}
<div class="save-bar">
${textField(summaryField(fields, {}))}
<div class="form-actions">
<button class="button primary" type="submit" name="intent" value="save">Save this</button>
<button class="button" type="submit" name="intent" value="preview" formnovalidate>Preview</button>
<a class="quiet" href="${pageAddress(page.slug)}">Drop my edit</a>
</div></div>
</form>
<h2>The three texts</h2>
${wholeText("Yours", model.yours)}
${wholeText(`Theirs, version ${currentVersion}`, model.theirs)}
${wholeText(`Where both began, version ${model.basedOn}`, model.base)}`,
  });
}

function titleChange(base: ConflictSide, side: ConflictSide): View | undefined {
  if (base.title === side.title) return undefined;
  return html`<p class="title-change">Title: <del dir="auto">${base.title}</del> <ins dir="auto">${side.title}</ins></p>`;
}

function wholeText(name: string, { title, tags, body }: ConflictSide): View {
  return html`<details class="whole-text"><summary>${name}</summary>
<p><strong>${said(title)}</strong>${tags.length > 0 && html` <span class="quiet">${said(tags.join(", "))}</span>`}</p>
<pre dir="auto" tabindex="0">
${body}</pre></details>
`;
}
