import { diffAddress, historyAddress, pageAddress, revertAddress } from "./addresses.ts";
import { type ChangesFilter, changesFilter, isFiltered, type Person } from "./changes-filter.ts";
import {
  type Change,
  type ChangesOfDay,
  dayHeading,
  deedsOf,
  groupByDay,
  growthOf,
  happenedAt,
} from "./changes-list.ts";
import { emptyState } from "./empty-state.ts";
import { hidden } from "./form-fields.ts";
import { html, said, type View } from "./html.ts";
import { icon } from "./icons.ts";
import { type Frame, layout } from "./layout.ts";
import { aboutPage, type PageName } from "./page-header.ts";
import { pager } from "./pager.ts";
import { authorLink } from "./people.ts";
import { timeInDay } from "./wording.ts";

export interface HistoryModel {
  readonly page: PageName;
  readonly currentVersion: number;
  /** The newest first. */
  readonly changes: readonly Change[];
  readonly filter: ChangesFilter;
  readonly filterError?: string;
  /** Whom to choose from: who changed the page. */
  readonly authors: readonly Person[];
  /** The position with which this list ends, where there is more. */
  readonly next?: number;
  readonly isFirst: boolean;
}

/** The timeline of a page. Two of its versions are chosen and compared by a plain form. */
export function historyView(frame: Frame, model: HistoryModel): View {
  const { page, changes, filter, authors, next, isFirst } = model;
  return layout(frame, {
    title: `History of ${page.title}`,
    main: html`${aboutPage(page, "History")}
${changesFilter(historyAddress(page.slug), filter, authors, model.filterError)}
${changes.length > 0 ? timeline(model, frame) : model.filterError === undefined && noChanges(model)}
${pager({
  first: isFirst ? undefined : historyAddress(page.slug, { ...filter }),
  next: next === undefined ? undefined : historyAddress(page.slug, { ...filter, before: next }),
  nextLabel: "Older versions",
})}`,
  });
}

function noChanges({ page, filter }: HistoryModel): View {
  const all = html`<a href="${historyAddress(page.slug)}">Show the whole history</a>`;
  return emptyState(isFiltered(filter) ? "No change fits this filter." : "Nothing is recorded here.", all);
}

function timeline(model: HistoryModel, frame: Frame): View {
  const { page, changes } = model;
  // A form within a form is none: the buttons of the lines belong to forms of their own, by their id.
  const days = groupByDay(changes);
  return html`<form class="timeline" action="${diffAddress(page.slug)}">
<div class="compare-bar"><button class="button" type="submit">Compare A with B</button></div>
${days.map((day) => dayOf(day, model, frame))}
</form>
${frame.mayEdit && changes.filter(({ version }) => version !== model.currentVersion).map(({ version }) => revertForm(model, version))}`;
}

function dayOf({ day, changes }: ChangesOfDay, model: HistoryModel, frame: Frame): View {
  return html`<section aria-labelledby="day-${day}"><h2 class="day" id="day-${day}">${dayHeading(day, frame.now)}</h2>
<ol class="changes">
${changes.map((change) => line(change, model, frame))}</ol></section>
`;
}

function line(change: Change, model: HistoryModel, { now, mayEdit }: Frame): View {
  const { page, currentVersion, changes } = model;
  const { version, versionBefore, author, summary } = change;
  // Until something is chosen: the newest, and the one before it.
  const isFrom = version === (changes[1] ?? changes[0])?.version;
  const isTo = version === changes[0]?.version;
  return html`<li class="change">
<span class="choice"><label><input type="radio" name="from" value="${version}"${isFrom && html` checked`}><span>A<span class="visually-hidden">: version ${version}</span></span></label>
<label><input type="radio" name="to" value="${version}"${isTo && html` checked`}><span>B<span class="visually-hidden">: version ${version}</span></span></label></span>
<div class="deed">
<p class="what"><a class="title" href="${diffAddress(page.slug, { from: versionBefore, to: version })}">${deedsOf(change)}</a> ${growthOf(change)}</p>
${summary !== undefined && summary !== "" && html`<p class="summary">${said(summary)}</p>`}
<p class="who">${timeInDay(happenedAt(change), now)} by ${authorLink(author)}</p>
</div>
<span class="row-actions"><a href="${pageAddress(page.slug, version)}">Version ${version}</a>
${mayEdit && version !== currentVersion && html`<button class="link-button" type="submit" form="revert-${version}">${icon("restore")} Bring back<span class="visually-hidden"> version ${version}</span></button>`}</span>
</li>
`;
}

function revertForm({ page, currentVersion }: HistoryModel, version: number): View {
  return html`<form id="revert-${version}" method="post" action="${revertAddress(page.slug)}">${hidden("version", version)}${hidden("basedOn", currentVersion)}</form>\n`;
}
