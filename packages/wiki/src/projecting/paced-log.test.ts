import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { WikiApplication } from "../application/wiki-application.ts";
import { PacedLog } from "./paced-log.ts";

let wiki: WikiApplication;
let log: PacedLog;
let now: number;

beforeEach(async () => {
  // The timers of the log alone: what is recorded takes its own time.
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  now = 1_000;
  wiki = await WikiApplication.open({ store: "memory:", env: {} });
  log = new PacedLog(wiki.events.notificationLog, () => now);
  await wiki.createPage({ title: "Page", slug: "page" });
  expect(await shown()).toBe(3);
});

afterEach(async () => {
  await wiki.close();
  vi.useRealTimers();
});

const shown = async () => (await log.select({ limit: 1_000 })).at(-1)?.position ?? 0;

let edits = 0;
async function edit(): Promise<void> {
  await wiki.updateBody("page", `edit ${++edits}`);
  log.grown();
}

async function pass(milliseconds: number): Promise<void> {
  now += milliseconds;
  await vi.advanceTimersByTimeAsync(milliseconds);
}

/** Waits as a follower does who has come to the end of what is shown. */
function follow(position: number, abort?: AbortSignal): { isWaiting: boolean; readonly done: Promise<void> } {
  const following = {
    isWaiting: true,
    done: log.waitBeyond(position, abort).then(() => {
      following.isWaiting = false;
    }),
  };
  return following;
}

it("shows at once what comes after a while in which nothing was recorded", async () => {
  await edit();
  await follow(3).done;
  expect(await shown()).toBe(4);
  await pass(1_000);
  await edit();
  await follow(4).done;
  expect(await shown()).toBe(5);
});

it("shows together what is recorded in quick succession", async () => {
  await edit();
  await follow(3).done;
  await edit();
  await follow(4).done;
  await edit();
  const third = follow(5);
  await pass(0);
  await pass(4);
  await edit();
  await pass(0);
  expect([third.isWaiting, await shown()]).toEqual([true, 5]);
  await pass(1);
  await third.done;
  expect(await shown()).toBe(7);
});

it("rests for no longer than a tenth of a second, however long edits go on", async () => {
  let position = 3;
  for (let turn = 0; turn < 20; turn++) {
    await edit();
    const next = follow(position);
    await pass(100);
    await next.done;
    position = await shown();
  }
  expect(position).toBe(23);
});

it.each(["before it rests", "while it rests"])("shows at once what somebody waits for, who came %s", async (when) => {
  await edit();
  await follow(3).done;
  await edit();
  await follow(4).done;
  if (when === "before it rests") log.wanted();
  await edit();
  const third = follow(5);
  await pass(0);
  if (when === "while it rests") {
    expect(third.isWaiting).toBe(true);
    log.wanted();
  }
  await third.done;
  expect(await shown()).toBe(6);
});

it("lets go of who waits when it is told to end", async () => {
  const ending = new AbortController();
  const waiting = follow(3, ending.signal);
  ending.abort();
  await waiting.done;
  expect(await shown()).toBe(3);
});
