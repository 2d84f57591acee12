import type { Html } from "../markup/rendered-page.ts";
import { editAddress, newPageAddress, pageAddress } from "./addresses.ts";
import { errorSummary, type Field, hidden, textArea, textField } from "./form-fields.ts";
import { html, rendered, said, type View } from "./html.ts";
import { type Frame, layout } from "./layout.ts";
import { aboutPage, type PageName } from "./page-header.ts";

/** What the form holds, as it was typed. */
export interface EditFields {
  readonly title: string;
  readonly slug: string;
  /** With commas between them. */
  readonly tags: string;
  readonly body: string;
  readonly summary: string;
}

/** Why a field was refused. */
export type EditErrors = { readonly [field in keyof EditFields]?: string };

export interface EditModel {
  readonly target:
    | { readonly kind: "new" }
    | { readonly kind: "page"; readonly page: PageName; readonly pageId: string; readonly basedOn: number };
  readonly fields: EditFields;
  readonly errors: EditErrors;
  /** Tells a form that is sent twice from two forms. */
  readonly idempotencyKey: string;
  /** The text as a reader would see it, where that was asked for. */
  readonly preview?: Html;
}

/**
 * The form for a page, new or not. It posts `title`, `slug`, `tags`, `body`, `summary`, `intent` (`save` or `preview`), and
 * `idempotencyKey`, and for a page that exists `pageId` and `basedOn`.
 */
export function editView(frame: Frame, model: EditModel): View {
  const { target, fields, errors, preview } = model;
  const isNew = target.kind === "new";
  const heading = isNew ? "New page" : html`Edit ${said(target.page.title)}`;
  return layout(frame, {
    title: isNew ? "New page" : `Edit ${target.page.title}`,
    scripts: ["unsaved-text"],
    main: html`${isNew ? html`<header class="view-header"><h1>${heading}</h1></header>` : aboutPage(target.page, heading)}
${errorSummary(isNew ? "The page was not created." : "The page was not saved.", errors)}
${preview !== undefined && previewOf(fields.title, preview)}
<form class="edit-form" method="post" action="${isNew ? newPageAddress() : editAddress(target.page.slug)}" data-unsaved="${Object.keys(errors).length > 0 || preview !== undefined ? "yes" : "no"}">
${hidden("idempotencyKey", model.idempotencyKey)}
${!isNew && html`${hidden("pageId", target.pageId)}${hidden("basedOn", target.basedOn)}`}
${pageFields(fields, errors, isNew)}
<div class="save-bar">
${textField(summaryField(fields, errors))}
<div class="form-actions">
<button class="button primary" type="submit" name="intent" value="save" data-key="Control+Enter" data-does="Save">${isNew ? "Create page" : "Save"}</button>
<button class="button" type="submit" name="intent" value="preview" formnovalidate>Preview</button>
<a class="quiet" href="${isNew ? "/" : pageAddress(target.page.slug)}">Cancel</a>
</div>
</div>
</form>`,
  });
}

/** The fields of a page's text, which the conflict page asks for too. */
export function pageFields(fields: EditFields, errors: EditErrors, isNew: boolean): View {
  return html`<div class="field-row">
${textField({ name: "title", label: "Title", value: fields.title, error: errors.title, maxLength: 255, isRequired: true, autofocus: isNew && fields.title === "" })}
${textField({
  name: "slug",
  label: "Address",
  value: fields.slug,
  error: errors.slug,
  maxLength: 200,
  hint: isNew
    ? "Empty: made from the title. A slash puts the page below another: guides/start"
    : "The old address will lead here.",
})}
</div>
${textArea(
  {
    name: "body",
    label: "Text",
    value: fields.body,
    error: errors.body,
    hint: html`Markdown: **bold**, *italic*, # heading, - list. [[Page]] links to a page, ![[Page]] shows it here.`,
  },
  20,
)}
${textField({ name: "tags", label: "Tags", value: fields.tags, error: errors.tags, hint: "With commas between them." })}`;
}

export function summaryField(fields: EditFields, errors: EditErrors): Field {
  const hint = "Stands in the history; may be empty.";
  return {
    name: "summary",
    label: "What did you change?",
    value: fields.summary,
    error: errors.summary,
    maxLength: 500,
    hint,
  };
}

function previewOf(title: string, preview: Html): View {
  return html`<section class="preview" aria-labelledby="preview">
<p class="preview-label" id="preview"><strong>Preview</strong>: nothing is saved yet. <a href="#field-body">Go on writing</a></p>
<h2 class="preview-title" dir="auto">${title === "" ? "Without a title" : title}</h2>
<div class="content" dir="auto">
${rendered(preview)}
</div>
</section>`;
}
