import { pageAddress, renameAddress } from "./addresses.ts";
import { errorSummary, hidden, textField } from "./form-fields.ts";
import { html, said, type View } from "./html.ts";
import { type Frame, layout } from "./layout.ts";
import { aboutPage, type PageName } from "./page-header.ts";
import { countOf } from "./wording.ts";

export interface RenameModel {
  readonly page: PageName;
  readonly pageId: string;
  readonly basedOn: number;
  readonly fields: {
    readonly title: string;
    readonly slug: string;
    readonly updateLinks: boolean;
    readonly summary: string;
  };
  readonly errors: { readonly title?: string; readonly slug?: string; readonly summary?: string };
  /** How many pages link here, and some of them. */
  readonly backlinks: number;
  readonly linkedFrom: readonly PageName[];
}

/** The form posts `title`, `slug`, `updateLinks` (`yes` or absent), `summary`, `pageId` and `basedOn`. */
export function renameView(frame: Frame, model: RenameModel): View {
  const { page, pageId, basedOn, fields, errors, backlinks } = model;
  return layout(frame, {
    title: `Rename ${page.title}`,
    main: html`${aboutPage(page, "Rename or move")}
${errorSummary("The page was not renamed.", errors)}
<form class="edit-form" method="post" action="${renameAddress(page.slug)}">
${hidden("pageId", pageId)}${hidden("basedOn", basedOn)}
${textField({ name: "title", label: "Title", value: fields.title, error: errors.title, maxLength: 255, isRequired: true })}
${textField({ name: "slug", label: "Address", value: fields.slug, error: errors.slug, maxLength: 200, isRequired: true, hint: "A slash puts the page below another: guides/start. The old address will lead here." })}
${backlinks > 0 && linksChoice(model)}
${textField({ name: "summary", label: "Why?", value: fields.summary, error: errors.summary, maxLength: 500, hint: "Stands in the history; may be empty." })}
<div class="form-actions"><button class="button primary" type="submit">Rename</button>
<a class="quiet" href="${pageAddress(page.slug)}">Cancel</a></div>
</form>`,
  });
}

function linksChoice({ fields, backlinks, linkedFrom }: RenameModel): View {
  return html`<fieldset class="field check"><legend>${countOf(backlinks, "page links", "pages link")} here</legend>
<label><input type="checkbox" name="updateLinks" value="yes"${fields.updateLinks && html` checked`}> Change their links to the new address</label>
<p class="hint">${linkedFrom.map(({ slug, title }, i) => html`${i > 0 && ", "}<a href="${pageAddress(slug)}">${said(title)}</a>`)}${backlinks > linkedFrom.length && " and others"}</p></fieldset>`;
}
