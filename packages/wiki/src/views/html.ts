import { ProgrammingError } from "@palimpsest/eventsourcing";
import { escapeHtml } from "../markup/escape-html.ts";
import type { Html } from "../markup/rendered-page.ts";

/** Only the functions of this file make one: whatever came from outside is escaped in it. */
class Markup {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  toString(): string {
    return this.#text;
  }
}

/** HTML in which everything that came from outside is escaped. */
export type View = Markup;

export type ViewValue = string | number | false | null | undefined | View | readonly ViewValue[];

/** The tag of all templates: text is escaped, views stay as they are, and false, null and undefined are nothing. */
export function html(strings: TemplateStringsArray, ...values: readonly ViewValue[]): View {
  let text = strings[0] ?? "";
  for (let i = 0; i < values.length; i++) text += textOf(values[i]) + (strings[i + 1] ?? "");
  return new Markup(text);
}

function textOf(value: ViewValue): string {
  if (typeof value === "string") return escapeHtml(value);
  if (value instanceof Markup) return value.toString();
  if (typeof value === "number") return String(value);
  if (value === false || value === null || value === undefined) return "";
  if (!Array.isArray(value)) throw new ProgrammingError("a view waits for nothing: its model holds all that it shows");
  let text = "";
  for (const part of value) text += textOf(part);
  return text;
}

/** What the renderer of pages made; no other string goes into a view as it is. */
export function rendered(page: Html): View {
  return new Markup(page);
}

/** What somebody wrote, in a line of ours: whatever direction it has or sets, it ends with the text. */
export function said(text: string): View {
  return html`<bdi>${text}</bdi>`;
}
