/**
 * What one page may cost. All are counts of what the text holds, never clocks, so that a page looks the same on every
 * machine. What goes beyond them is shown as the text it is, under a notice.
 */
export const LIMITS = {
  /** A quarter of what a body can be: a hostile text takes up to 3 µs for each, on the thread that renders such texts. */
  textUnits: 2 ** 18,
  /** 80 kB of reference links make 200 MB of HTML: each repeats its address. */
  htmlUnits: 4 * 2 ** 20,
  /** Lists count twice: the list and its item. */
  nesting: 40,
  tableRows: 3_000,
  /** Cells that a row lacks are made, and cost more than those that are written. */
  missingCells: 5_000,
  /** Of the contents, which end there: each entry becomes more HTML beside the page than its heading in it. */
  contents: 1_000,
  /** Different targets of links: each is made a slug and looked up. */
  targets: 5_000,
  targetUnits: 500,

  includes: 100,
  includeDepth: 5,
  includedUnits: 2 * 2 ** 20,

  /** 5 ms for KaTeX at its worst. */
  formulaUnits: 1_000,
  formulasUnits: 20_000,
  /** To begin one takes 12 µs, as much as two units at their worst: thousands of a letter each are not cheap. */
  formulaStartUnits: 2,
  formulaHtmlUnits: 100_000,

  /** The grammars of highlight.js are regular expressions, some of them quadratic in a word, a line or white space. */
  codeBlockUnits: 8_000,
  codeUnits: 64_000,

  /** The layout takes about a millisecond for a box. */
  diagramUnits: 2_000,
  diagramLines: 40,
  diagramBoxes: 60,
  /** All of a page; each counts as ten boxes more. */
  diagramsBoxes: 200,
} as const;
