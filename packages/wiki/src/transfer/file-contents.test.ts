import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { AttachmentStore } from "../attachments/attachment-store.ts";
import { FileContents } from "./file-contents.ts";

const BYTES = Buffer.from("what a picture is made of");
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "palimpsest-contents-"));
});

afterEach(() => rmSync(folder, { recursive: true }));

test("bytes that were swept away before their event was recorded are kept again", async () => {
  const store = new AttachmentStore(join(folder, "attachments"));
  const contents = new FileContents({ bytes: async () => BYTES }, store, 1_000);
  const taken = await contents.take("blob");
  if (taken.kind !== "kept") throw new Error("it was refused");
  await store.verify(taken);
  rmSync(join(folder, "attachments"), { recursive: true });
  await expect(store.confirm(taken)).rejects.toMatchObject({ code: "DAMAGED_ATTACHMENT" });
  await contents.confirm("blob");
  await store.verify(taken);
  expect(existsSync(join(folder, "attachments"))).toBe(true);
});

test("what is refused or tried out needs no bytes", async () => {
  await new FileContents({ bytes: async () => BYTES }, undefined, 1_000).confirm("blob");
  const store = new AttachmentStore(join(folder, "attachments"));
  await new FileContents({ bytes: async () => undefined }, store, 1_000).confirm("blob");
  expect(existsSync(join(folder, "attachments"))).toBe(false);
});
