import { html, type View } from "./html.ts";

/** The ways on in a long list: to its start, and to what follows. */
export function pager(way: {
  readonly first?: string | undefined;
  readonly next?: string | undefined;
  readonly nextLabel?: string;
}): View | undefined {
  const { first, next, nextLabel = "More" } = way;
  if (first === undefined && next === undefined) return undefined;
  return html`<nav class="pager" aria-label="More of this list">
${first !== undefined && html`<a class="button" href="${first}">Back to the start</a>`}
${next !== undefined && html`<a class="button" rel="next" href="${next}">${nextLabel}</a>`}
</nav>`;
}
