import { html, type View, type ViewValue } from "../../views/html.ts";

// What XML 1.0 has no way to say, by any means.
const UNSAYABLE = /[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu;

/** XML in which everything that came from outside is escaped: the escapes of our HTML are those of XML. */
export function xml(strings: TemplateStringsArray, ...values: readonly ViewValue[]): View {
  return html(strings, ...values.map(sayable));
}

/** What was escaped already is no plain string. */
function sayable(value: ViewValue): ViewValue {
  return typeof value === "string" ? value.toWellFormed().replaceAll(UNSAYABLE, "\uFFFD") : value;
}
