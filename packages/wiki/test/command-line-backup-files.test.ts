import { spawnSync } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { SHARED_ENGINES, type SharedStore } from "../../../tools/testing/engine-addresses.ts";
import { hasStrace, strace, unlessStrace } from "../../../tools/testing/strace.ts";
import { verifyAttachments } from "../src/attachments/verify-attachments.ts";
import { type OpenWiki, openWiki } from "../src/compose.ts";
import { CLI, palimpsest, startPalimpsest } from "./palimpsest-process.ts";

// Each command is a process of its own, which on a busy machine takes seconds to start.
vi.setConfig({ testTimeout: 120_000 });

const LARGE = randomBytes(3 * 2 ** 20);

let directory: string;
const stores: SharedStore[] = [];

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "palimpsest-backup-files-"));
});

afterEach(async () => {
  for (const store of stores.splice(0)) await store.drop();
  rmSync(directory, { recursive: true });
});

/** Where a wiki is: its log, and the folder of its files. */
interface Place {
  readonly address: string;
  readonly attachments: string;
}

async function createPlace(engine: string, folder: string): Promise<Place> {
  const store = await SHARED_ENGINES[engine]?.();
  if (!store) throw new Error(`there is no engine ${engine}`);
  stores.push(store);
  return { address: store.address, attachments: join(directory, folder) };
}

async function look<T>({ address, attachments }: Place, at: (parts: OpenWiki) => Promise<T>): Promise<T> {
  const parts = await openWiki(address, { env: {}, attachments });
  try {
    return await at(parts);
  } finally {
    await parts.close();
  }
}

async function* inParts(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += 50_000) yield bytes.subarray(at, at + 50_000);
}

async function upload({ wiki, files }: OpenWiki, name: string, content: Uint8Array): Promise<string> {
  const { hash, size } = await files.keep(inParts(content), 1e8);
  await wiki.attachments.put(name, { hash, size, type: "text/plain" });
  return files.pathOf(hash);
}

/** Two versions of one file, one that holds the same as another, one that is deleted; and bytes of no file. */
function writeFiles(place: Place): Promise<void> {
  return look(place, async (parts) => {
    await upload(parts, "a.txt", Buffer.from("first"));
    await upload(parts, "a.txt", Buffer.from("second"));
    await upload(parts, "b.txt", Buffer.from("first"));
    await upload(parts, "large.bin", LARGE);
    await parts.wiki.attachments.delete("large.bin");
    await parts.files.keep(inParts(Buffer.from("never recorded")), 100);
  });
}

function contentsOf(place: Place): Promise<{ readonly [version: string]: string }> {
  return look(place, async ({ wiki, files }) => {
    const contents: Record<string, string> = {};
    for await (const { name, version, ...content } of wiki.attachments.contents()) {
      const bytes = await new Response((await files.read(content)) as BodyInit).bytes();
      contents[`${name}@${version}`] = Buffer.from(bytes).toString("base64");
    }
    return contents;
  });
}

const run = (command: string, file: string, { address, attachments }: Place, ...more: readonly string[]) =>
  palimpsest([command, ...(file === "" ? [] : [file]), "--database", address, "--attachments", attachments, ...more], {
    cwd: directory,
  });

const namesIn = (folder: string) =>
  existsSync(folder)
    ? readdirSync(folder, { recursive: true, withFileTypes: true }).flatMap((it) => (it.isFile() ? [it.name] : []))
    : [];
const keptIn = (folder: string) => namesIn(folder).filter((name) => /^[0-9a-f]{64}$/.test(name));

