import type { Worker } from "node:worker_threads";
import { afterEach, expect, test } from "vitest";
import { type Slug, toSlug } from "../domain/slug.ts";
import { LIMITS } from "../markup/limits.ts";
import { startOwnThread, type ThreadLimits } from "./guarded-worker.ts";
import { PageRendering } from "./page-rendering.ts";
import type { PageText } from "./page-text.ts";
import { Renderer, type RendererOptions } from "./renderer.ts";
import type { WikiFacts } from "./wiki-facts.ts";

const FACTS: WikiFacts = {
  included: new Map(),
  existing: new Set([toSlug("home")]),
  urls: new Map(["home", "away"].map((slug) => [toSlug(slug), `/wiki/${slug}`])),
  attachments: new Map([["map.png", "/attachments/map.png"]]),
  sourceUrl: "#source",
};
const TEXT = "# A page\n\n[[home]] and [[away]]\n\n![[map.png]] $\\sqrt{a}$\n\n```js\nvar a = 1\n```\n";
// Takes some hundred milliseconds of a processor, and is soon asked for.
const HOSTILE = "![[](".repeat(LIMITS.textUnits / 10);

let renderer: Renderer;
let threads: Worker[];
let warnings: Error[];

function start(options: Partial<RendererOptions> = {}): Renderer {
  threads = [];
  warnings = [];
  const startThread = (limits: ThreadLimits) => {
    const thread = startOwnThread(limits);
    threads.push(thread);
    return thread;
  };
  renderer = new Renderer({ onWarning: (warning) => void warnings.push(warning), startThread, ...options });
  return renderer;
}

afterEach(() => renderer.close());

async function render(text: string, { owner = "somebody", facts = FACTS } = {}): Promise<string> {
  const rendering = new PageRendering(renderer, owner);
  const [read] = await rendering.read([{ text, slug: toSlug("this") }]);
  if (read === undefined) throw new Error("no text was read");
  return (await rendering.render(read.page, facts)).html;
}

test("a cheap text is rendered without a thread, and on one it looks the same", async () => {
  start();
  const here = await render(TEXT);
  expect(here).toContain('<a href="/wiki/away" class="missing" rel="nofollow">away</a>');
  expect(threads).toEqual([]);
  start({ cheap: 0 });
  expect(await render(TEXT)).toBe(here);
  expect(threads).toHaveLength(1);
});

test("an expensive text leaves this thread free, and is asked for on a thread that ends when it is idle", async () => {
  start({ limits: { idle: 50 } });
  let turns = 0;
  const count = setInterval(() => turns++, 1);
  expect(await render(HOSTILE)).toContain("![[](![[](");
  clearInterval(count);
  expect(turns).toBeGreaterThan(10);
  await new Promise((resolve) => threads[0]?.once("exit", resolve));
  expect(await render(HOSTILE)).toContain("![[](![[](");
  expect(threads).toHaveLength(2);
  expect(warnings).toEqual([]);
});

test("a page is rendered on the thread as soon as what it includes is expensive together", async () => {
  start();
  const rendering = new PageRendering(renderer, "somebody");
  const [read] = await rendering.read([{ text: "![[a]]\n", slug: undefined }]);
  expect(threads).toEqual([]);
  const included: PageText = { text: "a *b* ".repeat(2_000), slug: toSlug("a") };
  await rendering.read([included]);
  const facts = { ...FACTS, included: new Map<Slug, PageText>([[toSlug("a"), included]]) };
  expect((await rendering.render(read?.page ?? included, facts)).html).toContain("a <em>b</em>");
  expect(threads).toHaveLength(1);
});

