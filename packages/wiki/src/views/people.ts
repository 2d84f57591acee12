import { changesAddress } from "./addresses.ts";
import { html, said, type View } from "./html.ts";

/** Who did something; null where nobody was signed in. */
export type Author = { readonly id: string; readonly name: string } | null;

/** The name, which leads to all that this person changed. */
export function authorLink(author: Author): View {
  if (author === null) return html`<span class="nobody">somebody</span>`;
  return html`<a class="author" href="${changesAddress({ author: author.id })}">${said(author.name)}</a>`;
}
