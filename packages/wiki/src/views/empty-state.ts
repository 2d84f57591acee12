import { html, type View, type ViewValue } from "./html.ts";

/** In the place of a list that has nothing in it: why, and what to do next, if anything. */
export function emptyState(what: string, next: ViewValue): View {
  return html`<div class="empty"><p><strong>${what}</strong></p>${next !== false && html`<p>${next}</p>`}</div>`;
}
