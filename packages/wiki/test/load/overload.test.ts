import { Agent, request } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { noteRun, storeOf } from "../../../../tools/reliability/run.ts";
import { NIGHTLY } from "../../../../tools/reliability/size.ts";
import { WikiApplication } from "../../src/application/wiki-application.ts";
import { type LoadedWiki, startLoadedWiki } from "./loaded-wiki.ts";

// In milliseconds.
const DURATION = NIGHTLY ? 10_000 : 1_500;
// What takes on everything for longer cuts connections in the end, and answers nobody.
const DURATION_OF_CONTROL = 1_500;
const SAVES = 16;
const TIMES = 3;
// So long that a server has enough to do, and whoever asks has not.
const BODY = Array.from({ length: 300 }, (_, n) => `Some word${n} of a text, in a line of it.\n`).join("");

const ENGINES = NIGHTLY ? ["sqlite", "postgres"] : ["sqlite"];

describe.each(ENGINES)("a server on %s that is asked for three times as much as it can do", (engine) => {
  test(
    "refuses what is too much with a time to come again, does what it takes on, and sooner than without limits",
    async () => {
      await using wiki = await startLoadedWiki(engine, { saves: SAVES });
      await capacityOf(wiki, "warm");
      const capacity = await capacityOf(wiki, "can");
      const answers = await overload(wiki, TIMES * capacity, DURATION);
      const made = answers.filter(({ status }) => status === 201);
      const refused = answers.filter(({ status }) => status === 503 || status === 429);
      expect(made.length + refused.length).toBe(answers.length);
      expect(refused.length).toBeGreaterThan(0);
      expect(refused.filter(({ retryAfter }) => !(retryAfter > 0))).toEqual([]);
      expect((await create(wiki, "after")).status).toBe(201);
      expect(await lostOrStray(wiki, answers)).toEqual([]);

      await using unlimited = await startLoadedWiki(engine, { saves: 1_000_000 });
      await capacityOf(unlimited, "warm");
      const control = await overload(unlimited, TIMES * capacity, DURATION_OF_CONTROL);
      // The control: where all is taken on, all wait for all.
      expect(control.filter(({ status }) => status !== 201)).toEqual([]);
      expect(2 * worst(made)).toBeLessThan(worst(control));
      noteRun({
        promises: [18],
        store: storeOf(engine),
        what: "pages created three times as fast as a server can, which takes on 16 at once",
        figures: {
          "pages a second that it can": Math.round(capacity),
          asked: answers.length,
          made: made.length,
          refused: refused.length,
          "lost, or refused and made": 0,
          "ms until 99 of 100 that it took on were made": Math.round(worst(made)),
        },
        control: `where it takes on everything, ${Math.round(worst(control))} ms`,
      });
    },
    NIGHTLY ? 600_000 : 120_000,
  );
});

interface Answer {
  readonly slug: string;
  readonly status: number;
  readonly retryAfter: number;
  readonly milliseconds: number;
}

/** How many pages a second can be created by as many clients as are let in at once. */
async function capacityOf(wiki: LoadedWiki, under: string): Promise<number> {
  const start = performance.now();
  let made = 0;
  await Promise.all(
    Array.from({ length: SAVES }, async (_, client) => {
      for (let n = 0; performance.now() - start < DURATION / 2; n++) {
        if ((await create(wiki, `${under}/${client}-${n}`)).status === 201) made += 1;
      }
    }),
  );
  return (1_000 * made) / (performance.now() - start);
}

/** Creates pages at some rate, whatever is answered, and waits for all answers. */
async function overload(wiki: LoadedWiki, perSecond: number, duration: number): Promise<readonly Answer[]> {
  const start = performance.now();
  const answers: Promise<Answer>[] = [];
  for (let now = start; now - start < duration; now = performance.now()) {
    const due = ((now - start) / 1_000) * perSecond;
    while (answers.length < due) answers.push(create(wiki, `asked/${answers.length}`));
    await sleep(5);
  }
  return Promise.all(answers);
}

const agent = new Agent({ keepAlive: true, maxSockets: Number.POSITIVE_INFINITY });

function create({ server }: LoadedWiki, slug: string): Promise<Answer> {
  const start = performance.now();
  const headers = { "content-type": "application/json" };
  return new Promise((resolve, reject) => {
    const asked = request(`${server}/api/v1/pages`, { method: "POST", agent, headers }, (response) => {
      response.resume();
      response.on("error", reject);
      response.on("end", () =>
        resolve({
          ...{ slug, status: response.statusCode ?? 0, retryAfter: Number(response.headers["retry-after"] ?? 0) },
          milliseconds: performance.now() - start,
        }),
      );
    });
    asked.on("error", reject);
    asked.end(JSON.stringify({ title: slug, slug, body: BODY }));
  });
}

/** The pages that were acknowledged and are not there, and those that were refused and are. */
async function lostOrStray(wiki: LoadedWiki, answers: readonly Answer[]): Promise<readonly string[]> {
  await using application = await WikiApplication.open({ store: wiki.store, env: {} });
  const there = new Set((await application.getPages()).map(({ slug }) => String(slug)));
  return answers.filter(({ slug, status }) => there.has(slug) !== (status === 201)).map(({ slug }) => slug);
}

function worst(answers: readonly Answer[]): number {
  const times = answers.map(({ milliseconds }) => milliseconds).sort((one, other) => one - other);
  return times[Math.floor(times.length * 0.99)] ?? 0;
}
