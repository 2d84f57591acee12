import { compare } from "../../../../tools/bench/measure.ts";
import type { Goal, Row } from "../../../../tools/bench/row.ts";
import { type BenchWiki, SPECIAL } from "../bench-wiki.ts";
import { toGet } from "../processes/load.ts";

const CONNECTIONS = 16;

interface Views {
  readonly what: string;
  readonly paths: readonly string[];
  readonly goal?: Goal;
}

/** Answers of the wiki, beside those of `node:http` that sends the bytes of one of them. */
export async function measureViews(
  { what, paths, goal }: Views,
  { effort, server, bare, load }: BenchWiki,
): Promise<Row> {
  const answer = await fetch(server.ready.address + paths[0], { headers: { "accept-encoding": "identity" } });
  const body = await answer.text();
  // Node writes these itself.
  const { date, connection, "keep-alive": _, ...headers } = Object.fromEntries(answer.headers);
  await bare.ask({ headers: { ...headers, "content-length": String(Buffer.byteLength(body)) }, body });
  const ask = async (address: string) => {
    const requests = paths.map(toGet);
    return (await load.run(address, { connections: CONNECTIONS, seconds: effort.seconds, requests })).perSecond;
  };
  const comparison = await compare(
    () => ask(server.ready.address),
    () => ask(bare.ready.address),
    effort.rounds,
  );
  const size = `${(Buffer.byteLength(body) / 1_000).toFixed(0)} kB, ${CONNECTIONS} connections`;
  const row = { what: `${what}, ${size}`, store: "SQLite", unit: "/s", comparison, beside: "`node:http`" } as const;
  return goal ? { ...row, goal } : row;
}

const HISTORY = {
  what: "history of 200 versions, all on one page",
  paths: [`/history/${SPECIAL.historic.slug}?limit=200`],
  goal: { kind: "figure", atLeast: 3_000 },
} as const;
const DIFF = {
  what: "diff of two versions of a page of 30 kB",
  paths: Array.from(
    { length: SPECIAL.compared.versions - 2 },
    (_, n) => `/diff/${SPECIAL.compared.slug}?from=${n + 1}&to=${n + 2}`,
  ),
  goal: { kind: "figure", atLeast: 1_500 },
} as const;
const AS_JSON = {
  what: "the same 200 versions as JSON",
  paths: [`/api/v1/history/${SPECIAL.historic.slug}?limit=200`],
};
const FIRST_50 = { what: "the same, the first 50 versions", paths: [`/history/${SPECIAL.historic.slug}`] };

/** What a wiki is mostly asked for, while nobody changes it: it keeps the answers. */
export const VIEWS: readonly Views[] = [
  { what: "cached page view", paths: [`/wiki/${SPECIAL.viewed.slug}`], goal: { kind: "ratio", atLeast: 0.6 } },
  ...[HISTORY, FIRST_50, AS_JSON, DIFF].map((views) => ({ ...views, what: `${views.what}, the answer kept` })),
];

/** The same from a wiki that keeps none: as after an edit of the page, each time. */
export const MADE_ANEW: readonly Views[] = [HISTORY, FIRST_50, AS_JSON, DIFF].map((views) => ({
  ...views,
  what: `${views.what}, made anew each time`,
}));
