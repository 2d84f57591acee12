import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, expect, test } from "vitest";
import { userOf } from "../src/attachments/folder-users.ts";
import { sweepAttachments } from "../src/attachments/sweep-attachments.ts";
import { findUnusedContent } from "../src/attachments/unused-content.ts";
import { type OpenWiki, openWiki } from "../src/compose.ts";

const PROGRAM = join(import.meta.dirname, "upload-process.ts");
const ENOUGH = process.env["NIGHTLY"] === "1" ? 1_000 : 60;
// The clock is wrong by a day: the sweep takes what is uploaded just now for old, so that it meets it all the time.
const TOMORROW = Date.now() + 24 * 3_600_000;

let folder: string;
let parts: OpenWiki;
let runs = 0;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "palimpsest-swept-"));
  parts = await openWiki(`sqlite:${join(folder, "wiki.db")}`, { env: {} });
});

afterEach(async () => {
  await parts.close();
  rmSync(folder, { recursive: true });
});

/** Lets two processes upload while this one sweeps; answers those of the acknowledged files whose bytes are gone. */
async function lostWhile(
  sweep: (acknowledgedMore: (more: number) => Promise<void>) => Promise<unknown>,
): Promise<{ readonly lost: readonly string[]; readonly swept: number }> {
  const acknowledged: string[] = [];
  const ended = new AbortController();
  const uploads = Array.from({ length: 2 }, () => {
    // Others each time: what is in an event already, no sweep takes away.
    runs += 1;
    const child = spawn(process.execPath, [PROGRAM, `sqlite:${join(folder, "wiki.db")}`, String(runs)], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    createInterface({ input: child.stdout }).on("line", (line) => {
      if (line.startsWith("recorded ")) acknowledged.push(line.slice("recorded ".length));
    });
    child.on("close", () => ended.abort());
    return { child, closed: once(child, "close") };
  });
  const acknowledgedMore = async (more: number) => {
    const enough = acknowledged.length + more;
    while (acknowledged.length < enough && !ended.signal.aborted) await sleep(1);
  };
  let swept = 0;
  for (; acknowledged.length < ENOUGH && !ended.signal.aborted; swept++) await sweep(acknowledgedMore);
  for (const { child } of uploads) child.kill("SIGKILL");
  for (const { closed } of uploads) await closed;
  expect(acknowledged.length).toBeGreaterThanOrEqual(ENOUGH);
  const lost: string[] = [];
  for (const name of acknowledged) {
    const isThere = await parts.files.verify(await parts.wiki.attachments.get(name)).then(
      () => true,
      () => false,
    );
    if (!isThere) lost.push(name);
  }
  return { lost, swept };
}

/** Reads the log, and then is held up, as a sweep on a busy machine is. */
async function* contents() {
  yield* parts.wiki.attachments.contents();
  await sleep(20);
}

test("no file that another process acknowledged is lost to a sweep that takes all for old", async () => {
  const user = userOf(parts.wiki.events.recorder.log);
  const { lost, swept } = await lostWhile(() => sweepAttachments(parts.files, contents, { user, before: TOMORROW }));
  expect(swept).toBeGreaterThan(3);
  expect(lost).toEqual([]);
}, 120_000);

test("some are lost to one that deletes what was in no event a moment ago: the control", async () => {
  const naive = async (acknowledgedMore: (more: number) => Promise<void>) => {
    async function* heldUp() {
      yield* parts.wiki.attachments.contents();
      // So long that what was under way when the files were listed is done.
      await acknowledgedMore(4);
    }
    for (const { path } of await findUnusedContent(parts.files, heldUp, TOMORROW)) rmSync(path, { force: true });
  };
  // Now and then it is lucky.
  let lost = 0;
  for (let round = 1; lost === 0 && round <= 30; round++) lost = (await lostWhile(naive)).lost.length;
  expect(lost).toBeGreaterThan(0);
}, 300_000);
