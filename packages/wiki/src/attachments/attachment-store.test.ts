import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { AttachmentStore } from "./attachment-store.ts";
import { AttachmentStoreError, AttachmentTooLargeError, DamagedAttachmentError } from "./attachment-store-errors.ts";

let folder: string;
let store: AttachmentStore;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "palimpsest-store-"));
  store = new AttachmentStore(join(folder, "files"));
});

afterEach(() => rmSync(folder, { recursive: true }));

async function* chunks(...texts: readonly string[]) {
  for (const text of texts) yield Buffer.from(text);
}

const filesIn = (path: string) =>
  readdirSync(path, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
const textOf = async (stream: ReadableStream<Uint8Array>) => new Response(stream as BodyInit).text();

describe("AttachmentStore", () => {
  test("answers the bytes that it was given, their beginning, and parts of them", async () => {
    const kept = await store.keep(chunks("Lorem ", "ipsum ", "dolor"), 100);
    expect(kept.size).toBe(17);
    expect(Buffer.from(kept.head).toString()).toBe("Lorem ipsum dolor");
    expect(await textOf(await store.read(kept))).toBe("Lorem ipsum dolor");
    expect(await textOf(await store.read(kept, { first: 6, last: 10 }))).toBe("ipsum");
    await store.verify(kept);
  });

  test("answers no more of the beginning than is looked at, however it comes", async () => {
    const text = "0123456789".repeat(300);
    for (const parts of [[text], text.match(/.{1,7}/g) ?? []]) {
      const { head } = await store.keep(chunks(...parts), 10_000);
      expect(Buffer.from(head).toString()).toBe(text.slice(0, 1_024));
    }
  });

  test("makes no folder before it has something to keep", () => {
    expect(existsSync(store.folder)).toBe(false);
  });

  test("keeps the same bytes once, and mends those that were damaged", async () => {
    const kept = await store.keep(chunks("the same"), 100);
    writeFileSync(join(store.folder, kept.hash.slice(0, 2), kept.hash), "the sane");
    await expect(store.verify(kept)).rejects.toThrow(DamagedAttachmentError);
    await store.keep(chunks("the ", "same"), 100);
    await store.verify(kept);
    await store.confirm(kept);
    expect(filesIn(store.folder)).toHaveLength(1);
  });

  test("keeps nothing that is too large, and nothing that breaks off", async () => {
    async function* brokenOff() {
      yield Buffer.from("the beginning");
      throw new Error("gone");
    }
    await expect(store.keep(chunks("12345", "67890", "1"), 10)).rejects.toThrow(AttachmentTooLargeError);
    await expect(store.keep(brokenOff(), 100)).rejects.toThrow("gone");
    expect(filesIn(store.folder)).toEqual([]);
  });

  test("names what is missing, cut off or changed", async () => {
    const kept = await store.keep(chunks("some bytes"), 100);
    const path = join(store.folder, kept.hash.slice(0, 2), kept.hash);
    for (const [fault, damage] of [
      ["length", () => writeFileSync(path, "some")],
      ["content", () => writeFileSync(path, "same bytes")],
      ["missing", () => rmSync(path)],
    ] as const) {
      damage();
      const error = await store.verify(kept).catch((thrown: unknown) => thrown);
      expect(error).toMatchObject({ code: "DAMAGED_ATTACHMENT", fault, path, hash: kept.hash });
      if (fault !== "content") await expect(store.read(kept)).rejects.toThrow(DamagedAttachmentError);
    }
  });

  test("names what is no file, or leads nowhere, as unreadable, and waits for none of it", async () => {
    const kept = await store.keep(chunks("the same"), 100);
    const path = store.pathOf(kept.hash);
    for (const put of [() => symlinkSync(path, path), () => mkdirSync(path), () => execFileSync("mkfifo", [path])]) {
      rmSync(path, { recursive: true });
      put();
      const refusal = { code: "DAMAGED_ATTACHMENT", fault: "unreadable" };
      await expect(store.read(kept)).rejects.toMatchObject(refusal);
      await expect(store.verify(kept)).rejects.toMatchObject(refusal);
    }
  });

  test("says where it cannot keep files", async () => {
    writeFileSync(join(folder, "taken"), "");
    const elsewhere = new AttachmentStore(join(folder, "taken"));
    const error = await elsewhere.keep(chunks("x"), 100).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(AttachmentStoreError);
    expect(error).toMatchObject({ folder: elsewhere.folder });
  });
});
