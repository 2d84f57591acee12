import type { Token } from "markdown-it";
import { escapeHtml } from "./escape-html.ts";

/** What was written in the tag that this token was made of; undefined where it was made of none. */
export function htmlAttributesOf(token: Token): ReadonlyMap<string, string> | undefined {
  return token.meta?.["attributes"] as ReadonlyMap<string, string> | undefined;
}

type Attribute = { readonly of?: ReadonlySet<string>; readonly value: RegExp };

const LIST_NUMBER = /^-?\d{1,9}$/;

/** By name: the elements that may have it, and what it may say. Of attributes that are there or not, the value is nothing. */
const ALLOWED: ReadonlyMap<string, Attribute> = new Map<string, Attribute>([
  ["title", { value: /^[\s\S]{1,2000}$/ }],
  ["dir", { value: /^(?:ltr|rtl|auto)$/i }],
  ["lang", { value: /^[a-z]{2,8}(?:-[a-z\d]{1,8}){0,4}$/i }],
  // Chromium takes a thousand columns, and lays them all out.
  ["colspan", { of: new Set(["td", "th"]), value: /^(?:[1-9]\d?|100)$/ }],
  ["rowspan", { of: new Set(["td", "th"]), value: /^[1-9]\d{0,2}$/ }],
  ["scope", { of: new Set(["th"]), value: /^(?:row|col|rowgroup|colgroup)$/i }],
  ["start", { of: new Set(["ol"]), value: LIST_NUMBER }],
  ["value", { of: new Set(["li"]), value: LIST_NUMBER }],
  ["type", { of: new Set(["ol"]), value: /^[1aAiI]$/ }],
  ["width", { of: new Set(["img"]), value: /^\d{1,4}(?:px|%)?$/ }],
  ["height", { of: new Set(["img"]), value: /^\d{1,4}(?:px|%)?$/ }],
  ["open", { of: new Set(["details"]), value: /(?:)/ }],
  ["reversed", { of: new Set(["ol"]), value: /(?:)/ }],
]);
const WITHOUT_VALUE: ReadonlySet<string> = new Set(["open", "reversed"]);

/** The attributes of a token made of HTML, as its element is written with them: those that are allowed, and its id. */
export function writeHtmlAttributes(token: Token, tag: string, id: string | undefined): string {
  let written = id === undefined ? "" : ` id="${escapeHtml(id)}"`;
  const alignment = alignmentOf(token);
  if (alignment !== undefined) written += ` class="align-${alignment}"`;
  for (const [name, value] of htmlAttributesOf(token) ?? []) {
    const allowed = ALLOWED.get(name);
    if (allowed === undefined || allowed.of?.has(tag) === false || !allowed.value.test(value)) continue;
    written += WITHOUT_VALUE.has(name) ? ` ${name}` : ` ${name}="${escapeHtml(value)}"`;
  }
  return written;
}

/** A class, for no style may stand in an element. */
function alignmentOf(token: Token): string | undefined {
  if (token.meta?.["html"] === "center") return "center";
  return /^(?:left|center|right)$/.exec((htmlAttributesOf(token)?.get("align") ?? "").toLowerCase())?.[0];
}
