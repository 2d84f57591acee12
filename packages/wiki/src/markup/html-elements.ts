/** Within a line of text: the name that is read, and the one that is written. Those that are old have a successor. */
export const PHRASING: ReadonlyMap<string, string> = new Map(
  [
    "a abbr b bdi cite code del dfn em i ins kbd mark q s samp small span strong sub sup u var",
    "big:span font:span nobr:span picture:span strike:s tt:code",
  ].flatMap((line) => line.split(" ").map(written)),
);

/** What takes lines of its own. */
export const FLOW: ReadonlyMap<string, string> = new Map(
  [
    "blockquote caption dd details div dl dt figcaption figure h1 h2 h3 h4 h5 h6 hr li ol p pre summary table tbody td",
    "tfoot th thead tr ul",
    "address:div article:div aside:div center:div footer:div header:div main:div nav:div section:div",
  ].flatMap((line) => line.split(" ").map(written)),
);

/** For elements that have their meaning only within others: which. */
export const WITHIN: ReadonlyMap<string, readonly string[]> = new Map(
  Object.entries({
    li: ["ul", "ol"],
    dt: ["dl"],
    dd: ["dl"],
    summary: ["details"],
    figcaption: ["figure"],
    caption: ["table"],
    thead: ["table"],
    tbody: ["table"],
    tfoot: ["table"],
    tr: ["thead", "tbody", "tfoot"],
    td: ["tr"],
    th: ["tr"],
  }),
);

/** What a browser makes itself around an element of a table that stands without it. */
export const IMPLIED: ReadonlyMap<string, string> = new Map([
  ["tr", "tbody"],
  ["td", "tr"],
  ["th", "tr"],
]);

/** Where text may not stand: a browser would move it out of the table. */
export const ONLY_ROWS_AND_CELLS: ReadonlySet<string> = new Set(["table", "thead", "tbody", "tfoot", "tr"]);

/** What holds text alone: it ends where anything else begins. */
export const HEADING = /^h[1-6]$/;

/** No element within such a one ends, or belongs to, one around it. */
export const BOUNDARIES: ReadonlySet<string> = new Set([
  ...["table", "caption", "td", "th"],
  ...["blockquote", "details", "figure", "ul", "ol", "dl"],
]);

function written(pair: string): [string, string] {
  const [name = "", tag = name] = pair.split(":");
  return [name, tag];
}
