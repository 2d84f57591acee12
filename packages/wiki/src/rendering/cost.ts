import { LIMITS } from "../markup/limits.ts";

/** In milliseconds of a processor: a text that may take longer is rendered on another thread. */
export const CHEAP = 8;

// In milliseconds, each for one UTF-16 unit: what the worst texts took that were found, by the signs that they are made of.
const UNIT = 0.000_1;
const SIGN = 0.002_5;
const CODE_UNIT = 0.001;
const FORMULA_UNIT = 0.004;
// A diagram loads its library, and takes a millisecond and more for each two boxes.
const DIAGRAM = 10;

/** About how long it takes at most to parse and render a text, in milliseconds; a fiftieth of that to tell. */
export function costOf(text: string): number {
  const units = Math.min(text.length, LIMITS.textUnits);
  return (
    units * UNIT +
    countSigns(text, units) * SIGN +
    countFormulaUnits(text) * FORMULA_UNIT +
    countCodeUnits(text) * CODE_UNIT +
    (text.includes("nomnoml") ? DIAGRAM : 0)
  );
}

/** How often a text may include another one, at most. */
export function countInclusions(text: string): number {
  return Math.min(text.split("![[", LIMITS.includes + 1).length - 1, LIMITS.includes);
}

/** For each character of ASCII whether it is no letter, digit or space: Markdown's signs are all among these. */
const IS_SIGN = Uint8Array.from({ length: 128 }, (_, code) => (/[A-Za-z0-9 ]/.test(String.fromCharCode(code)) ? 0 : 1));

function countSigns(text: string, units: number): number {
  let signs = 0;
  for (let i = 0; i < units; i++) {
    const code = text.charCodeAt(i);
    if (code < IS_SIGN.length) signs += IS_SIGN[code] ?? 0;
  }
  return signs;
}

/** What stands between dollar signs, as far as that may be a formula. */
function countFormulaUnits(text: string): number {
  let units = 0;
  for (let at = text.indexOf("$"), next = 0; at >= 0 && units < LIMITS.formulasUnits; at = next) {
    next = text.indexOf("$", at + 1);
    if (next > 0 && next - at <= LIMITS.formulaUnits) units += next - at;
  }
  return units;
}

const FENCE = /^(.*?)(`{3,}|~{3,})[ \t]*(.*)$/gm;

/**
 * What stands between fences with the name of a language. Where it is not plain at once where they end (they stand within
 * lists and quotations, or in each other), all that follows counts.
 */
function countCodeUnits(text: string): number {
  let units = 0;
  let open: { readonly at: number; readonly fence: string; readonly isCode: boolean } | undefined;
  for (const { index, 1: before = "", 2: fence = "", 3: after = "" } of text.matchAll(FENCE)) {
    const isPlain = before === "" && (open === undefined || fence === open.fence);
    if (!isPlain) return Math.min(units + text.length - (open?.at ?? index), LIMITS.codeUnits);
    if (open === undefined) open = { at: index, fence, isCode: after !== "" };
    else if (after === "") {
      if (open.isCode) units += index - open.at;
      open = undefined;
    }
  }
  return Math.min(open?.isCode ? units + text.length - open.at : units, LIMITS.codeUnits);
}
