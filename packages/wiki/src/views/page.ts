import type { Heading } from "../markup/parsed-page.ts";
import type { Html } from "../markup/rendered-page.ts";
import {
  backlinksAddress,
  deleteAddress,
  diffAddress,
  editAddress,
  historyAddress,
  newPageAddress,
  pageAddress,
  renameAddress,
  restoreAddress,
  revertAddress,
  sourceAddress,
} from "./addresses.ts";
import { emptyState } from "./empty-state.ts";
import { html, rendered, said, type View } from "./html.ts";
import { icon } from "./icons.ts";
import { type Frame, layout } from "./layout.ts";
import { type Ancestor, breadcrumbs, pageActions } from "./page-header.ts";
import { pageTree, type TreeNode } from "./page-tree.ts";
import { type Author, authorLink } from "./people.ts";
import { foldedContents, tableOfContents } from "./table-of-contents.ts";
import { tagList } from "./tag-list.ts";
import { countOf, datedTime } from "./wording.ts";

export interface PageModel {
  readonly slug: string;
  readonly title: string;
  readonly tags: readonly string[];
  readonly body: Html;
  readonly contents: readonly Heading[];
  /** The version that is shown, when it was made and by whom. */
  readonly version: number;
  readonly recordedAt: number;
  readonly author: Author;
  readonly standing: Standing;
  /** How many other pages link here. */
  readonly backlinks: number;
  readonly ancestors: readonly Ancestor[];
  /** Empty where the wiki is too small for a tree. */
  readonly tree: readonly TreeNode[];
  /** The slug that was asked for, where it has led here since the page was renamed. */
  readonly redirectedFrom?: string;
}

/** What the version shown is to the page. A deleted page is shown to those alone who may restore it. */
export type Standing =
  | { readonly kind: "current" }
  | { readonly kind: "old"; readonly currentVersion: number }
  | { readonly kind: "deleted" };

/** A page to read. */
export function pageView(frame: Frame, page: PageModel): View {
  const isCurrent = page.standing.kind === "current";
  return layout(frame, {
    title: page.title,
    canonical: pageAddress(page.slug),
    isIndexed: isCurrent,
    scripts: [
      ...(page.contents.length > 1 ? (["current-section"] as const) : []),
      ...(page.tree.length > 0 ? (["current-page"] as const) : []),
    ],
    left: pageTree(page.tree),
    right: tableOfContents(page.contents),
    main: html`<article>
<header class="page-header">
${breadcrumbs(page.ancestors)}
<div class="title-line"><h1 dir="auto">${page.title}</h1>
${pageActions(page, frame.mayEdit && isCurrent, menuOf(page, frame.mayEdit))}</div>
${byline(page)}
${redirectNote(page)}
${standingNotice(page, frame)}
${foldedContents(page.contents)}
</header>
${page.body.trim() === "" ? noText(page, frame) : html`<div class="content" dir="auto">\n${rendered(page.body)}\n</div>`}
${tagList(page.tags, "Tags of this page")}
</article>`,
  });
}

function noText({ slug, standing }: PageModel, { mayEdit }: Frame): View {
  if (standing.kind !== "current") return emptyState("There is no text in this version.", false);
  return emptyState("This page has no text yet.", mayEdit && html`<a href="${editAddress(slug)}">Write it</a>`);
}

function byline({ slug, version, recordedAt, author, backlinks, standing }: PageModel): View {
  const deed = standing.kind === "deleted" ? "Deleted" : version === 1 ? "Created" : "Edited";
  const versions = standing.kind === "old" ? standing.currentVersion : version;
  return html`<p class="byline">${deed} <a href="${diffAddress(slug, { to: version })}">${datedTime(recordedAt)}</a> by ${authorLink(author)}
<span class="dot">·</span> <a href="${historyAddress(slug)}">${countOf(versions, "version")}</a>
<span class="dot">·</span> <a href="${backlinksAddress(slug)}">${countOf(backlinks, "link")} here</a></p>`;
}

function redirectNote({ slug, redirectedFrom }: PageModel): View | undefined {
  if (redirectedFrom === undefined) return undefined;
  return html`<p class="redirect-note">${said(redirectedFrom)} is now ${said(slug)}: old links still lead here.</p>`;
}

function standingNotice({ slug, version, standing }: PageModel, { mayEdit }: Frame): View | undefined {
  if (standing.kind === "old") {
    return html`<aside class="banner" aria-label="Old version">
<p>${icon("history")} <strong>This is version ${version} of ${standing.currentVersion}</strong>, as the page was then. Links and included pages are those of today.</p>
<div class="banner-actions">
<a class="button" href="${pageAddress(slug)}">Today’s version</a>
<a class="button" href="${diffAddress(slug, { from: version, to: standing.currentVersion })}">What changed since</a>
${
  mayEdit &&
  html`<form method="post" action="${revertAddress(slug)}">
<input type="hidden" name="version" value="${version}"><input type="hidden" name="basedOn" value="${standing.currentVersion}">
<button class="button" type="submit">${icon("restore")} Bring this version back</button></form>`
}
</div></aside>`;
  }
  if (standing.kind === "deleted") {
    return html`<aside class="banner" aria-label="Deleted">
<p>${icon("trash")} <strong>This page is deleted.</strong> Readers no longer find it. Its text and history are kept.</p>
${mayEdit && html`<div class="banner-actions"><a class="button" href="${restoreAddress(slug)}">${icon("restore")} Restore it</a></div>`}
</aside>`;
  }
  return undefined;
}

function menuOf({ slug, version, standing }: PageModel, mayEdit: boolean): readonly View[] {
  const shown = standing.kind === "old" ? version : undefined;
  const reading = [
    html`<a href="${backlinksAddress(slug)}">${icon("links")} What links here</a>`,
    html`<a href="${sourceAddress(slug, shown)}">${icon("file")} Markdown</a>`,
  ];
  if (!mayEdit || standing.kind !== "current") return reading;
  return [
    html`<a href="${renameAddress(slug)}">${icon("rename")} Rename or move</a>`,
    html`<a href="${newPageAddress({ slug: `${slug}/` })}">${icon("plus")} New page below</a>`,
    ...reading,
    html`<a class="danger" href="${deleteAddress(slug)}">${icon("trash")} Delete</a>`,
  ];
}
