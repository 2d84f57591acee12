import markdownIt from "markdown-it";
import { compare } from "../../../../tools/bench/measure.ts";
import type { Row } from "../../../../tools/bench/row.ts";
import { type BenchWiki, SPECIAL } from "../bench-wiki.ts";
import { anEditableText } from "../filled-wiki.ts";
import { COUNTER } from "../processes/load.ts";

const VIEWS = 20;

/** The first view of a page after an edit, which parses and renders it; beside markdown-it alone on the same text. */
export async function measureFirstView({ effort, server }: BenchWiki): Promise<Row> {
  const { slug, bytes } = SPECIAL.edited;
  const text = anEditableText(bytes);
  const markdown = markdownIt();
  let edits = 0;
  const edited = () => text.replace(COUNTER, String(++edits).padStart(8, "0"));
  const view = async () => {
    const body = JSON.stringify({ body: edited() });
    const headers = { "content-type": "application/json" };
    await fetch(`${server.ready.address}/api/v1/pages/${slug}`, { method: "PATCH", body, headers });
    const start = performance.now();
    await (await fetch(`${server.ready.address}/wiki/${slug}`)).text();
    return performance.now() - start;
  };
  const render = async () => {
    const body = edited();
    const start = performance.now();
    markdown.render(body);
    return performance.now() - start;
  };
  const comparison = await compare(
    () => median(view),
    () => median(render),
    effort.rounds,
  );
  return {
    what: "first view after an edit of a page of 5 kB",
    store: "SQLite",
    unit: "ms",
    comparison,
    beside: "markdown-it alone",
    goal: { kind: "figure", atMost: 5 },
  };
}

async function median(measure: () => Promise<number>): Promise<number> {
  const times: number[] = [];
  for (let n = 0; n < VIEWS; n++) times.push(await measure());
  return times.toSorted((a, b) => a - b)[VIEWS / 2] ?? Number.NaN;
}
