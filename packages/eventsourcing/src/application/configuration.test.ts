import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { Account } from "../../test/account.ts";
import { openMemoryRecorder } from "../adapters/memory/memory-recorder.ts";
import { defineLog } from "../domain/event-log.ts";
import { uuid7 } from "../domain/uuid.ts";
import { Application } from "./application.ts";
import { InvalidConfigurationError, readConfiguration } from "./configuration.ts";

const KEY = Buffer.alloc(32, 1).toString("base64");

test("reads nothing from an empty environment", () => {
  const configuration = readConfiguration("Wiki", { WIKI_STORE: "" });
  expect(configuration).toEqual({
    store: undefined,
    compressor: undefined,
    ciphers: undefined,
    cacheSize: undefined,
    cacheBytes: undefined,
  });
});

test("prefers the variable with the name of the application", () => {
  const env = { STORE: "memory:", WIKI_STORE: "sqlite:a", MY_WIKI_STORE: "sqlite:b", COMPRESSOR: "zstd" };
  expect(readConfiguration("Wiki", env)).toMatchObject({ store: "sqlite:a", compressor: "zstd" });
  expect(readConfiguration("My wiki", env)).toMatchObject({ store: "sqlite:b" });
  expect(readConfiguration("Other", env)).toMatchObject({ store: "memory:" });
});

test("reads several keys, the first of which encrypts", () => {
  const { ciphers } = readConfiguration("Wiki", { CIPHER_KEYS: `k2:${KEY}, k1:${KEY}` });
  expect(ciphers?.map(({ name }) => name)).toEqual(["aes256gcm:k2", "aes256gcm:k1"]);
});

test.each([
  ["COMPRESSOR", "lzma"],
  ["CACHE_SIZE", "many"],
  ["CACHE_SIZE", "-1"],
  ["CIPHER_KEYS", "k1:c2hvcnQ="],
  ["CIPHER_KEYS", KEY],
])("refuses %s=%s, names the variable and does not show its value", (variable, value) => {
  const read = () => readConfiguration("Wiki", { [`WIKI_${variable}`]: value });
  expect(read).toThrow(InvalidConfigurationError);
  expect(read).toThrow(`WIKI_${variable}`);
  if (variable === "CIPHER_KEYS") expect(read).not.toThrow(value);
});

test("opens the store that the environment names, and an option wins over it", async () => {
  const directory = mkdtempSync(join(tmpdir(), "configuration-"));
  const options = {
    name: "Bank",
    aggregates: [Account],
    env: { BANK_STORE: `sqlite:${directory}/env.db`, COMPRESSOR: "gzip" },
  };
  const fromEnvironment = await Application.open(options);
  expect(existsSync(`${directory}/env.db`)).toBe(true);
  const account = Account.create({ owner: "Ana ".repeat(100) });
  await fromEnvironment.save(account);
  expect((await fromEnvironment.notificationLog.select({ limit: 10 }))[0]?.encoding).toBe("json+gzip");
  await fromEnvironment.close();
  const fromOption = await Application.open({
    ...options,
    store: "memory:",
    compressor: "none",
    defaultCompressor: "gzip",
  });
  await fromOption.save(Account.create({ owner: "Ana ".repeat(100) }));
  expect((await fromOption.notificationLog.select({ limit: 10 }))[0]?.encoding).toBe("json");
  await fromOption.close();
  rmSync(directory, { recursive: true });
});

test("refuses an address of no known kind without showing what may be a password", async () => {
  const opening = Application.open({
    name: "Bank",
    aggregates: [Account],
    store: "mysql://root:secret@host/db",
    env: {},
  });
  await expect(opening).rejects.toMatchObject({
    code: "INVALID_STORE_ADDRESS",
    message: expect.not.stringContaining("secret"),
  });
});

test.each(["sqlite:", "sqlite://wiki.db", "memory:x", "./data.db", ""])(
  "refuses %j, which is no address",
  async (store) => {
    const opening = Application.open({ name: "Bank", aggregates: [Account], store, env: {} });
    await expect(opening).rejects.toMatchObject({ code: "INVALID_STORE_ADDRESS" });
  },
);

test("leaves a recorder open that it was given, where it does not fit", async () => {
  const store = openMemoryRecorder();
  const opening = Application.open({ name: "Bank", aggregates: [Account, Account], store, env: {} });
  await expect(opening).rejects.toMatchObject({ code: "PROGRAMMING_ERROR" });
  expect(await store.head()).toBe(0);
});

test("refuses what does not fit together when it opens", async () => {
  const open = (options: object) => Application.open({ name: "Bank", aggregates: [Account], env: {}, ...options });
  await expect(open({ aggregates: [Account, Account] })).rejects.toMatchObject({ code: "PROGRAMMING_ERROR" });
  await expect(open({ compressor: "lz4" })).rejects.toMatchObject({ code: "PROGRAMMING_ERROR" });
  const log = defineLog({ name: "One", id: uuid7(), event: {} });
  const twin = defineLog({ name: "Two", id: log.id, event: {} });
  await expect(open({ logs: [log, twin] })).rejects.toMatchObject({ code: "PROGRAMMING_ERROR" });
  await expect(open({ snapshotEvery: { Page: 5 } })).rejects.toMatchObject({ code: "PROGRAMMING_ERROR" });
  await expect(open({ snapshotEvery: { Account: 0 } })).rejects.toMatchObject({ code: "INVALID_RANGE" });
  const store = openMemoryRecorder();
  await expect(open({ store, clock: Date.now })).rejects.toMatchObject({ code: "PROGRAMMING_ERROR" });
  await expect(open({ cacheSize: -1 })).rejects.toMatchObject({ code: "INVALID_RANGE" });
  await expect(open({ cacheBytes: -1 })).rejects.toMatchObject({ code: "INVALID_RANGE" });
});