describe.each([
  ["sqlite", "postgres"],
  ["postgres", "sqlite"],
])("the files of a wiki on %s, backed up and restored on %s", (from, to) => {
  test("are there in all versions, while others are uploaded, and nothing else is", async () => {
    const [source, target] = [await createPlace(from, "source"), await createPlace(to, "target")];
    await writeFiles(source);
    const file = join(directory, "wiki.backup");
    const summary = await look(source, async (parts) => {
      let isDone = false;
      const uploads = (async () => {
        for (let n = 0; !isDone; n++) await upload(parts, `more/${n}.txt`, Buffer.from(`more ${n}`));
      })();
      const { status, stdout } = await run("backup", file, source, "--json");
      isDone = true;
      await uploads;
      expect(status).toBe(0);
      return JSON.parse(stdout);
    });
    // The same bytes are in it once.
    expect(summary.files).toBeGreaterThanOrEqual(3);
    expect(summary).toMatchObject({ format: 2, lost: [], damaged: [] });
    const restored = await run("restore", file, target, "--json");
    expect([restored.status, JSON.parse(restored.stdout)]).toMatchObject([0, { files: summary.files, lost: [] }]);
    const [before, after] = [await contentsOf(source), await contentsOf(target)];
    expect(after).toEqual(Object.fromEntries(Object.keys(after).map((version) => [version, before[version]])));
    expect(after["large.bin@1"]).toBe(LARGE.toString("base64"));
    expect(Object.keys(after).length).toBe(summary.files + 1);
    // Some that were uploaded meanwhile came after the position of the backup.
    expect(Object.keys(before).length).toBeGreaterThan(Object.keys(after).length);
    expect(keptIn(target.attachments).length).toBe(summary.files);
    expect((await run("verify", "", target)).stdout).toContain("All is well");
  });
});

