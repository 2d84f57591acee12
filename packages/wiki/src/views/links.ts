import { backlinksAddress, missingPagesAddress, newPageAddress, orphansAddress, pageAddress } from "./addresses.ts";
import { emptyState } from "./empty-state.ts";
import { html, said, type View } from "./html.ts";
import { type Frame, layout } from "./layout.ts";
import { aboutPage, type PageName } from "./page-header.ts";
import { pager } from "./pager.ts";
import { type PageEntry, pageList } from "./pages.ts";
import { countOf } from "./wording.ts";

export interface BacklinksModel {
  readonly page: PageName;
  readonly total: number;
  readonly pages: readonly PageEntry[];
  readonly next?: string;
  readonly isFirst: boolean;
}

/** The pages that link to a page. */
export function backlinksView(frame: Frame, { page, total, pages, next, isFirst }: BacklinksModel): View {
  return layout(frame, {
    title: `What links to ${page.title}`,
    main: html`${aboutPage(page, "What links here", total > 0 && html`<p class="byline">${countOf(total, "page")}</p>`)}
${pages.length === 0 ? emptyState("No page links here yet.", html`Write [[${said(page.slug)}]] in the text of another page.`) : pageList(pages, frame.now)}
${pager({
  first: isFirst ? undefined : backlinksAddress(page.slug),
  next: next === undefined ? undefined : backlinksAddress(page.slug, next),
  nextLabel: "More pages",
})}`,
  });
}

export interface MissingPagesModel {
  readonly missing: readonly {
    readonly slug: string;
    /** How many pages link to it, and some of them. */
    readonly links: number;
    readonly from: readonly PageName[];
  }[];
  readonly next?: string;
  readonly isFirst: boolean;
}

/** The pages that others link to and nobody wrote, the most wanted first. */
export function missingPagesView(frame: Frame, { missing, next, isFirst }: MissingPagesModel): View {
  return layout(frame, {
    title: "Missing pages",
    main: html`<header class="view-header"><h1>Missing pages</h1>
<p class="byline">Linked to, and not written yet.</p></header>
${
  missing.length === 0
    ? emptyState("Every link leads to a page.", "A link to a page that does not exist yet will stand here.")
    : html`<ul class="page-list">
${missing.map(
  ({ slug, links, from }) => html`<li>
<p class="what"><a class="title missing" href="${frame.mayEdit ? newPageAddress({ slug }) : pageAddress(slug)}">${said(slug)}</a></p>
<p class="who">${countOf(links, "link")}${from.length > 0 && ", from "}${from.map((page, i) => html`${i > 0 && ", "}<a href="${pageAddress(page.slug)}">${said(page.title)}</a>`)}${links > from.length && " and others"}</p></li>
`,
)}</ul>`
}
${pager({
  first: isFirst ? undefined : missingPagesAddress(),
  next: next === undefined ? undefined : missingPagesAddress(next),
  nextLabel: "More pages",
})}`,
  });
}

export interface OrphansModel {
  readonly pages: readonly PageEntry[];
  readonly next?: string;
  readonly isFirst: boolean;
}

/** The pages that no other links to. */
export function orphansView(frame: Frame, { pages, next, isFirst }: OrphansModel): View {
  return layout(frame, {
    title: "Orphans",
    main: html`<header class="view-header"><h1>Orphans</h1>
<p class="byline">No other page links to them: readers find them by searching alone.</p></header>
${pages.length === 0 ? emptyState("Every page is linked to from another.", "There is nothing to do.") : pageList(pages, frame.now)}
${pager({
  first: isFirst ? undefined : orphansAddress(),
  next: next === undefined ? undefined : orphansAddress(next),
  nextLabel: "More pages",
})}`,
  });
}
