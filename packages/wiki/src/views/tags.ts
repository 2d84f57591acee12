import { pagesAddress, TAGS, tagAddress, tagsAddress } from "./addresses.ts";
import { emptyState } from "./empty-state.ts";
import { html, said, type View } from "./html.ts";
import { icon } from "./icons.ts";
import { type Frame, layout } from "./layout.ts";
import { pager } from "./pager.ts";
import { type PageEntry, pageList } from "./pages.ts";
import { countOf, formatNumber } from "./wording.ts";

export interface TagsModel {
  readonly tags: readonly { readonly tag: string; readonly pages: number }[];
  readonly next?: string;
  readonly isFirst: boolean;
}

export function tagsView(frame: Frame, { tags, next, isFirst }: TagsModel): View {
  return layout(frame, {
    title: "Tags",
    main: html`<header class="view-header"><h1>Tags</h1>${tags.length > 0 && html`<p class="byline">${countOf(tags.length, "tag")}</p>`}</header>
${
  tags.length === 0
    ? emptyState("No page has a tag yet.", "Tags are given in the form that edits a page, below its text.")
    : html`<ul class="tag-index">
${tags.map(({ tag, pages }) => html`<li><a href="${tagAddress(tag)}">${icon("tag")}${said(tag)}</a> <span class="count">${formatNumber(pages)}</span></li>\n`)}</ul>`
}
${pager({
  first: isFirst ? undefined : tagsAddress(),
  next: next === undefined ? undefined : tagsAddress(next),
  nextLabel: "More tags",
})}`,
  });
}

export interface TagModel {
  readonly tag: string;
  readonly total: number;
  readonly pages: readonly PageEntry[];
  readonly next?: string;
  readonly isFirst: boolean;
}

export function tagView(frame: Frame, { tag, total, pages, next, isFirst }: TagModel): View {
  return layout(frame, {
    title: `Tag ${tag}`,
    main: html`<header class="view-header"><p class="back"><a href="${TAGS}">Tags</a></p>
<h1>${said(tag)}</h1><p class="byline">${countOf(total, "page")}</p></header>
${pages.length === 0 ? emptyState("No page has this tag.", html`<a href="${pagesAddress()}">All pages</a>`) : pageList(pages, frame.now)}
${pager({
  first: isFirst ? undefined : tagAddress(tag),
  next: next === undefined ? undefined : tagAddress(tag, next),
  nextLabel: "More pages",
})}`,
  });
}
