import { CHANGE_KINDS } from "../read-models/changes/change-kinds.ts";
import { html, type View } from "./html.ts";
import { icon } from "./icons.ts";

/** What a timeline is narrowed to, as it was asked for. Dates are `2026-11-23`. */
export interface ChangesFilter {
  readonly author?: string | undefined;
  readonly kind?: string | undefined;
  readonly from?: string | undefined;
  readonly to?: string | undefined;
}

export interface Person {
  readonly id: string;
  readonly name: string;
}

export function isFiltered({ author, kind, from, to }: ChangesFilter): boolean {
  return [author, kind, from, to].some((value) => value !== undefined && value !== "");
}

/** A form that asks for the timeline at `address` anew; closed where nothing is filtered. */
export function changesFilter(
  address: string,
  filter: ChangesFilter,
  authors: readonly Person[],
  error: string | undefined,
): View {
  return html`<details class="filter"${(isFiltered(filter) || error !== undefined) && html` open`}><summary>Filter</summary>
<form action="${address}">
<div class="field"><label for="filter-author">By</label>
<select id="filter-author" name="author"><option value="">anybody</option>
${authors.map(({ id, name }) => html`<option value="${id}"${id === filter.author && html` selected`}>${name}</option>\n`)}</select></div>
<div class="field"><label for="filter-kind">What</label>
<select id="filter-kind" name="kind"><option value="">anything</option>
${CHANGE_KINDS.map((kind) => html`<option value="${kind}"${kind === filter.kind && html` selected`}>${kind}</option>\n`)}</select></div>
<div class="field"><label for="filter-from">From</label><input id="filter-from" type="date" name="from" value="${dateOrNothing(filter.from)}"></div>
<div class="field"><label for="filter-to">To</label><input id="filter-to" type="date" name="to" value="${dateOrNothing(filter.to)}"></div>
<div class="form-actions"><button class="button" type="submit">Show</button>
${isFiltered(filter) && html`<a class="quiet" href="${address}">Show all</a>`}</div>
</form>
${error !== undefined && html`<p class="field-error">${icon("warning")} ${error}</p>`}
</details>`;
}

/** A field for dates takes nothing else: what else was asked for stands in the error. */
function dateOrNothing(text: string | undefined): string | undefined {
  return text !== undefined && /^\d{4}-\d\d-\d\d$/.test(text) && !Number.isNaN(Date.parse(text)) ? text : undefined;
}
