import { editAddress, historyAddress, pageAddress, pagesAddress } from "./addresses.ts";
import { html, said, type View, type ViewValue } from "./html.ts";
import { icon } from "./icons.ts";

/** A page as views about it name it. */
export interface PageName {
  readonly slug: string;
  readonly title: string;
}

/** A part of the slug above the page: `guides` of `guides/start`. */
export interface Ancestor {
  readonly slug: string;
  /** The page's title, or where no page has this slug its last name. */
  readonly name: string;
  readonly isPage: boolean;
}

/** The way down to a page that is not at the top. */
export function breadcrumbs(ancestors: readonly Ancestor[]): View | undefined {
  if (ancestors.length === 0) return undefined;
  return html`<nav class="breadcrumbs" aria-label="Above this page"><ol>
${ancestors.map(({ slug, name, isPage }) => html`<li><a href="${isPage ? pageAddress(slug) : pagesAddress({ under: slug })}">${said(name)}</a></li>\n`)}</ol></nav>`;
}

/** The head of a view about a page, such as its history: what it is, and the way back to the page. */
export function aboutPage(page: PageName, heading: ViewValue, actions?: ViewValue): View {
  return html`<header class="view-header">
<p class="back"><a href="${pageAddress(page.slug)}">${said(page.title)}</a></p>
<h1>${heading}</h1>
${actions}
</header>`;
}

/** Edit and History, and behind them what is asked for less often. */
export function pageActions(page: PageName, mayEdit: boolean, more: readonly View[]): View {
  return html`<div class="page-actions">
${mayEdit && html`<a class="button" href="${editAddress(page.slug)}" data-key="e" data-does="Edit this page">${icon("edit")} Edit</a>`}
<a class="button" href="${historyAddress(page.slug)}" data-key="h" data-does="History of this page">${icon("history")} History</a>
<details class="menu"><summary class="icon-button" aria-label="More about this page">${icon("more")}</summary>
<ul>${more.map((item) => html`<li>${item}</li>\n`)}</ul></details>
</div>`;
}
