import { changesAddress, HOME, newPageAddress, pageAddress, pagesAddress, searchAddress } from "./addresses.ts";
import { html, said, type View } from "./html.ts";
import { icon } from "./icons.ts";
import { type Frame, layout } from "./layout.ts";
import type { PageName } from "./page-header.ts";
import { countOf } from "./wording.ts";

/** What went wrong, and for whom to know what. */
export interface ErrorModel {
  readonly status: number;
  /** Our code, such as `SLUG_CONFLICT`: what `docs/errors.md` and an operator know it by. */
  readonly code: string;
  /** A sentence for the reader, of an error that is known; of others nothing is shown. */
  readonly detail?: string;
  /** Of a page that is not there: where it would be, what is called nearly so, and how many pages are below. */
  readonly missingPage?: { readonly slug: string; readonly similar: readonly PageName[]; readonly pagesBelow: number };
  /** For how many seconds to wait, where waiting helps. */
  readonly retryAfter?: number;
  /** What was typed and could not be saved, by field: shown to be copied. */
  readonly typed?: readonly { readonly field: string; readonly text: string }[];
}

/** What happened, and what to do. */
const WORDS: { readonly [status: number]: { readonly what: string; readonly next: string } } = {
  400: {
    what: "This request cannot be read",
    next: "The address or the form was cut or changed on its way. Go back and try again.",
  },
  403: { what: "This is not yours to do", next: "Ask an administrator of this wiki for the right to do it." },
  404: { what: "There is nothing here", next: "Check the spelling of the address, or search for what you look for." },
  405: { what: "That cannot be done here", next: "Go back to the page and use its links and buttons." },
  409: { what: "Somebody was faster", next: "Look at the page as it is now, and do it again if it is still right." },
  410: { what: "This page was deleted", next: "Its history is kept. An editor of this wiki can restore it." },
  412: { what: "Somebody was faster", next: "Look at the page as it is now, and do it again if it is still right." },
  413: { what: "This is too large", next: "A text takes up to 1 MiB. Divide it into several pages." },
  415: { what: "This cannot be read", next: "Use the forms of the wiki, or send what its API describes." },
  422: { what: "This was not accepted", next: "Go back, change what is named here, and send it again." },
  429: { what: "That was too much at once", next: "Wait a moment, then try again." },
  500: {
    what: "Something went wrong in the wiki",
    next: "It was written to the log of the server. Nothing that was saved is lost. Try again, or tell its operator.",
  },
  503: { what: "The wiki cannot do this right now", next: "Nothing that was saved is lost. Try again in a moment." },
};

export function errorView(frame: Frame, error: ErrorModel): View {
  const { status, code, detail, missingPage, retryAfter, typed = [] } = error;
  const { what, next } = WORDS[status] ?? (status < 500 ? WORDS[400] : WORDS[500]) ?? { what: "Error", next: "" };
  // Of what is not there the sentence says itself what to do.
  const general = status === 404 && detail !== undefined ? "" : next;
  const advice = missingPage === undefined ? general : "Nobody wrote it yet, or it has another name.";
  const heading = missingPage === undefined ? what : html`There is no page ${said(missingPage.slug)}`;
  return layout(frame, {
    title: missingPage === undefined ? what : `No page ${missingPage.slug}`,
    main: html`<div class="error-page">
<h1>${heading}</h1>
${detail !== undefined && missingPage === undefined && html`<p class="detail" dir="auto">${sentence(detail)}</p>`}
${advice !== "" && html`<p>${advice}${retryAfter !== undefined && ` Wait ${retryAfter} seconds.`}</p>`}
${missingPage !== undefined && html`${similarPages(missingPage.similar)}${pagesBelow(missingPage)}`}
${typed.length > 0 && typedTexts(typed)}
<p class="form-actions">${waysOn(frame, missingPage?.slug)}</p>
<p class="code">${status} <span class="dot">·</span> <code>${code}</code></p>
</div>`,
  });
}

function waysOn(frame: Frame, missing: string | undefined): View {
  if (missing === undefined) {
    return html`<a class="button" href="${HOME}">Home</a> <a class="button" href="${searchAddress()}">${icon("search")} Search</a> <a class="button" href="${changesAddress()}">Recent changes</a>`;
  }
  const words = missing.split("/").at(-1)?.replaceAll("-", " ") ?? missing;
  return html`${frame.mayEdit && html`<a class="button primary" href="${newPageAddress({ slug: missing })}">${icon("plus")} Create this page</a>`}
<a class="button" href="${searchAddress({ q: words })}">${icon("search")} Search for it</a>`;
}

function similarPages(similar: readonly PageName[]): View | undefined {
  if (similar.length === 0) return undefined;
  return html`<p>Did you mean ${similar.map(({ slug, title }, i) => html`${i > 0 && ", "}<a href="${pageAddress(slug)}">${said(title)}</a>`)}?</p>`;
}

function pagesBelow({
  slug,
  pagesBelow: count,
}: {
  readonly slug: string;
  readonly pagesBelow: number;
}): View | undefined {
  if (count === 0) return undefined;
  return html`<p>There ${count === 1 ? "is" : "are"} <a href="${pagesAddress({ under: slug })}">${countOf(count, "page")} below it</a>.</p>`;
}

function typedTexts(typed: readonly { readonly field: string; readonly text: string }[]): View {
  return html`<p>What you typed was not saved. Here it is, to copy:</p>
${typed.map(
  ({ field, text }, i) => html`<div class="field"><label for="typed-${i}">${field}</label>
<textarea id="typed-${i}" rows="${text.length > 200 ? 12 : 2}" dir="auto" readonly>
${text}</textarea></div>`,
)}`;
}

function sentence(detail: string): string {
  const text = detail.charAt(0).toUpperCase() + detail.slice(1);
  return /[.!?]$/.test(text) ? text : `${text}.`;
}
