import type { ProjectionSession } from "@palimpsest/eventsourcing";
import { foldText } from "../fold-text.ts";
import { wordsNear } from "./near-words.ts";

/** Where fewer pages are found, another spelling may have been meant. */
export const LITTLE = 3;
/** How far pages need to be counted to tell that. */
export const ENOUGH = 20;

const MAX_UNITS = 200;
const MAX_WORDS = 4;
// What is left out or looked for in tags was spelt on purpose.
const TYPED = /(?<![\p{L}\p{N}\p{M}:-])[\p{L}\p{N}\p{M}]+/gu;

/**
 * What somebody may have meant who found little: the same with other spellings of words that hardly any page has. `count` tells
 * how many pages a text finds, of those that the viewer may see: nothing is suggested that would find no more of them.
 */
export async function suggestSearch(
  sql: ProjectionSession,
  text: string,
  count: (text: string) => Promise<number>,
): Promise<string | undefined> {
  if (text.length > MAX_UNITS) return undefined;
  let suggested = "";
  let end = 0;
  for (const { 0: word, index } of [...text.matchAll(TYPED)].slice(0, MAX_WORDS)) {
    const near = await wordsNear(sql, foldText(word));
    const other = near.length === 0 ? undefined : await moreFound(word, near, count);
    if (other === undefined) continue;
    suggested += text.slice(end, index) + other;
    end = index + word.length;
  }
  if (end === 0) return undefined;
  suggested += text.slice(end);
  return (await count(suggested)) > (await count(text)) ? suggested : undefined;
}

/** The nearest word that several times as many pages have. */
async function moreFound(
  word: string,
  near: readonly string[],
  count: (text: string) => Promise<number>,
): Promise<string | undefined> {
  const own = await count(word);
  if (own >= LITTLE) return undefined;
  for (const other of near) if ((await count(`${other} `)) > 4 * own) return other;
  return undefined;
}
