import { createRequire } from "node:module";
import { type AllowedMarkup, keepAllowedMarkup } from "./allowed-markup.ts";
import { LIMITS } from "./limits.ts";

// Loaded with the first diagram.
const require = createRequire(import.meta.url);
type Nomnoml = { renderSvg(source: string): string };
let nomnoml: Nomnoml | undefined;

const MAX_NESTING = 5;

const NUMBERS = /^[\d\s.,%-]*$/;
const SHAPE = {
  d: /^[\d\s.,a-zA-Z-]*$/,
  fill: /^(?:none|transparent|currentColor)$/,
  stroke: /^(?:none|transparent|currentColor)$/,
  "stroke-dasharray": NUMBERS,
  "stroke-linecap": /^[a-z]*$/,
  "stroke-linejoin": /^[a-z]*$/,
  "stroke-width": NUMBERS,
  "font-size": /^[\d.]+pt$/,
  "font-style": /^[a-z]*$/,
  "font-weight": /^[a-z]*$/,
  "text-anchor": /^[a-z]*$/,
  transform: /^(?:translate|scale|rotate)\([\d\s.,-]*\)$/,
  ...Object.fromEntries(
    ["x", "y", "x1", "x2", "y1", "y2", "cx", "cy", "r", "rx", "ry", "width", "height", "points", "viewBox"].map(
      (name) => [name, NUMBERS],
    ),
  ),
};
/** Shapes and text: no element that links, loads, animates or styles. */
const SVG: AllowedMarkup = Object.fromEntries(
  ["svg", "g", "path", "rect", "ellipse", "circle", "polygon", "polyline", "line", "text", "tspan"].map((element) => [
    element,
    SHAPE,
  ]),
);

// The colours of the text around it, in light and dark.
const STYLE = "#stroke: currentColor\n#fill: none; none\n#background: none\n#lineWidth: 1.5\n";

/**
 * A diagram in the language of nomnoml (`[a] -> [b]`) as SVG; undefined where it is none, or too large: the layout takes
 * time that grows with the square of its lines.
 */
export function renderDiagram(source: string): string | undefined {
  const isSmall =
    source.length <= LIMITS.diagramUnits &&
    source.split(/[\n;]/).length <= LIMITS.diagramLines &&
    countBoxes(source) <= LIMITS.diagramBoxes &&
    depthOf(source) <= MAX_NESTING;
  if (!isSmall) return undefined;
  nomnoml ??= require("nomnoml") as Nomnoml;
  try {
    const svg = nomnoml.renderSvg(STYLE + withoutDirectives(source));
    // A description repeats the source, with our style in it.
    return keepAllowedMarkup(svg.replace(/<(desc|title)\b[^>]*>[^<]*<\/\1>/g, "").replace(/>\s+</g, "><"), SVG);
  } catch {
    return undefined;
  }
}

/** How often a box is mentioned: what the layout's time grows with. */
export function countBoxes(source: string): number {
  return source.split("[").length - 1;
}

/** Without styles, colours and imports; the direction may be chosen. */
function withoutDirectives(source: string): string {
  return source
    .split("\n")
    .filter((line) => !/^\s*#/.test(line) || /^\s*#direction: ?(?:down|right)\s*$/.test(line))
    .join("\n");
}

function depthOf(source: string): number {
  let depth = 0;
  let deepest = 0;
  for (const character of source) {
    if (character === "[") deepest = Math.max(deepest, ++depth);
    else if (character === "]") depth--;
  }
  return deepest;
}
