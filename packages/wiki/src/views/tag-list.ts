import { tagAddress } from "./addresses.ts";
import { html, said, type View } from "./html.ts";
import { icon } from "./icons.ts";

export function tagList(tags: readonly string[], label: string): View | undefined {
  if (tags.length === 0) return undefined;
  return html`<ul class="tags" aria-label="${label}">\n${tags.map((tag) => html`<li><a href="${tagAddress(tag)}">${icon("tag")}${said(tag)}</a></li>\n`)}</ul>`;
}
