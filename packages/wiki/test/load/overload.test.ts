import { Agent, request } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { noteRun, storeOf } from "../../../../tools/reliability/run.ts";
import { NIGHTLY } from "../../../../tools/reliability/size.ts";
import { WikiApplication } from "../../src/application/wiki-application.ts";
import { type LoadedWiki, startLoadedWiki } from "./loaded-wiki.ts";

// In milliseconds.
const DURATION = NIGHTLY ? 10_000 : 1_500;
const SAVES = 16;
const TIMES = 3;
// What takes on far more cuts connections in the end, and answers nobody.
const AT_ONCE = 20 * SAVES;
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
      const answers: Waited[] = [];
      const refused = () => answers.filter(({ status }) => status === 503 || status === 429);
      // A machine that others leave alone now may do more than was measured.
      for (let times = TIMES; refused().length === 0 && times < 1_000; times *= TIMES) {
        answers.push(...(await overload(wiki, times * capacity, `asked-${times}`)));
      }
      const made = answers.filter(({ status }) => status === 201);
      expect(made.length + refused().length).toBe(answers.length);
      expect(refused().length).toBeGreaterThan(0);
      expect(refused().filter(({ retryAfter }) => !(retryAfter > 0))).toEqual([]);
      expect((await create(wiki, "after")).status).toBe(201);
      expect(await lostOrStray(wiki, answers)).toEqual([]);

      await using unlimited = await startLoadedWiki(engine, { saves: 1_000_000 });
      await capacityOf(unlimited, "warm");
      const ask = asking(unlimited);
      const control = await Promise.all(Array.from({ length: AT_ONCE }, (_, n) => ask(`asked/${n}`)));
      // The control: where all is taken on, all wait for all. Counted, for the machine may be faster or slower by now.
      expect(control.filter(({ status }) => status !== 201)).toEqual([]);
      const waitedFor = { made: ofAll(0.5, made, "before"), control: ofAll(0.5, control, "before") };
      expect(2 * waitedFor.made).toBeLessThan(waitedFor.control);
      noteRun({
        promises: [18],
        store: storeOf(engine),
        what: "pages created three times as fast as a server can, which takes on 16 at once",
        figures: {
          "pages a second that it can": Math.round(capacity),
          asked: answers.length,
          made: made.length,
          refused: refused().length,
          "lost, or refused and made": 0,
          "ms until 99 of 100 that it took on were made": Math.round(ofAll(0.99, made, "milliseconds")),
          "pages that half of them waited for at most": waitedFor.made,
        },
        control: `where it takes on ${AT_ONCE} at once, half of them wait for ${waitedFor.control} others or more`,
      });
    },
    NIGHTLY ? 600_000 : 300_000,
  );
});

interface Answer {
  readonly slug: string;
  readonly status: number;
  readonly retryAfter: number;
  readonly milliseconds: number;
}

interface Waited extends Answer {
  /** How many pages were made while this one was asked for and not answered. */
  readonly before: number;
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
async function overload(wiki: LoadedWiki, perSecond: number, under: string): Promise<readonly Waited[]> {
  const start = performance.now();
  const ask = asking(wiki);
  const answers: Promise<Waited>[] = [];
  // On a slow machine for longer, so that without limits each would wait for many.
  for (let now = start; now - start < DURATION || answers.length < 2 * AT_ONCE; now = performance.now()) {
    const due = ((now - start) / 1_000) * perSecond;
    while (answers.length < due) answers.push(ask(`${under}/${answers.length}`));
    await sleep(5);
  }
  return Promise.all(answers);
}

/** Creates pages, and counts those that are made meanwhile. */
function asking(wiki: LoadedWiki): (slug: string) => Promise<Waited> {
  let made = 0;
  return async (slug) => {
    const madeBefore = made;
    const answer = await create(wiki, slug);
    const before = made - madeBefore;
    if (answer.status === 201) made += 1;
    return { ...answer, before };
  };
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

/** What so large a part of all of them does not exceed. */
function ofAll(part: number, answers: readonly Waited[], what: "before" | "milliseconds"): number {
  const all = answers.map((answer) => answer[what]).sort((one, other) => one - other);
  return all[Math.floor(all.length * part)] ?? 0;
}
