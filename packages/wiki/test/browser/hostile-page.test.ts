import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestWiki, type TestWiki } from "../http/start-test-wiki.ts";

// A quarter of the longest text: long enough to take far longer than a read, short enough for every run of the tests.
const LENGTH = 2 ** 18;
// Made of what costs a renderer most: what opens and never closes, repeats, or looks like something up to its end.
const PIECES = [
  "*a **a ",
  "[",
  "![[](",
  "> ",
  "- [ ] a\n",
  "<b><i><kbd>",
  "`a``b",
  "$\\sqrt{a}$ ",
  "http://a.b ",
  "|a|b|c|\n|-|-|-|\nd\n",
  "[[a]] ",
  "```nomnoml\n[a]->[b]\n```\n",
  "```go\nvar a = 1\n```\n",
  "# a\n",
];
const MIXED = PIECES.map((piece) => `${piece.repeat(Math.floor(LENGTH / PIECES.length / piece.length) - 1)}\n\n`).join(
  "",
);
const READERS = 4;

let wiki: TestWiki;

beforeAll(async () => {
  wiki = await startTestWiki();
  await wiki.send("POST", "/api/v1/pages", { title: "Calm", body: "Some text with [[hostile]] in it.\n" });
  const { status } = await wiki.send("POST", "/api/v1/pages", { title: "Hostile", body: MIXED });
  expect(status).toBe(201);
});

afterAll(async () => {
  await wiki.stop();
  expect(wiki.defects).toEqual([]);
});

test("readers get on while a hostile page is looked at before it is saved, again and again", async () => {
  const idle = await readWhile(() => new Promise((resolve) => setTimeout(resolve, 300)));
  const answered: number[] = [];
  const busy = await readWhile(async (reads) => {
    for (const text of [MIXED, ...PIECES.slice(0, 3).map((piece) => piece.repeat(LENGTH / piece.length))]) {
      const before = reads();
      const answer = await wiki.post("/new", { title: "Hostile", slug: "", body: text, intent: "preview" });
      expect(answer.status).toBe(200);
      await answer.text();
      answered.push(reads() - before);
    }
  });
  process.stdout.write(`reads beside previews of hostile texts: ${busy.summary}; idle: ${idle.summary}\n`);
  // Whoever asks is answered between two previews, at the latest.
  for (const reads of answered) expect(reads).toBeGreaterThan(0);
  expect(busy.statuses).toEqual(new Set([200]));
});

test("readers get on while a hostile page is read in each of its forms, again and again", async () => {
  const answered: number[] = [];
  const busy = await readWhile(async (reads) => {
    for (const path of [
      "/wiki/hostile",
      "/wiki/hostile?version=1",
      "/wiki/hostile?redirectedFrom=x",
      "/edit/hostile",
    ]) {
      const before = reads();
      const answer = await wiki.fetch(path);
      expect(answer.status).toBe(200);
      await answer.text();
      answered.push(reads() - before);
    }
  });
  process.stdout.write(`reads beside views of a hostile page: ${busy.summary}\n`);
  for (const reads of answered) expect(reads).toBeGreaterThan(0);
  expect(busy.statuses).toEqual(new Set([200]));
});

/** Has some readers read another page, over and over, until the work is done. */
async function readWhile(work: (reads: () => number) => Promise<void>) {
  const times: number[] = [];
  const statuses = new Set<number>();
  let isDone = false;
  const read = async () => {
    while (!isDone) {
      const start = performance.now();
      const answer = await wiki.fetch("/wiki/calm");
      await answer.text();
      statuses.add(answer.status);
      times.push(performance.now() - start);
    }
  };
  const readers = Array.from({ length: READERS }, read);
  try {
    await work(() => times.length);
  } finally {
    isDone = true;
    await Promise.all(readers);
  }
  times.sort((a, b) => a - b);
  const at = (share: number) => `${(times[Math.floor(times.length * share)] ?? 0).toFixed(1)} ms`;
  const summary = `${times.length} reads, p50 ${at(0.5)}, p99 ${at(0.99)}, longest ${(times.at(-1) ?? 0).toFixed(0)} ms`;
  return { summary, statuses };
}
