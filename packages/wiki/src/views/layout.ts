import {
  API,
  ATOM_FEED,
  ATTACHMENTS,
  changesAddress,
  HOME,
  MISSING_PAGES,
  newPageAddress,
  ORPHANS,
  pagesAddress,
  RANDOM_PAGE,
  searchAddress,
  TAGS,
} from "./addresses.ts";
import type { Assets, ScriptName } from "./assets.ts";
import { displayMenu } from "./display-menu.ts";
import { html, said, type View, type ViewValue } from "./html.ts";
import { icon } from "./icons.ts";
import type { Moment } from "./moment.ts";

/** What surrounds every view: the wiki, who looks at it, and when. */
export interface Frame {
  readonly wikiName: string;
  readonly assets: Assets;
  /** What "3 hours ago" counts from. */
  readonly now: Moment;
  /** Whether to offer what changes the wiki. */
  readonly mayEdit: boolean;
  /** What was just done, said once: `Saved as version 12.` */
  readonly message?: string;
}

export interface Document {
  /** For the tab and bookmarks; the wiki's name follows. */
  readonly title: string;
  readonly main: ViewValue;
  /** What stands left and right of the main column where there is room. */
  readonly left?: ViewValue;
  readonly right?: ViewValue;
  /** `wide` takes the whole width, for what is compared side by side. */
  readonly width?: "text" | "wide";
  /** What stands in the search field. */
  readonly query?: string;
  readonly scripts?: readonly ScriptName[];
  /** The one address of what is shown, where it has several. */
  readonly canonical?: string;
  /** False for forms, histories and what else is nothing for a search engine. */
  readonly isIndexed?: boolean;
}

/** The whole document, as every view gives it. */
export function layout(frame: Frame, document: Document): View {
  const { title, main, left, right, width = "text", canonical, isIndexed = false } = document;
  const scripts: readonly ScriptName[] = ["relative-times", "menus", "keys", ...(document.scripts ?? [])];
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title} · ${frame.wikiName}</title>
${!isIndexed && html`<meta name="robots" content="noindex">`}
${canonical !== undefined && html`<link rel="canonical" href="${canonical}">`}
<script src="${frame.assets.scripts.display}"></script>
<link rel="icon" href="${frame.assets.icon}" type="image/svg+xml">
<link rel="stylesheet" href="${frame.assets.stylesheet}">
<link rel="alternate" type="application/atom+xml" href="${ATOM_FEED}" title="Changes of ${frame.wikiName}">
${scripts.map((name) => html`<script type="module" src="${frame.assets.scripts[name]}"></script>\n`)}</head>
<body class="${width}">
<a class="skip" href="#main">Skip to the text</a>
${siteHeader(frame, document.query)}
<div class="columns">
${left}
<main id="main" tabindex="-1">
${frame.message !== undefined && html`<p class="message" role="status">${icon("check")} ${frame.message}</p>`}
${main}
</main>
${right}
</div>
${siteFooter(frame)}
</body>
</html>
`;
}

function siteHeader(frame: Frame, query: string | undefined): View {
  return html`<header class="site-header">
<a class="site-name" href="${HOME}" data-key="g h" data-does="Home">${said(frame.wikiName)}</a>
<nav class="site-links" aria-label="Main">
<a href="${pagesAddress()}">Pages</a>
<a href="${changesAddress()}" data-key="g r" data-does="Recent changes">Changes</a>
<a href="${TAGS}">Tags</a>
</nav>
<form class="site-search" role="search" action="${searchAddress()}">
<label class="visually-hidden" for="site-search">Search the wiki</label>
${icon("search")}<input id="site-search" type="search" name="q" value="${query}" placeholder="Search" maxlength="200" autocomplete="off" data-key="/" data-does="Search">
</form>
<a class="narrow-search icon-button" href="${searchAddress()}" aria-label="Search">${icon("search")}</a>
${frame.mayEdit && html`<a class="new-page icon-button" href="${newPageAddress()}" aria-label="New page" data-key="c" data-does="New page">${icon("plus")}<span>New page</span></a>`}
${displayMenu()}
<details class="menu site-menu"><summary class="icon-button" aria-label="Menu">${icon("menu")}</summary>
<ul>
<li><a href="${pagesAddress()}">All pages</a></li>
<li><a href="${changesAddress()}">Recent changes</a></li>
<li><a href="${TAGS}">Tags</a></li>
<li><a href="${ATTACHMENTS}">Files</a></li>
<li><a href="${MISSING_PAGES}">Missing pages</a></li>
<li><a href="${ORPHANS}">Orphans</a></li>
<li><a href="${RANDOM_PAGE}">Random page</a></li>
</ul></details>
</header>`;
}

function siteFooter(frame: Frame): View {
  return html`<footer class="site-footer">
<p>${said(frame.wikiName)} · <a href="${ATOM_FEED}">Feed</a> · <a href="${API}">API</a></p>
</footer>`;
}
