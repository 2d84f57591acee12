import { copyFileSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { AttachmentAccess } from "../src/access/attachment-access.ts";
import { openWiki } from "../src/compose.ts";
import { toAttachmentName } from "../src/domain/attachment-name.ts";
import { palimpsest } from "./palimpsest-process.ts";

// Each command is a process of its own, which on a busy machine takes seconds to start.
vi.setConfig({ testTimeout: 120_000 });

let directory: string;
let paths: readonly string[];

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), "palimpsest-sweep-"));
  const { wiki, files, close } = await openWiki(`sqlite:${join(directory, "wiki.db")}`, { env: {} });
  const keep = async (text: string) => {
    const kept = await files.keep([Buffer.from(text)] as unknown as AsyncIterable<Uint8Array>, 100);
    utimesSync(files.pathOf(kept.hash), 1_000_000_000, 1_000_000_000);
    return kept;
  };
  const contents = [await keep("first"), await keep("second"), await keep("third"), await keep("never recorded")];
  for (const [i, { hash, size }] of contents.slice(0, 3).entries()) {
    await wiki.attachments.put(i === 2 ? "b.txt" : "a.txt", { hash, size, type: "text/plain" });
    await files.confirm({ hash, size });
  }
  await wiki.attachments.delete("a.txt");
  paths = contents.map(({ hash }) => files.pathOf(hash));
  await close();
});

afterEach(() => rmSync(directory, { recursive: true }));

const run = (...args: readonly string[]) => palimpsest(args, { cwd: directory });

test("verify tells what uploads left behind, which is nothing wrong, and sweep takes it away", async () => {
  const before = await run("verify");
  expect(before.status).toBe(0);
  expect(before.stdout).toContain("3 versions of files");
  expect(before.stdout).toContain(
    `What 1 upload left behind (14 bytes) is of no file: "palimpsest sweep" takes it away.`,
  );
  expect((await run("sweep")).stdout).toBe("Took away what 1 upload had left behind: 14 bytes.\n");
  const after = await run("verify", "--json");
  expect([after.status, JSON.parse(after.stdout)]).toMatchObject([
    0,
    { files: 3, unused: { files: 0, bytes: 0 }, findings: [] },
  ]);
  expect(JSON.parse((await run("sweep", "--json")).stdout)).toEqual({ files: 0, bytes: 0 });
});

test("sweep takes nothing that the wiki recorded after a copy of its database was made, when it is run on the copy", async () => {
  const [database, copy] = [join(directory, "wiki.db"), join(directory, "copy.db")];
  for (const suffix of ["", ".accounts"]) copyFileSync(`${database}${suffix}`, `${copy}${suffix}`);
  const parts = await openWiki(`sqlite:${database}`, { env: {} });
  const attachments = new AttachmentAccess(parts, { userId: null, role: "editor" });
  const kept = await attachments.keep([Buffer.from("newer")] as unknown as AsyncIterable<Uint8Array>);
  await attachments.upload(toAttachmentName("newer.txt"), kept);
  utimesSync(parts.files.pathOf(kept.hash), 1_000_000_000, 1_000_000_000);
  await parts.close();
  const args = ["--database", `sqlite:${copy}`, "--attachments", `${database}.attachments`];
  // What was left behind by then is of no file in either of the two.
  expect((await run("sweep", ...args)).stdout).toBe("Took away what 1 upload had left behind: 14 bytes.\n");
  const { status, stdout } = await run("verify", "--json");
  expect([status, JSON.parse(stdout)]).toMatchObject([0, { files: 4, unused: { files: 0 }, findings: [] }]);
});

test("verify finds bytes that are damaged, also where the events of another file are", async () => {
  writeFileSync(paths[2] ?? "", "THIRD");
  const db = new DatabaseSync(join(directory, "wiki.db"));
  for (const { name } of db.prepare("select name from sqlite_schema where type = 'trigger'").all()) {
    db.exec(`drop trigger "${name}"`);
  }
  db.exec("update event set checksum = checksum + 1 where topic = 'Attachment.Replaced'");
  db.close();
  const { status, stdout } = await run("verify", "--json", "--log-only");
  const { findings, unused } = JSON.parse(stdout);
  expect([status, unused]).toEqual([1, { files: 0, bytes: 0 }]);
  expect(findings).toEqual([
    expect.objectContaining({ check: "event" }),
    { check: "file", message: expect.stringContaining("the versions of a.txt cannot be read") },
    { check: "file", message: expect.stringContaining("version 1 of b.txt") },
  ]);
  // What the event refers to that cannot be read is not known: nothing is taken away.
  const sweep = await run("sweep");
  expect([sweep.status, sweep.stderr]).toEqual([1, expect.stringContaining("[DAMAGED_EVENT]")]);
});
