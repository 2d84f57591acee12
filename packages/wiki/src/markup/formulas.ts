import { createRequire } from "node:module";
import { type AllowedMarkup, keepAllowedMarkup } from "./allowed-markup.ts";
import { LIMITS } from "./limits.ts";

// Loaded with the first formula.
const require = createRequire(import.meta.url);
type Katex = Pick<typeof import("katex").default, "renderToString">;
let katex: Katex | undefined;

const VALUE = /^[\w #.%+,;()-]*$/;
const ATTRIBUTES = [
  [
    "accent",
    "accentunder",
    "columnalign",
    "columnlines",
    "columnspacing",
    "depth",
    "display",
    "displaystyle",
    "encoding",
  ],
  ["fence", "form", "height", "largeop", "linebreak", "linethickness", "lspace", "mathbackground", "mathcolor"],
  ["mathsize", "mathvariant", "maxsize", "minsize", "movablelimits", "notation", "rowlines", "rowspacing", "rspace"],
  ["scriptlevel", "separator", "side", "stretchy", "symmetric", "voffset", "width", "xmlns"],
].flat();
const ALLOWED_ATTRIBUTES = Object.fromEntries(
  ATTRIBUTES.map((name) => [name, name === "xmlns" || name === "encoding" ? /^[\w:/.-]*$/ : VALUE]),
);
/** Presentational MathML: no element that links, loads or acts. */
const MATHML: AllowedMarkup = Object.fromEntries(
  [
    [
      "annotation",
      "math",
      "menclose",
      "mfrac",
      "mi",
      "mn",
      "mo",
      "mover",
      "mpadded",
      "mphantom",
      "mroot",
      "mrow",
      "ms",
    ],
    ["mspace", "msqrt", "mstyle", "msub", "msubsup", "msup", "mtable", "mtd", "mtext", "mtr", "munder", "munderover"],
    ["semantics"],
  ]
    .flat()
    .map((element) => [element, ALLOWED_ATTRIBUTES]),
);

// Macros multiply: 500 characters became 5 MB in 1.6 s with ten of ten of ten, far below the limit of expansions.
const DEFINITIONS = ["def", "gdef", "edef", "xdef", "let", "futurelet", "global", "long", "newcommand", "renewcommand"];
const NO_DEFINITIONS = Object.fromEntries(
  [...DEFINITIONS, "providecommand"].map((name) => [`\\${name}`, () => refuseDefinition(name)]),
);

/** A formula in TeX as MathML, which browsers show without scripts, styles or fonts of ours; undefined where it is no TeX. */
export function renderFormula(tex: string, isBlock: boolean): string | undefined {
  if (tex.length > LIMITS.formulaUnits) return undefined;
  katex ??= require("katex") as Katex;
  try {
    const html = katex.renderToString(tex, {
      output: "mathml",
      displayMode: isBlock,
      throwOnError: true,
      trust: false,
      strict: "ignore",
      maxExpand: 200,
      maxSize: 20,
      macros: { ...NO_DEFINITIONS },
    });
    if (html.length > LIMITS.formulaHtmlUnits) return undefined;
    return keepAllowedMarkup(html.replace(/^<span class="katex">(.*)<\/span>$/s, "$1"), MATHML);
  } catch {
    return undefined;
  }
}

function refuseDefinition(name: string): string {
  throw new Error(`\\${name} is not available`);
}
