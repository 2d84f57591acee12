import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import {
  type AggregateDefinition,
  AggregateNotFoundError,
  type At,
  type Receipt,
  type Uuid,
} from "@palimpsest/eventsourcing";
import type { WikiApplication } from "../src/application/wiki-application.ts";
import { Attachment, attachmentLog } from "../src/domain/attachment.ts";
import { Page } from "../src/domain/page.ts";
import { pageLog } from "../src/domain/page-log.ts";

/** Texts by path. Nothing here is shared with the import: a mistake of the one does not hide in the other. */
export type Texts = ReadonlyMap<string, string>;

/** The texts in a commit's tree that can be pages. */
export function textsInRepository(directory: string, commit: string): Texts {
  const git = (args: readonly string[], input?: string) =>
    execFileSync("git", ["-C", directory, ...args], { maxBuffer: 2 ** 30, ...(input === undefined ? {} : { input }) });
  const files = git(["ls-tree", "-r", "-z", commit])
    .toString("latin1")
    .split("\0")
    .flatMap((line) => {
      const [, blob, path] = /^100\d{3} blob ([0-9a-f]+)\t(.*)$/s.exec(line) ?? [];
      return blob !== undefined && path !== undefined && /\.(md|markdown)$/i.test(path) ? [{ blob, path }] : [];
    });
  const output = git(["cat-file", "--batch"], files.map(({ blob }) => `${blob}\n`).join(""));
  const texts = new Map<string, string>();
  let start = 0;
  for (const { path } of files) {
    const end = output.indexOf("\n", start);
    const size = Number(output.toString("latin1", start, end).split(" ")[2]);
    const bytes = output.subarray(end + 1, end + 1 + size);
    start = end + 1 + size + 1;
    const name = textOf(Buffer.from(path, "latin1"));
    const text = size > 2 ** 20 ? undefined : textOf(bytes);
    if (name !== undefined && text !== undefined) texts.set(name, text);
  }
  return texts;
}

/** The bytes, in base64, of those files in a commit's tree that can be attached, by name. */
export function filesInRepository(directory: string, commit: string, maxBytes: number): Texts {
  const git = (...args: readonly string[]) => execFileSync("git", ["-C", directory, ...args], { maxBuffer: 2 ** 30 });
  const files = new Map<string, string>();
  for (const line of git("ls-tree", "-r", "-z", commit).toString("utf8").split("\0")) {
    const [, blob, path] = /^100\d{3} blob ([0-9a-f]+)\t([\p{L}\p{M}\d][\p{L}\p{M}\d /._-]*\.\w+)$/su.exec(line) ?? [];
    if (blob === undefined || path === undefined || /\.(md|markdown)$/i.test(path)) continue;
    const bytes = contents.get(blob) ?? git("cat-file", "blob", blob);
    contents.set(blob, bytes);
    if (bytes.length > 0 && bytes.length <= maxBytes) files.set(path.normalize("NFC"), bytes.toString("base64"));
  }
  return files;
}

/** By their ids, which stand for them in every repository: to start git for each takes its time. */
const contents = new Map<string, Buffer>();

/** The same of a wiki's files, as they are or as they were. */
export async function filesInWiki(wiki: WikiApplication, folder: string, at?: At): Promise<Texts> {
  const files = new Map<string, string>();
  for (const { data } of await wiki.events.log(attachmentLog).select({})) {
    const state = await stateOf(wiki, Attachment, Attachment.idOf(data), at);
    if (!state || state.deleted) continue;
    files.set(state.name, readFileSync(join(folder, state.hash.slice(0, 2), state.hash)).toString("base64"));
  }
  return files;
}

/** The text of bytes that are UTF-8 without NUL. */
function textOf(bytes: Buffer): string | undefined {
  try {
    const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
    return text.includes("\0") ? undefined : text;
  } catch {
    return undefined;
  }
}

/** The texts of a wiki's imported pages, as they are or as they were. */
export async function textsInWiki(wiki: WikiApplication, at?: At): Promise<Texts> {
  const texts = new Map<string, string>();
  for (const { data } of await wiki.events.log(pageLog).select({})) {
    const state = await stateOf(wiki, Page, data.pageId, at);
    if (!state || state.deleted || state.path === null) continue;
    if (texts.has(state.path)) throw new Error(`two pages have the path ${JSON.stringify(state.path)}`);
    texts.set(state.path, state.body.toString());
  }
  return texts;
}

async function stateOf<State extends object>(
  wiki: WikiApplication,
  definition: AggregateDefinition<State>,
  id: Uuid,
  at: At | undefined,
): Promise<State | undefined> {
  try {
    return (await wiki.events.repository.get(definition, id, at)).state;
  } catch (error) {
    if (error instanceof AggregateNotFoundError) return undefined;
    throw error;
  }
}

/** Where two sets of texts differ, by path. */
export function differences(repository: Texts, wiki: Texts): readonly string[] {
  const paths = new Set([...repository.keys(), ...wiki.keys()]);
  return [...paths].flatMap((path) => {
    const [wanted, found] = [repository.get(path), wiki.get(path)];
    if (wanted === found) return [];
    if (found === undefined) return [`${path} is missing`];
    return [wanted === undefined ? `${path} is too much` : `${path} has another text`];
  });
}

/** What differs after commits of the main line that became saves: after all, or some of them. */
export async function differencesAlongHistory(
  wiki: WikiApplication,
  directory: string,
  {
    head = "main",
    times = Number.POSITIVE_INFINITY,
    files,
  }: {
    readonly head?: string;
    readonly times?: number;
    /** Where the bytes of files are, and how long they may be; default not to compare them. */
    readonly files?: { readonly folder: string; readonly maxBytes: number };
  } = {},
): Promise<{ readonly compared: number; readonly byInstant: number; readonly differences: readonly string[] }> {
  const line = execFileSync("git", ["-C", directory, "rev-list", "--first-parent", "--reverse", head], {
    encoding: "utf8",
    maxBuffer: 2 ** 30,
  });
  const saves: { readonly commit: string; readonly receipt: Receipt }[] = [];
  for (const commit of line.trim().split("\n")) {
    const receipt = await wiki.events.findReceipt(`git:${commit}`);
    if (receipt) saves.push({ commit, receipt });
  }
  const found: string[] = [];
  let [compared, byInstant] = [0, 0];
  const stride = Math.max(1, saves.length / times);
  for (let at = 0; at < saves.length; at += stride) {
    const save = saves[Math.floor(at)];
    if (!save) break;
    const { recordedAt: instant, lastPosition: position } = save.receipt;
    // Several saves may have one instant, which shows the last of them.
    const tells = (await wiki.events.recorder.positionAt(instant)) === position;
    const then = tells ? { instant } : { position };
    const here = [...differences(textsInRepository(directory, save.commit), await textsInWiki(wiki, then))];
    if (files) {
      const wanted = filesInRepository(directory, save.commit, files.maxBytes);
      here.push(...differences(wanted, await filesInWiki(wiki, files.folder, then)));
    }
    found.push(...here.map((what) => `${save.commit}: ${what}`));
    compared += 1;
    byInstant += tells ? 1 : 0;
  }
  return { compared, byInstant, differences: found };
}
