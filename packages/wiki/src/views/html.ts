import { ProgrammingError } from "@palimpsest/eventsourcing";
import { raw, html as template } from "hono/html";
import type { HtmlEscapedString } from "hono/utils/html";
import type { Html } from "../markup/rendered-page.ts";

/** HTML in which everything that came from outside is escaped. */
export type View = HtmlEscapedString;

export type ViewValue = string | number | false | null | undefined | View | readonly ViewValue[];

/** The tag of all templates: text is escaped, views stay as they are, and false, null and undefined are nothing. */
export function html(strings: TemplateStringsArray, ...values: readonly ViewValue[]): View {
  const view = template(strings, ...values);
  if (view instanceof Promise)
    throw new ProgrammingError("a view waits for nothing: its model holds all that it shows");
  return view;
}

/** What the renderer of pages made; no other string goes into a view as it is. */
export function rendered(page: Html): View {
  return raw(page);
}

/** What somebody wrote, in a line of ours: whatever direction it has or sets, it ends with the text. */
export function said(text: string): View {
  return html`<bdi>${text}</bdi>`;
}
