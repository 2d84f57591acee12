import type { Run } from "./run.ts";

const HEAD = ["promise", "what was tried", "what was counted", "the control"];

/**
 * A page with the tables of some runs in place of those between `<!-- runs on SQLite -->` and `<!-- end -->`, and so for
 * each store; where a store has no runs, its table stays.
 */
export function withTables(page: string, runs: readonly Run[], when: string): string {
  return [...Map.groupBy(runs, ({ store }) => store)].reduce((text, [store, ofStore]) => {
    const start = `<!-- runs on ${store} -->`;
    const from = text.indexOf(start);
    const to = text.indexOf("<!-- end -->", from);
    if (from < 0 || to < 0)
      throw new Error(`the page has no place for ${store}: write ${start} and <!-- end --> into it`);
    return `${text.slice(0, from)}${start}\n\n${when}\n\n${tableOf(ofStore)}\n\n${text.slice(to)}`;
  }, page);
}

function tableOf(runs: readonly Run[]): string {
  const inOrder = runs.toSorted((one, other) => (one.promises[0] ?? 0) - (other.promises[0] ?? 0));
  const rows = inOrder.map(({ promises, what, figures, control }) => {
    const counted = Object.entries(figures).map(([name, figure]) => `${name} ${figure.toLocaleString("en")}`);
    return [promises.join(", "), what, counted.join("; "), control];
  });
  return [HEAD, HEAD.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}
