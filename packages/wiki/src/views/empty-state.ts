import { html, type View } from "./html.ts";

/** In the place of a list that has nothing in it: why, and what to do next. */
export function emptyState(what: string, next: View | string): View {
  return html`<div class="empty"><p><strong>${what}</strong></p><p>${next}</p></div>`;
}