describe("the files of a backup", () => {
  let source: Place;
  let file: string;

  beforeEach(async () => {
    source = await createPlace("sqlite", "source");
    file = join(directory, "wiki.backup");
    await writeFiles(source);
  });

  test("are named where they were missing or damaged before, and the others are in it", async () => {
    const [first, second] = await look(source, async (parts) => [
      await upload(parts, "a.txt", Buffer.from("first")),
      await upload(parts, "a.txt", Buffer.from("second")),
    ]);
    writeFileSync(first ?? "", "FIRST");
    rmSync(second ?? "");
    const backup = await run("backup", file, source, "--json");
    const { files, bytes, lost } = JSON.parse(backup.stdout);
    expect([backup.status, files, bytes]).toEqual([1, 1, LARGE.length]);
    expect(lost).toEqual([
      { name: "a.txt", version: 1, reason: expect.stringContaining(String(first)) },
      { name: "a.txt", version: 2, reason: expect.stringContaining(String(second)) },
    ]);
    const text = await run("backup", file, source, "--force");
    expect([text.status, text.stdout]).toEqual([1, expect.stringContaining(`Not in it: version 2 of "a.txt"`)]);
    const target = { address: `sqlite:${join(directory, "target.db")}`, attachments: join(directory, "target") };
    const restored = await run("restore", file, target);
    expect([restored.status, restored.stdout]).toEqual([0, expect.stringContaining("2 files were missing or damaged")]);
    const { damaged } = await look(target, ({ wiki, files: store }) =>
      verifyAttachments(store, wiki.attachments.contents()),
    );
    expect(damaged.map(({ name, version }) => `${name}@${version}`)).toEqual(
      [1, 2, 3, 4].map((n) => `a.txt@${n}`).concat("b.txt@1"),
    );
  });

  test.skipIf(!hasStrace)(
    `${unlessStrace}are named where the disk cannot read them, and the others are in it`,
    async () => {
      const path = await look(source, (parts) => upload(parts, "gone.txt", Buffer.from("on a bad sector")));
      const [tracer = "", ...options] = strace({ calls: "read,pread64", fault: "error=EIO", when: "1+" });
      const backup = ["backup", file, "--json", "--database", source.address, "--attachments", source.attachments];
      const command = [...options, "-P", path, process.execPath, CLI, ...backup];
      const { status, stdout } = spawnSync(tracer, command, { cwd: directory, encoding: "utf8" });
      expect([status, JSON.parse(stdout)]).toMatchObject([1, { files: 3, lost: [{ name: "gone.txt", version: 1 }] }]);
    },
  );

  test("are held against their hashes, whatever the sum of the lines is", async () => {
    await run("backup", file, source);
    const lines = gunzipSync(readFileSync(file)).toString().trimEnd().split("\n");
    const at = lines.findIndex((line) => line.startsWith(`{"bytes"`));
    const target = { address: `sqlite:${join(directory, "target.db")}`, attachments: join(directory, "target") };
    const restoreOf = (changed: readonly string[]) => {
      const body = changed.slice(0, -1).map((line) => `${line}\n`);
      const sha256 = createHash("sha256").update(body.join("")).digest("hex");
      const end = JSON.parse(changed.at(-1) ?? "");
      body.push(`${JSON.stringify({ end: { ...end.end, sha256 } })}\n`);
      writeFileSync(join(directory, "changed"), gzipSync(body.join("")));
      return run("restore", join(directory, "changed"), target);
    };
    const other = JSON.stringify({ bytes: Buffer.from("FIRST").toString("base64") });
    const inTwo = ["fi", "rst"].map((it) => `{"bytes":"${btoa(it)}"}`);
    for (const [changed, reason] of [
      [lines.with(at, other), "are not those that were kept"],
      [lines.toSpliced(at, 1), "are not those that were kept"],
      [lines.toSpliced(at, 0, lines[at] ?? ""), "there are bytes in it that are of no file"],
      [lines.toSpliced(at - 1, 1), "there are bytes in it that are of no file"],
      [lines.toSpliced(at + 1, lines.length - at - 2), "it holds"],
    ] as const) {
      const { status, stderr } = await restoreOf(changed);
      expect([status, stderr]).toEqual([1, expect.stringContaining(reason)]);
      expect(stderr).toContain("[BACKUP_DAMAGED]");
      expect(namesIn(target.attachments)).toEqual([]);
    }
    // The control: how bytes are divided into lines is free.
    expect((await restoreOf(lines.toSpliced(at, 1, ...inTwo))).status).toBe(0);
  });

  test("that a restore which is killed has written make no wiki, and another restore makes the whole one", async () => {
    await look(source, async (parts) => {
      for (let n = 0; n < 300; n++) await upload(parts, `many/${n}.txt`, randomBytes(100));
    });
    await run("backup", file, source);
    const target = { address: `sqlite:${join(directory, "target.db")}`, attachments: join(directory, "target") };
    const args = ["restore", file, "--database", target.address, "--attachments", target.attachments];
    for (const files of [1, 50, 100]) {
      rmSync(target.attachments, { recursive: true, force: true });
      const { child, ended } = startPalimpsest(args, { cwd: directory });
      await expect.poll(() => keptIn(target.attachments).length, { interval: 1 }).toBeGreaterThanOrEqual(files);
      child.kill("SIGKILL");
      expect((await ended).status).toBeNull();
      expect((await run("verify", "", target)).stderr).toContain("[WIKI_NOT_FOUND]");
    }
    expect((await run("restore", file, target)).status).toBe(0);
    expect((await run("verify", "", target)).stdout).toContain("All is well");
    expect(await contentsOf(target)).toEqual(await contentsOf(source));
  });

  test("are put nowhere where the log cannot be made, and leave no mark in the folder", async () => {
    await run("backup", file, source);
    const memory = await run("restore", file, { address: "memory:", attachments: join(directory, "memory") });
    expect([memory.status, memory.stderr]).toEqual([1, expect.stringContaining("[INVALID_STORE_ADDRESS]")]);
    expect(namesIn(join(directory, "memory"))).toEqual([]);
    // Of nobody whose accounts would be in the way: that there is a log is found when it is to be made.
    const taken = await createPlace("postgres", "taken");
    await look(taken, async (parts) => {
      await upload(parts, "own.txt", Buffer.from("its own"));
    });
    const refused = await run("restore", file, taken);
    expect([refused.status, refused.stderr]).toEqual([1, expect.stringContaining("[STORE_NOT_EMPTY]")]);
    expect((await run("sweep", "", taken)).status).toBe(0);
    expect(await contentsOf(taken)).toEqual({ "own.txt@1": btoa("its own") });
  });

  test("may lack in one that an older program wrote, which is read", async () => {
    const target = { address: `sqlite:${join(directory, "target.db")}`, attachments: join(directory, "target") };
    const old = join(import.meta.dirname, "../src/transfer/fixtures/backup-v1.backup");
    const { status, stdout } = await run("restore", old, target, "--json");
    expect([status, JSON.parse(stdout)]).toMatchObject([0, { format: 1, events: 8, files: 0, bytes: 0, lost: [] }]);
    expect(existsSync(target.attachments)).toBe(false);
    expect((await run("verify", "", target)).stdout).toContain("All is well");
  });

  test("of which a part breaks off are damaged as a whole, and nothing is written", async () => {
    await run("backup", file, source);
    truncateSync(file, readFileSync(file).length - 1_000_000);
    const target = { address: `sqlite:${join(directory, "target.db")}`, attachments: join(directory, "target") };
    const { status, stderr } = await run("restore", file, target);
    expect([status, stderr]).toEqual([1, expect.stringContaining("[BACKUP_DAMAGED]")]);
    expect(namesIn(target.attachments)).toEqual([]);
  });
});
