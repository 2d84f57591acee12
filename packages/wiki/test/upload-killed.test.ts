import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { noteRun } from "../../../tools/reliability/run.ts";
import { NIGHTLY } from "../../../tools/reliability/size.ts";
import { verifyAttachments } from "../src/attachments/verify-attachments.ts";
import { type OpenWiki, openWiki } from "../src/compose.ts";

// Each run is a process of its own, which on a busy machine takes seconds to start.
vi.setConfig({ testTimeout: NIGHTLY ? 600_000 : 120_000 });

const PROGRAM = join(import.meta.dirname, "upload-process.ts");
const RUNS = NIGHTLY ? 30 : 4;

let folder: string;
let address: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "palimpsest-uploads-"));
  address = `sqlite:${join(folder, "wiki.db")}`;
});

afterEach(() => rmSync(folder, { recursive: true }));

/** Uploads until a line of the program says what it waits for, kills it, and answers which files were acknowledged. */
async function uploadUntil(run: number, isTime: (line: string) => boolean): Promise<readonly string[]> {
  const child = spawn(process.execPath, [PROGRAM, address, String(run)], { stdio: ["ignore", "pipe", "inherit"] });
  const closed = once(child, "close");
  const recorded: string[] = [];
  for await (const line of createInterface({ input: child.stdout })) {
    if (line.startsWith("recorded ")) recorded.push(line.slice("recorded ".length));
    if (isTime(line)) child.kill("SIGKILL");
  }
  await closed;
  return recorded;
}

async function look<T>(at: (parts: OpenWiki) => Promise<T>): Promise<T> {
  const parts = await openWiki(address, { env: {} });
  try {
    return await at(parts);
  } finally {
    await parts.close();
  }
}

test("no file that was acknowledged is lost, and none is recorded whose bytes are not there, when uploads are killed", async () => {
  const acknowledged: string[] = [];
  for (let run = 0; run < RUNS; run++) {
    // Between the bytes and the event, every other time; otherwise anywhere.
    const word = run % 2 === 0 ? "kept" : "recorded";
    acknowledged.push(...(await uploadUntil(run, (line) => line === `${word} run-${run}/file-${3 + run}.txt`)));
  }
  expect(acknowledged.length).toBeGreaterThanOrEqual(3 * RUNS);
  await look(async ({ wiki, files }) => {
    const { versions, damaged } = await verifyAttachments(files, wiki.attachments.contents());
    expect(damaged).toEqual([]);
    expect(versions).toBeGreaterThanOrEqual(acknowledged.length);
    for (const name of acknowledged) {
      const file = await wiki.attachments.get(name);
      expect(await new Response((await files.read(file)) as BodyInit).text()).toBe(`${name} `.repeat(2_000));
    }
    noteRun({
      promises: [1, 3],
      store: "SQLite",
      what: "a process that uploads files killed between the bytes and the event, and anywhere else",
      figures: { kills: RUNS, acknowledged: acknowledged.length, lost: 0, "recorded without its bytes": 0 },
      control: "a file whose bytes are altered or taken away is named, and no other",
    });
  });
});

test("verifying names the versions whose bytes are damaged, and no others", async () => {
  await look(async ({ wiki, files }) => {
    const keep = async (name: string, text: string) => {
      const { hash, size } = await files.keep([Buffer.from(text)] as unknown as AsyncIterable<Uint8Array>, 100);
      await wiki.attachments.put(name, { hash, size, type: "text/plain" });
      return join(files.folder, hash.slice(0, 2), hash);
    };
    const first = await keep("a.txt", "first");
    await keep("a.txt", "second");
    await keep("b.txt", "third");
    const missing = await keep("c.txt", "fourth");
    writeFileSync(first, "FIRST");
    rmSync(missing);
    const { versions, damaged } = await verifyAttachments(files, wiki.attachments.contents());
    expect(versions).toBe(4);
    expect(damaged).toMatchObject([
      { name: "a.txt", version: 1, error: { fault: "content" } },
      { name: "c.txt", version: 1, error: { fault: "missing" } },
    ]);
  });
});
