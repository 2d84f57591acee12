import { newPageAddress, pageAddress, type SearchQuery, searchAddress } from "./addresses.ts";
import type { Person } from "./changes-filter.ts";
import { emptyState } from "./empty-state.ts";
import { html, said, type View } from "./html.ts";
import { icon } from "./icons.ts";
import { type Frame, layout } from "./layout.ts";
import type { Moment } from "./moment.ts";
import { pager } from "./pager.ts";
import { tagList } from "./tag-list.ts";
import { countOf, relativeTime } from "./wording.ts";

/** A text with the words that were searched for marked. */
export type MarkedText = readonly { readonly text: string; readonly marked: boolean }[];

export interface SearchHit {
  readonly slug: string;
  readonly titleMarks: MarkedText;
  readonly snippet: MarkedText;
  readonly modifiedAt: number;
  readonly tags: readonly string[];
}

export interface SearchModel {
  /** As it was asked for; without `q` nothing was. */
  readonly query: SearchQuery;
  readonly hits: readonly SearchHit[];
  /** How many there are in all; `isTotalLeast` says that counting stopped there. */
  readonly total: number;
  readonly isTotalLeast: boolean;
  readonly offset: number;
  readonly next?: number;
  readonly tags: readonly string[];
  readonly authors: readonly Person[];
  /** What may have been meant. */
  readonly suggestion?: string;
  /** The page that is called what was searched for, where nobody wrote it: `q` as a title. */
  readonly canCreate: boolean;
}

export function searchView(frame: Frame, model: SearchModel): View {
  const { query, hits, next, offset } = model;
  const q = query.q ?? "";
  return layout(frame, {
    title: q === "" ? "Search" : `Search: ${q}`,
    query: q,
    main: html`<header class="view-header"><h1>Search</h1></header>
${searchForm(model, q)}
${q !== "" && html`<p class="byline" role="status">${totalOf(model)}</p>`}
${model.suggestion !== undefined && suggestionLine(query, model.suggestion)}
${hits.length > 0 && html`<ol class="hits" start="${offset + 1}">\n${hits.map((hit) => hitLine(hit, frame.now))}</ol>`}
${q !== "" && hits.length === 0 && noHits(model)}
${q !== "" && model.canCreate && frame.mayEdit && createLine(q)}
${pager({
  first: offset === 0 ? undefined : searchAddress({ ...query, offset: undefined }),
  next: next === undefined ? undefined : searchAddress({ ...query, offset: next }),
  nextLabel: "More results",
})}`,
  });
}

function searchForm({ query, tags, authors }: SearchModel, q: string): View {
  return html`<form class="search-form" action="${searchAddress()}">
<div class="search-line"><label class="visually-hidden" for="search-text">Words to search for</label>
<input id="search-text" type="search" name="q" value="${q}" maxlength="200" dir="auto" autocomplete="off"${q === "" && html` autofocus`}>
<button class="button primary" type="submit">${icon("search")} Search</button></div>
<details class="filter"${isNarrowed(query) && html` open`}><summary>Filter</summary><div class="filter-fields">
<div class="field"><label for="search-tag">Tag</label><select id="search-tag" name="tag"><option value="">any</option>
${tags.map((tag) => html`<option value="${tag}"${tag === query.tag && html` selected`}>${tag}</option>\n`)}</select></div>
<div class="field"><label for="search-author">Edited by</label><select id="search-author" name="author"><option value="">anybody</option>
${authors.map(({ id, name }) => html`<option value="${id}"${id === query.author && html` selected`}>${name}</option>\n`)}</select></div>
<div class="field check"><label><input type="checkbox" name="titles" value="only"${query.titles === "only" && html` checked`}> Titles alone</label></div>
</div></details>
</form>`;
}

function isNarrowed({ tag, author, titles }: SearchQuery): boolean {
  return [tag, author, titles].some((value) => value !== undefined && value !== "");
}

function totalOf({ total, isTotalLeast }: SearchModel): string {
  return `${isTotalLeast ? "More than " : ""}${countOf(total, "page")}`;
}

function hitLine({ slug, titleMarks, snippet, modifiedAt, tags }: SearchHit, now: Moment): View {
  return html`<li>
<p class="what"><a class="title" href="${pageAddress(slug)}"><bdi>${marked(titleMarks)}</bdi></a> <span class="slug">${said(slug)}</span></p>
${snippet.length > 0 && html`<p class="excerpt" dir="auto">${marked(snippet)}</p>`}
<p class="who">Edited ${relativeTime(modifiedAt, now)}</p>
${tagList(tags, "Tags")}
</li>
`;
}

function marked(text: MarkedText): View {
  return html`${text.map((part) => (part.marked ? html`<mark>${part.text}</mark>` : part.text))}`;
}

function noHits({ query }: SearchModel): View {
  return emptyState(
    "Nothing was found.",
    html`Try fewer or other words; the beginning of a word is enough. ${isNarrowed(query) && html`<a href="${searchAddress({ q: query.q })}">Search without filters</a>`}`,
  );
}

function suggestionLine(query: SearchQuery, suggestion: string): View {
  const address = searchAddress({ ...query, q: suggestion, offset: undefined });
  return html`<p class="suggestion">Did you mean <a href="${address}">${said(suggestion)}</a>?</p>`;
}

function createLine(q: string): View {
  return html`<p class="create"><a class="button" href="${newPageAddress({ title: q })}">${icon("plus")} Create the page ${said(q)}</a></p>`;
}
