import { ATOM_FEED, changesAddress, JSON_FEED, newPageAddress } from "./addresses.ts";
import { type ChangesFilter, changesFilter, isFiltered, type Person } from "./changes-filter.ts";
import { type Change, changeLine, dayHeading, groupByDay } from "./changes-list.ts";
import { emptyState } from "./empty-state.ts";
import { html, type View } from "./html.ts";
import { type Frame, layout } from "./layout.ts";
import { pager } from "./pager.ts";

export interface ChangesModel {
  /** The newest first. */
  readonly changes: readonly Change[];
  readonly filter: ChangesFilter;
  readonly filterError?: string;
  readonly authors: readonly Person[];
  /** The position with which this list ends, where there is more. */
  readonly next?: number;
  readonly isFirst: boolean;
}

/** The timeline of the whole wiki, a group for each day. */
export function changesView(frame: Frame, model: ChangesModel): View {
  const { changes, filter, authors, next, isFirst } = model;
  return layout(frame, {
    title: "Recent changes",
    main: html`<header class="view-header"><h1>Recent changes</h1>
<p class="byline"><a href="${ATOM_FEED}">Atom</a> <span class="dot">·</span> <a href="${JSON_FEED}">JSON Feed</a></p></header>
${changesFilter(changesAddress(), filter, authors, model.filterError)}
${changes.length === 0 && model.filterError === undefined && noChanges(filter, frame.mayEdit)}
${groupByDay(changes).map(
  ({
    day,
    changes: ofDay,
  }) => html`<section aria-labelledby="day-${day}"><h2 class="day" id="day-${day}">${dayHeading(day, frame.now)}</h2>
<ol class="changes">
${ofDay.map((change) => html`${changeLine(change, frame.now)}\n`)}</ol></section>
`,
)}
${pager({
  first: isFirst ? undefined : changesAddress(filter),
  next: next === undefined ? undefined : changesAddress({ ...filter, before: next }),
  nextLabel: "Older changes",
})}`,
  });
}

function noChanges(filter: ChangesFilter, mayEdit: boolean): View {
  if (isFiltered(filter)) {
    return emptyState("No change fits this filter.", html`<a href="${changesAddress()}">Show all changes</a>`);
  }
  const first = mayEdit && html`<a href="${newPageAddress()}">Write the first page</a>, and it stands here.`;
  return emptyState("Nothing has changed yet.", first);
}
