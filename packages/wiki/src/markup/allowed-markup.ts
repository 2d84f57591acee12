/** For each element its attributes, and for each of these what its value must match. */
export type AllowedMarkup = Readonly<Record<string, Readonly<Record<string, RegExp>>>>;

const PIECE = /<(\/?)([A-Za-z][A-Za-z0-9]*)((?:\s+[A-Za-z][A-Za-z0-9:-]*="[^"<>]*")*)\s*(\/?)>|([^<>]+)/y;
const ATTRIBUTE = /([A-Za-z][A-Za-z0-9:-]*)="([^"<>]*)"/g;

/**
 * The markup that a library made, with the allowed attributes alone; undefined where anything in it is no allowed
 * element, text or attribute in double quotes. The libraries escape: this is for the day on which one does not.
 */
export function keepAllowedMarkup(markup: string, allowed: AllowedMarkup): string | undefined {
  let kept = "";
  PIECE.lastIndex = 0;
  while (PIECE.lastIndex < markup.length) {
    const piece = PIECE.exec(markup);
    if (piece === null) return undefined;
    const [text, slash = "", name = "", attributes = "", selfClosing = ""] = piece;
    if (name === "") {
      kept += text;
      continue;
    }
    // hasOwn: an element named "constructor" is in every object.
    const allowedAttributes = Object.hasOwn(allowed, name) ? allowed[name] : undefined;
    if (allowedAttributes === undefined) return undefined;
    kept += `<${slash}${name}${keepAllowedAttributes(attributes, allowedAttributes)}${selfClosing}>`;
  }
  return kept;
}

function keepAllowedAttributes(attributes: string, allowed: Readonly<Record<string, RegExp>>): string {
  let kept = "";
  for (const [, name = "", value = ""] of attributes.matchAll(ATTRIBUTE)) {
    const pattern = Object.hasOwn(allowed, name) ? allowed[name] : undefined;
    if (pattern?.test(value)) kept += ` ${name}="${value}"`;
  }
  return kept;
}
