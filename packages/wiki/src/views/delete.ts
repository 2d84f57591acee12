import { backlinksAddress, deleteAddress, pageAddress, restoreAddress } from "./addresses.ts";
import { errorSummary, hidden, textField } from "./form-fields.ts";
import { html, said, type View } from "./html.ts";
import { icon } from "./icons.ts";
import { type Frame, layout } from "./layout.ts";
import { aboutPage, type PageName } from "./page-header.ts";
import { countOf } from "./wording.ts";

export interface DeleteModel {
  readonly page: PageName;
  readonly pageId: string;
  readonly basedOn: number;
  readonly summary: string;
  readonly errors: { readonly summary?: string };
  /** How many pages link here, and some of them. */
  readonly backlinks: number;
  readonly linkedFrom: readonly PageName[];
}

/** The form posts `summary`, `pageId` and `basedOn`. */
export function deleteView(frame: Frame, model: DeleteModel): View {
  const { page, pageId, basedOn, summary, errors } = model;
  return layout(frame, {
    title: `Delete ${page.title}`,
    main: html`${aboutPage(page, html`Delete ${said(page.title)}?`)}
${errorSummary("The page was not deleted.", errors)}
<p>Readers no longer find it. Its text and history are kept, and it can be restored at any time.</p>
${linksLeft(model)}
<form class="edit-form" method="post" action="${deleteAddress(page.slug)}">
${hidden("pageId", pageId)}${hidden("basedOn", basedOn)}
${textField({ name: "summary", label: "Why?", value: summary, error: errors.summary, maxLength: 500, hint: "Stands in the history; may be empty." })}
<div class="form-actions"><button class="button danger" type="submit">${icon("trash")} Delete the page</button>
<a class="quiet" href="${pageAddress(page.slug)}">Keep it</a></div>
</form>`,
  });
}

function linksLeft({ page, backlinks, linkedFrom }: DeleteModel): View {
  if (backlinks === 0) return html`<p>No page links here.</p>`;
  return html`<div class="notice"><p>${icon("warning")} <strong><a href="${backlinksAddress(page.slug)}">${countOf(backlinks, "page still links", "pages still link")} here</a></strong>; those links will lead to no page.</p>
<ul>${linkedFrom.map(({ slug, title }) => html`<li><a href="${pageAddress(slug)}">${said(title)}</a></li>\n`)}</ul></div>`;
}

export interface RestoreModel {
  readonly page: PageName;
  readonly pageId: string;
  readonly basedOn: number;
  /** The slug it will have; where its own was taken meanwhile, another one to begin with. */
  readonly slug: string;
  readonly summary: string;
  readonly errors: { readonly slug?: string; readonly summary?: string };
}

/** The form posts `slug`, `summary`, `pageId` and `basedOn`. */
export function restoreView(frame: Frame, model: RestoreModel): View {
  const { page, pageId, basedOn, slug, summary, errors } = model;
  return layout(frame, {
    title: `Restore ${page.title}`,
    main: html`${aboutPage(page, html`Restore ${said(page.title)}`)}
${errorSummary("The page was not restored.", errors)}
<p>It comes back as it was when it was deleted, with its history.</p>
<form class="edit-form" method="post" action="${restoreAddress(page.slug)}">
${hidden("pageId", pageId)}${hidden("basedOn", basedOn)}
${textField({ name: "slug", label: "Address", value: slug, error: errors.slug, maxLength: 200, isRequired: true })}
${textField({ name: "summary", label: "Why?", value: summary, error: errors.summary, maxLength: 500, hint: "Stands in the history; may be empty." })}
<div class="form-actions"><button class="button primary" type="submit">${icon("restore")} Restore the page</button>
<a class="quiet" href="${pageAddress(page.slug)}">Leave it deleted</a></div>
</form>`,
  });
}
