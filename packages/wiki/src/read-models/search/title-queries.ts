import type { ProjectionSession, SqlValue } from "@palimpsest/eventsourcing";
import type { PageId } from "../../domain/page-id.ts";
import type { Title } from "../../domain/page-text.ts";
import type { Slug } from "../../domain/slug.ts";
import { foldText } from "../fold-text.ts";
import { toLimit, toText } from "../listing.ts";
import type { Visibility } from "../visibility.ts";
import { wordsNear } from "./near-words.ts";
import { indexOf } from "./search-projection.ts";
import { tokensOfTyped } from "./tokens.ts";

/** A page by its title. */
export interface TitleRow {
  readonly pageId: PageId;
  readonly slug: Slug;
  readonly title: Title;
}

const MAX_UNITS = 255;
const MAX_TOKENS = 16;
const MAX_CORRECTED = 4;

/**
 * Pages whose titles go on as somebody types: those that begin so, then those in which words do; where there are none,
 * those that have a word that is spelt nearly so, and where PostgreSQL has pg_trgm, those that are written much like it.
 */
export async function completeTitles(
  sql: ProjectionSession,
  visibility: Visibility,
  typed: string,
  most?: number,
): Promise<readonly TitleRow[]> {
  const limit = toLimit(most, 10);
  const key = foldText(toText(typed.slice(0, MAX_UNITS)).trimStart());
  if (key.trim() === "") return [];
  const titles = new TitleSearch(sql, visibility, limit);
  const begun = await titles.beginning(key);
  if (begun.length >= limit) return begun;
  const known = new Set(begun.map(({ pageId }) => pageId));
  const others = (await titles.withWords(key)).filter(({ pageId }) => !known.has(pageId));
  const found = [...begun, ...others].slice(0, limit);
  if (found.length > 0) return found;
  const near = await titles.withNearWord(key);
  return near.length > 0 ? near : titles.alike(key);
}

class TitleSearch {
  readonly #sql: ProjectionSession;
  readonly #visible: string;
  readonly #limit: number;

  constructor(sql: ProjectionSession, { deleted }: Visibility, limit: number) {
    this.#sql = sql;
    this.#visible = deleted ? "true" : "d.deleted = 0";
    this.#limit = limit;
  }

  beginning(key: string): Promise<readonly TitleRow[]> {
    return this.#list({ where: "d.title_key >= $2 and d.title_key < $3", parameters: [key, `${key}\u{10ffff}`] });
  }

  /** With one word spelt otherwise, the first that leads to a title. */
  async withNearWord(key: string): Promise<readonly TitleRow[]> {
    const tokens = tokensOfTyped(key);
    for (const [i, token] of tokens.slice(0, MAX_CORRECTED).entries()) {
      for (const word of await wordsNear(this.#sql, token)) {
        const found = await this.#withTokens(tokens.with(i, word));
        if (found.length > 0) return found;
      }
    }
    return [];
  }

  withWords(key: string): Promise<readonly TitleRow[]> {
    return this.#withTokens(tokensOfTyped(key));
  }

  async #withTokens(all: readonly string[]): Promise<readonly TitleRow[]> {
    const tokens = all.slice(0, MAX_TOKENS);
    if (tokens.length === 0) return [];
    const title = tokens.map((token, i) => ({ tokens: [token], prefix: i === tokens.length - 1 }));
    const query = { all: [], title, none: [], tags: [], notTags: [], exactTitle: "" };
    const parameters: SqlValue[] = [];
    const { from, where } = indexOf(this.#sql).match(this.#sql, query, (value) => `$${parameters.push(value) + 1}`);
    return this.#list({ from, where, parameters });
  }

  async alike(key: string): Promise<readonly TitleRow[]> {
    if (this.#sql.dialect !== "postgres") return [];
    const [index] = await this.#sql.query<{ readonly found: string | null }>("select to_regclass($1) as found", [
      this.#sql.table("doc_trigrams"),
    ]);
    // Made with the tables where pg_trgm was there.
    if (!index?.found) return [];
    return this.#list({ where: "d.title_key % $2", order: "similarity(d.title_key, $2) desc,", parameters: [key] });
  }

  #list(part: {
    readonly from?: string;
    readonly where: string;
    readonly order?: string;
    readonly parameters: readonly SqlValue[];
  }): Promise<readonly TitleRow[]> {
    const { from = `${this.#sql.table("doc")} d`, where, order = "", parameters } = part;
    return this.#sql.query<TitleRow>(
      `select d.page_id as "pageId", d.slug, d.title from ${from} where ${where} and ${this.#visible}
       order by ${order} d.title_key, d.page_id limit $1`,
      [this.#limit, ...parameters],
    );
  }
}