test("a text that takes too long is shown as it was written, with a notice, and not tried again", async () => {
  start({ limits: { cost: 20 } });
  const html = await render(`${HOSTILE}<b>`);
  expect(html).toMatch(
    /^<p class="notice">To format this text costs too much[^<]*<\/p>\n<pre tabindex="0"><code>!\[\[\]/,
  );
  expect(html).toContain("&lt;b&gt;");
  expect(warnings).toEqual([expect.objectContaining({ code: "TOO_COSTLY" })]);
  expect(await render(`${HOSTILE}<b>`)).toBe(html);
  expect(threads).toHaveLength(1);
  expect(warnings).toHaveLength(1);
});

test("on a Node that cannot tell what a thread has used, only how long a text takes counts", async () => {
  const startThread = (limits: ThreadLimits) =>
    Object.defineProperty(startOwnThread(limits), "cpuUsage", { value: undefined });
  start({ cheap: 0, startThread });
  expect(await render(TEXT)).toContain("<h2");
  start({ limits: { cost: 20 }, startThread });
  expect(await render(HOSTILE)).toContain("costs too much");
});

test("a text that takes too much memory is shown as it was written, and those after it are rendered", async () => {
  start({ cheap: 0, limits: { memory: 32 } });
  expect(await render("a *b*\n\n".repeat(40_000))).toContain("costs too much");
  expect(await render(TEXT)).toContain("<math");
  expect(threads.length).toBeGreaterThan(1);
});

test("of the texts that a page includes, the one that takes too long is shown as it was written", async () => {
  start({ cheap: 0, limits: { cost: 100 } });
  const rendering = new PageRendering(renderer, "somebody");
  await rendering.read([{ text: "![[a]]\n\n![[b]]\n", slug: undefined }]);
  const read = await rendering.read([
    { text: "![[](".repeat(LIMITS.textUnits / 5), slug: toSlug("a") },
    { text: TEXT, slug: toSlug("b") },
  ]);
  expect(read.map(({ page }) => page.isSource)).toEqual([true, undefined]);
  expect(read[1]?.references.links).toEqual(["home", "away"]);
});

test("a text that many ask for at once is rendered once", async () => {
  let asked = 0;
  start({
    startThread: (limits) => {
      const thread = startOwnThread(limits);
      const post = thread.postMessage.bind(thread);
      thread.postMessage = (message: unknown) => {
        asked++;
        post(message);
      };
      return thread;
    },
  });
  const pages = await Promise.all(Array.from({ length: 50 }, () => render(HOSTILE)));
  expect(new Set(pages).size).toBe(1);
  expect(asked).toBe(2);
});

test("whoever asks for one expensive text does not wait for all that another one asks for", async () => {
  start();
  const done: string[] = [];
  const ask = async (owner: string, n: number) => {
    await render(`${n} ${"![[](".repeat(4_000)}`, { owner });
    done.push(owner);
  };
  const many = Array.from({ length: 8 }, (_, n) => ask("many", n));
  await ask("one", 100);
  await Promise.all(many);
  expect(done.indexOf("one")).toBeLessThan(4);
});

test("whoever comes when a hundred texts wait is told to come again, and earlier who has brought fifty of them", async () => {
  start({ cheap: 0 });
  // The first one does not wait.
  const ask = (owner: string, length: number) =>
    Array.from({ length }, (_, n) => render(`text ${n} of ${owner}`, { owner }));
  const all = await Promise.allSettled([...ask("many", 101), ...ask("one", 49), ...ask("another", 2)]);
  const shown = (from: number, to: number) => all.slice(from, to).filter(({ status }) => status === "fulfilled").length;
  expect([shown(0, 101), shown(101, 150), shown(150, 152)]).toEqual([51, 49, 1]);
  const [refused] = all.flatMap((it) => (it.status === "rejected" ? [it.reason] : []));
  expect(refused).toMatchObject({ code: "RENDERER_BUSY", retryAfter: 5 });
});

test("links are renamed in an expensive text as in a cheap one; in one that costs too much they stay", async () => {
  const renaming = { from: new Set([toSlug("old")]), to: toSlug("newer"), slug: toSlug("this") };
  start();
  expect(await renderer.renameLinks("[[old]]", renaming)).toBe("[[newer]]");
  expect(threads).toEqual([]);
  expect(await renderer.renameLinks(`${"*a* ".repeat(5_000)}[[old]]`, renaming)).toMatch(/\[\[newer\]\]$/);
  expect(threads).toHaveLength(1);
  start({ limits: { cost: 20 } });
  expect(await renderer.renameLinks(`[[old]]${HOSTILE}`, renaming)).toBe(`[[old]]${HOSTILE}`);
});
