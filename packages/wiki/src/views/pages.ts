import { newPageAddress, pageAddress, pagesAddress } from "./addresses.ts";
import { emptyState } from "./empty-state.ts";
import { html, said, type View } from "./html.ts";
import { type Frame, layout } from "./layout.ts";
import type { Moment } from "./moment.ts";
import { type Ancestor, breadcrumbs } from "./page-header.ts";
import { pageTree, type TreeNode } from "./page-tree.ts";
import { pager } from "./pager.ts";
import { countOf, relativeTime } from "./wording.ts";

/** A page in a list. */
export interface PageEntry {
  readonly slug: string;
  readonly title: string;
  readonly excerpt: string;
  readonly modifiedAt: number;
}

export const PAGE_ORDERS = {
  title: "by title",
  modified: "last edited first",
  created: "newest first",
  slug: "by address",
} as const;

export type PageOrder = keyof typeof PAGE_ORDERS;

export interface PagesModel {
  /** Only what is below this slug. */
  readonly under?: string;
  readonly ancestors: readonly Ancestor[];
  readonly order: PageOrder;
  readonly pages: readonly PageEntry[];
  /** How many there are in all. */
  readonly total: number;
  readonly tree: readonly TreeNode[];
  /** The cursor with which this list ends, where there is more. */
  readonly next?: string;
  readonly isFirst: boolean;
  /** Where the home page would be, if nobody wrote it. */
  readonly missingHome?: string;
}

export function pagesView(frame: Frame, model: PagesModel): View {
  const { under, order, pages, total, next, isFirst } = model;
  const heading = under === undefined ? "All pages" : html`Pages below ${said(under)}`;
  return layout(frame, {
    title: under === undefined ? "All pages" : `Pages below ${under}`,
    left: pageTree(model.tree),
    main: html`<header class="view-header">${breadcrumbs(model.ancestors)}
<h1>${heading}</h1>
<p class="byline">${countOf(total, "page")}<span class="orders">${Object.entries(PAGE_ORDERS).map(
      ([name, label]) =>
        html` <span class="dot">·</span> <a href="${pagesAddress({ under, order: name })}"${name === order && html` aria-current="true"`}>${label}</a>`,
    )}</span></p></header>
${model.missingHome !== undefined && frame.mayEdit && html`<p class="notice">This wiki has no home page yet. <a href="${newPageAddress({ slug: model.missingHome, title: "Home" })}">Write it</a></p>`}
${pages.length === 0 ? noPages(under, frame.mayEdit) : pageList(pages, frame.now)}
${pager({
  first: isFirst ? undefined : pagesAddress({ under, order }),
  next: next === undefined ? undefined : pagesAddress({ under, order, after: next }),
  nextLabel: "More pages",
})}`,
  });
}

/** Pages with their beginnings. */
export function pageList(pages: readonly PageEntry[], now: Moment): View {
  return html`<ul class="page-list">
${pages.map(
  ({ slug, title, excerpt, modifiedAt }) => html`<li>
<p class="what"><a class="title" href="${pageAddress(slug)}">${said(title)}</a> <span class="slug">${said(slug)}</span></p>
${excerpt !== "" && html`<p class="excerpt" dir="auto">${excerpt}</p>`}
<p class="who">Edited ${relativeTime(modifiedAt, now)}</p></li>
`,
)}</ul>`;
}

function noPages(under: string | undefined, mayEdit: boolean): View {
  if (!mayEdit) return emptyState("There is no page here yet.", false);
  const slug = under === undefined ? {} : { slug: `${under}/` };
  return emptyState("There is no page here yet.", html`<a href="${newPageAddress(slug)}">Write the first one</a>`);
}
