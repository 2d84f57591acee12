import { request } from "node:http";
import { afterAll, beforeAll, expect, test } from "vitest";
import { noteRun } from "../../../../tools/reliability/run.ts";
import { serveWiki } from "../../src/http/wiki-server.ts";
import { Renderer } from "../../src/rendering/renderer.ts";
import { EDITOR, startTestWiki, type TestWiki } from "../http/start-test-wiki.ts";
import { hostileLongText } from "./hostile-texts.ts";
import { type Phase, readersOf } from "./readers.ts";

// As much as is parsed of a text, and enough of it that it takes far longer than a read.
const LENGTH = 2 ** 18;
const ROUNDS = 5;
// Milliseconds. On a machine whose processors are all busy with other tests, one more thread costs whoever waits so much. A
// text of this length that is rendered on the thread that answers costs several times that.
const SLACK = 60;
const TIMEOUT = 240_000;
// Readers here ask as fast as they are answered.
const AS_MANY = { perSecond: 1_000_000, burst: 1_000_000 };
const LIMITS = { reads: AS_MANY, writes: AS_MANY };

let wiki: TestWiki;
let address: string;
let onMainThread: { readonly address: string; stop(patience?: number): Promise<void> };
let texts = 0;
let besidePreviews: Awaited<ReturnType<typeof measure>> | undefined;
const hostileForms: Buffer[] = [];

beforeAll(async () => {
  wiki = await startTestWiki({ engine: "sqlite" });
  address = await wiki.serve(EDITOR, { limits: LIMITS });
  await wiki.send("POST", "/api/v1/pages", { title: "Calm", body: "Some text with [[hostile]] in it.\n" });
  await wiki.send("POST", "/api/v1/pages", { title: "Edited", body: "Some text of another one.\n" });
  const { status } = await wiki.send("POST", "/api/v1/pages", { title: "Hostile", body: hostileLongText(LENGTH) });
  expect(status).toBe(201);
  await wiki.send("POST", "/api/v1/pages", { title: "Headings", body: "# a\n".repeat(LENGTH / 4) });
  // For each round of two tests a text of all kinds, that which takes longest to read, and that of which most is made.
  for (let round = 0; round < 2 * ROUNDS; round++) {
    const all = hostileLongText(LENGTH);
    hostileForms.push(...[all, "![[](".repeat(LENGTH / 5), "# a\n".repeat(LENGTH / 4)].map(hostileForm));
  }
  const renderer = new Renderer({ onWarning: () => {}, cheap: Number.POSITIVE_INFINITY });
  onMainThread = await serveWiki(
    { ...wiki.parts, renderer },
    { host: "127.0.0.1", port: 0, name: "Test wiki", viewer: EDITOR, limits: LIMITS, onError: () => {} },
  );
});

afterAll(async () => {
  await onMainThread.stop(0);
  await wiki.stop();
  expect(wiki.defects).toEqual([]);
});

test(
  "hostile texts that are looked at before they are saved slow nobody who reads or edits another page",
  async () => {
    besidePreviews = await compare(previewHostileTexts);
  },
  TIMEOUT,
);

test(
  "a hostile page that is read in each of its forms slows nobody who reads or edits another page",
  async () => {
    await compare(readHostilePage);
  },
  TIMEOUT,
);

test(
  "the check fails where texts are rendered on the thread that answers",
  async () => {
    const { reads, edits } = await measure(onMainThread.address, previewHostileTexts);
    expect(() => assertNotSlowed(reads)).toThrow();
    expect(() => assertNotSlowed(edits)).toThrow();
    if (!besidePreviews) return;
    const { reads: read, edits: edited } = besidePreviews;
    noteRun({
      promises: [15],
      store: "SQLite",
      what: "hostile texts of 256 KiB looked at before they are saved, beside those who read and edit another page",
      figures: {
        "ms in which 99 of 100 reads are answered": Math.round(read.busy),
        "with nothing beside": Math.round(read.idle),
        "ms for edits": Math.round(edited.busy),
        "with nothing beside them": Math.round(edited.idle),
      },
      control: `where texts are rendered on the thread that answers, reads take ${Math.round(reads.busy)} ms`,
    });
  },
  TIMEOUT,
);

async function compare(work: (to: string) => Promise<void>): ReturnType<typeof measure> {
  const measured = await measure(address, work);
  assertNotSlowed(measured.reads);
  assertNotSlowed(measured.edits);
  return measured;
}

interface Comparison {
  /** Milliseconds: the lowest of the rounds' 99th percentiles. What else the machine does adds to some, a stall of ours to all. */
  readonly idle: number;
  readonly busy: number;
}

function assertNotSlowed({ idle, busy }: Comparison): void {
  expect(busy).toBeLessThanOrEqual(3 * idle + SLACK);
}

/** Reads and edits with nothing else going on, and beside some work, by turns. */
async function measure(
  at: string,
  work: (to: string) => Promise<void>,
): Promise<{ readonly reads: Comparison; readonly edits: Comparison }> {
  const during = readersOf(at);
  const idle: Phase[] = [];
  const busy: Phase[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    idle.push(await during(() => new Promise((resolve) => setTimeout(resolve, 1_000))));
    busy.push(await during(() => work(at)));
  }
  const reads = { idle: lowest(idle.map((it) => it.reads.p99)), busy: lowest(busy.map((it) => it.reads.p99)) };
  const edits = { idle: lowest(idle.map((it) => it.edits.p99)), busy: lowest(busy.map((it) => it.edits.p99)) };
  const told = (what: string, it: Comparison, count: number) =>
    `${what} p99 ${it.busy.toFixed(1)} ms of ${count}, idle ${it.idle.toFixed(1)} ms`;
  const count = (what: "reads" | "edits") => busy.reduce((sum, phase) => sum + phase[what].count, 0);
  process.stdout.write(
    `${work.name}: ${told("reads", reads, count("reads"))}; ${told("edits", edits, count("edits"))}\n`,
  );
  return { reads, edits };
}

async function previewHostileTexts(to: string): Promise<void> {
  for (const body of hostileForms.splice(0, 3)) {
    expect(await statusOf(`${to}/new`, body)).toBe(200);
  }
}

async function readHostilePage(to: string): Promise<void> {
  const anew = `?redirectedFrom=x${texts++}`;
  for (const path of ["/wiki/hostile", "/edit/hostile", `/wiki/hostile${anew}`, `/wiki/headings${anew}`]) {
    expect(await statusOf(to + path)).toBe(200);
  }
}

/** Sends a request and takes the answer as it comes, compressed: what a client makes of both is not to be measured. */
function statusOf(url: string, form?: Buffer): Promise<number | undefined> {
  const { promise, resolve, reject } = Promise.withResolvers<number | undefined>();
  const type = form && { "content-type": "application/x-www-form-urlencoded", "content-length": form.length };
  request(url, { method: form ? "POST" : "GET", headers: { "accept-encoding": "br", ...type } })
    .on("error", reject)
    .on("response", (answer) =>
      answer
        .on("error", reject)
        .on("end", () => resolve(answer.statusCode))
        .resume(),
    )
    .end(form);
  return promise;
}

/** Each is another text than those before, so that none is known. */
function hostileForm(text: string): Buffer {
  const fields = { title: "Hostile", slug: "", body: `${texts++} ${text}`, intent: "preview" };
  return Buffer.from(new URLSearchParams(fields).toString());
}

function lowest(values: readonly number[]): number {
  return Math.min(...values);
}
