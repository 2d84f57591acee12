import { html, type View, type ViewValue } from "./html.ts";
import { icon } from "./icons.ts";

export interface Field {
  readonly name: string;
  readonly label: string;
  readonly value: string;
  readonly error?: string | undefined;
  readonly hint?: ViewValue;
  readonly maxLength?: number;
  readonly isRequired?: boolean;
  readonly autofocus?: boolean;
}

/** A line to type in, with what it takes and what was wrong with it. */
export function textField(field: Field): View {
  const { name, label, value, maxLength, isRequired = false, autofocus = false } = field;
  return html`<div class="field">
<label for="field-${name}">${label}</label>
<input id="field-${name}" name="${name}" type="text" value="${value}" dir="auto"${maxLength !== undefined && html` maxlength="${maxLength}"`}${isRequired && html` required`}${autofocus && html` autofocus`}${describedBy(field)} autocomplete="off">
${notes(field)}
</div>`;
}

/** A text to write. The line break after the tag keeps one that the text begins with. */
export function textArea(field: Field, rows: number): View {
  const { name, label, value } = field;
  return html`<div class="field">
<label for="field-${name}">${label}</label>
<textarea id="field-${name}" name="${name}" rows="${rows}" dir="auto" spellcheck="true"${describedBy(field)}>
${value}</textarea>
${notes(field)}
</div>`;
}

/** What was refused, before the form: each leads to its field. */
export function errorSummary(what: string, errors: { readonly [field: string]: string | undefined }): View | undefined {
  const entries = Object.entries(errors).flatMap(([name, error]) => (error === undefined ? [] : [{ name, error }]));
  if (entries.length === 0) return undefined;
  return html`<div class="notice error" role="alert"><p>${icon("warning")} <strong>${what}</strong> What you typed is still here.</p>
<ul>${entries.map(({ name, error }) => html`<li><a href="#field-${name}">${error}</a></li>`)}</ul></div>`;
}

export function hidden(name: string, value: string | number): View {
  return html`<input type="hidden" name="${name}" value="${value}">`;
}

function describedBy({ name, error, hint }: Field): View | undefined {
  const ids = [error !== undefined && `error-${name}`, hint !== undefined && `hint-${name}`].filter(Boolean).join(" ");
  if (ids === "") return undefined;
  return html` aria-describedby="${ids}"${error !== undefined && html` aria-invalid="true"`}`;
}

function notes({ name, error, hint }: Field): View {
  return html`${error !== undefined && html`<p class="field-error" id="error-${name}">${error}</p>`}${hint !== undefined && html`<p class="hint" id="hint-${name}">${hint}</p>`}`;
}
