import { execFileSync } from "node:child_process";
import { AggregateNotFoundError, type At, type Receipt, type Uuid } from "@palimpsest/eventsourcing";
import type { WikiApplication } from "../src/application/wiki-application.ts";
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
    const state = await stateOf(wiki, data.pageId, at);
    if (!state || state.deleted || state.path === null) continue;
    if (texts.has(state.path)) throw new Error(`two pages have the path ${JSON.stringify(state.path)}`);
    texts.set(state.path, state.body.toString());
  }
  return texts;
}

async function stateOf(wiki: WikiApplication, id: Uuid, at: At | undefined) {
  try {
    return (await wiki.events.repository.get(Page, id, at)).state;
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
  { head = "main", times = Number.POSITIVE_INFINITY }: { readonly head?: string; readonly times?: number } = {},
): Promise<{ readonly compared: number; readonly byInstant: number; readonly differences: readonly string[] }> {
  const line = execFileSync("git", ["-C", directory, "rev-list", "--first-parent", "--reverse", head], {
    encoding: "utf8",
    maxBuffer: 2 ** 30,
  });
  const saves: { readonly commit: string; readonly receipt: Receipt }[] = [];
  for (const commit of line.trim().split("\n")) {
    const receipt = await wiki.events.recorder.findReceipt(`git:${commit}`);
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
    const texts = await textsInWiki(wiki, tells ? { instant } : { position });
    const here = differences(textsInRepository(directory, save.commit), texts);
    found.push(...here.map((what) => `${save.commit}: ${what}`));
    compared += 1;
    byInstant += tells ? 1 : 0;
  }
  return { compared, byInstant, differences: found };
}
