import type { ProjectionSession } from "@palimpsest/eventsourcing";
import { insertRows, listed, textType } from "../rows.ts";

// Shorter ones are near too many; longer ones are no words that anybody types.
const WORD = /^\p{L}[\p{L}\p{N}\p{M}]{3,29}$/u;
const MOST = 5;

/**
 * The words of titles and tags, each by itself and with any one letter left out: two that are a slip apart have one of these in
 * common, so that they meet without a look at the others. Words stay when no title has them any more: whoever is given one
 * looks whether a page has it that the viewer may see.
 */
export async function createNearWords(sql: ProjectionSession): Promise<void> {
  const text = textType(sql);
  await sql.query(
    `create table ${sql.table("near_word")} (
       variant ${text} not null, word ${text} not null, primary key (variant, word)
     )`,
  );
}

export async function writeNearWords(sql: ProjectionSession, tokens: Iterable<string>): Promise<void> {
  const words = [...new Set(tokens)].filter((token) => WORD.test(token));
  if (words.length === 0) return;
  const known = await sql.query<{ readonly word: string }>(
    `select word from ${sql.table("near_word")} where variant = word and word in ${listed(sql)}`,
    [JSON.stringify(words)],
  );
  const old = new Set(known.map(({ word }) => word));
  await insertRows(
    sql,
    { table: "near_word", columns: ["variant", "word"], otherwise: "on conflict do nothing" },
    words.filter((word) => !old.has(word)).flatMap((word) => variantsOf(word).map((variant) => [variant, word])),
  );
}

/** Words that are spelt nearly like a token, the nearest first; some that no page has now. */
export async function wordsNear(sql: ProjectionSession, token: string): Promise<readonly string[]> {
  if (!WORD.test(token)) return [];
  const found = await sql.query<{ readonly word: string }>(
    `select distinct word from ${sql.table("near_word")} where variant in ${listed(sql)} limit 200`,
    [JSON.stringify(variantsOf(token))],
  );
  const most = token.length < 6 ? 1 : 2;
  return found
    .map(({ word }) => ({ word, slips: slipsBetween(token, word) }))
    .filter(({ slips }) => slips > 0 && slips <= most)
    .sort((a, b) => a.slips - b.slips || (a.word < b.word ? -1 : 1))
    .slice(0, MOST)
    .map(({ word }) => word);
}

function variantsOf(word: string): readonly string[] {
  const letters = [...word];
  return [...new Set([word, ...letters.map((_, i) => letters.toSpliced(i, 1).join(""))])];
}

/** How many letters are left out, put in, wrong or swapped with the next one. */
export function slipsBetween(a: string, b: string): number {
  const [from, to] = [[...a], [...b]];
  let beforeLast: number[] = [];
  let last = Array.from({ length: to.length + 1 }, (_, j) => j);
  for (let i = 1; i <= from.length; i++) {
    const row = [i];
    for (let j = 1; j <= to.length; j++) {
      const isSame = from[i - 1] === to[j - 1];
      let slips = Math.min((last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (last[j - 1] ?? 0) + (isSame ? 0 : 1));
      if (i > 1 && j > 1 && from[i - 1] === to[j - 2] && from[i - 2] === to[j - 1]) {
        slips = Math.min(slips, (beforeLast[j - 2] ?? 0) + 1);
      }
      row.push(slips);
    }
    beforeLast = last;
    last = row;
  }
  return last[to.length] ?? 0;
}
