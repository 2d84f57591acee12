import type { ProjectionSession, SqlValue } from "@palimpsest/eventsourcing";
import type { UserId } from "../../domain/current-user.ts";
import type { PageId } from "../../domain/page-id.ts";
import type { Tag, Title } from "../../domain/page-text.ts";
import type { Slug } from "../../domain/slug.ts";
import { toLimit, toText } from "../listing.ts";
import { listed } from "../rows.ts";
import type { Visibility } from "../visibility.ts";
import { markText, type Piece, snippetOf, wordsToMark } from "./marked-text.ts";
import { indexOf } from "./search-projection.ts";
import { inTitles, parseSearch, type SearchQuery } from "./search-query.ts";
import { ENOUGH, LITTLE, suggestSearch } from "./suggestion.ts";

/** What to look for, and where. */
export interface SearchRequest {
  /** What somebody typed: see `parseSearch`. */
  readonly text: string;
  readonly tag?: string | undefined;
  /** Only pages that this person has changed. */
  readonly author?: UserId | undefined;
  readonly titleOnly?: boolean | undefined;
  readonly limit?: number | undefined;
  /** How many of the best to leave out, at most 1,000. */
  readonly offset?: number | undefined;
}

/** A page that was found. */
export interface SearchHit {
  readonly pageId: PageId;
  readonly slug: Slug;
  readonly title: Title;
  /** The title with marks. */
  readonly titleMarks: readonly Piece[];
  /** The part of the text that has most of what was looked for. */
  readonly snippet: readonly Piece[];
  readonly tags: readonly Tag[];
  readonly deleted: boolean;
  /** Milliseconds since 1970. */
  readonly modifiedAt: number;
}

/** The best hits, and how many there are. */
export interface SearchResult {
  readonly hits: readonly SearchHit[];
  /** How many pages were found, at most 1,000. */
  readonly total: number;
  /** Whether there are more than `total`. */
  readonly isMore: boolean;
  /** What may have been meant where little was found. */
  readonly suggestion?: string;
}

// Of more pages than this, the newest are ranked; a word that so many have tells little of any of them.
const MAX_RANKED = 1_000;
const MAX_TITLES = 200;

/**
 * Pages that have what was looked for: first the one whose title it is, then those with all of it in their titles, then
 * the others by rank.
 */
export async function search(
  sql: ProjectionSession,
  visibility: Visibility,
  request: SearchRequest,
): Promise<SearchResult> {
  const limit = toLimit(request.limit, 20);
  const offset = Math.min(Math.max(0, Math.trunc(request.offset ?? 0)), MAX_RANKED);
  const searchFor = (text: string) => {
    const parsed = parseSearch(text);
    return new Search(sql, visibility, { ...request, query: request.titleOnly ? inTitles(parsed) : parsed });
  };
  const search = searchFor(request.text);
  const ranked = await search.rank(offset + limit);
  const hits = await search.show(ranked.slice(offset, offset + limit));
  const total = hits.length === 0 && offset === 0 ? 0 : await search.count();
  const result = { hits, total: Math.min(total, MAX_RANKED), isMore: total > MAX_RANKED };
  if (total >= LITTLE || offset > 0) return result;
  const suggestion = await suggestSearch(sql, request.text, (text) => searchFor(text).count(ENOUGH));
  return suggestion === undefined ? result : { ...result, suggestion };
}

class Search {
  readonly #sql: ProjectionSession;
  readonly #visibility: Visibility;
  readonly #request: SearchRequest & { readonly query: SearchQuery };

  constructor(
    sql: ProjectionSession,
    visibility: Visibility,
    request: SearchRequest & { readonly query: SearchQuery },
  ) {
    this.#sql = sql;
    this.#visibility = visibility;
    this.#request = request;
  }

  /** The ids of the best pages, in order. */
  async rank(most: number): Promise<readonly string[]> {
    const { query } = this.#request;
    if (query.all.length === 0 && query.title.length === 0) return this.#listTagged(most);
    const titled = await this.#find(inTitles(query), Math.min(most, MAX_TITLES));
    if (query.all.length === 0 || titled.length >= most) return titled;
    const known = new Set(titled);
    const found = await this.#find(query, most);
    return [...titled, ...found.filter((pageId) => !known.has(pageId))].slice(0, most);
  }

  async #find(query: SearchQuery, most: number): Promise<readonly string[]> {
    const parameters: SqlValue[] = [];
    const put = (value: SqlValue) => `$${parameters.push(value)}`;
    const { from, where, rank, order } = indexOf(this.#sql).match(this.#sql, query, put);
    const rows = await this.#sql.query<{ readonly page_id: string }>(
      `select page_id from (
         select d.page_id, d.title_key, ${rank} as place from ${from} where ${[where, ...this.#filters(put)].join(" and ")}
         ${order} limit ${MAX_RANKED}
       ) candidate
       order by (title_key = ${put(query.exactTitle)}) desc, place, title_key, page_id limit ${put(most)}`,
      parameters,
    );
    return rows.map(({ page_id }) => page_id);
  }

  /** Where no word is looked for, tags alone may be. */
  async #listTagged(most: number): Promise<readonly string[]> {
    const parameters: SqlValue[] = [];
    const put = (value: SqlValue) => `$${parameters.push(value)}`;
    if (this.#tags.length === 0) return [];
    const rows = await this.#sql.query<{ readonly page_id: string }>(
      `select d.page_id from ${this.#sql.table("doc")} d where ${this.#filters(put).join(" and ")}
       order by d.title_key, d.page_id limit ${put(most)}`,
      parameters,
    );
    return rows.map(({ page_id }) => page_id);
  }

  /** How many there are; one more than are ranked, or than `most`, stands for all above. */
  async count(most = MAX_RANKED): Promise<number> {
    const { query } = this.#request;
    const parameters: SqlValue[] = [];
    const put = (value: SqlValue) => `$${parameters.push(value)}`;
    const isMatch = query.all.length > 0 || query.title.length > 0;
    const match = isMatch ? indexOf(this.#sql).match(this.#sql, query, put) : undefined;
    const conditions = [...(match ? [match.where] : []), ...this.#filters(put)];
    const [row] = await this.#sql.query<{ readonly count: number }>(
      `select count(*) as count from (
         select 1 from ${match?.from ?? `${this.#sql.table("doc")} d`} where ${conditions.join(" and ")} limit ${most + 1}
       ) found`,
      parameters,
    );
    return row?.count ?? 0;
  }

  async show(pageIds: readonly string[]): Promise<readonly SearchHit[]> {
    if (pageIds.length === 0) return [];
    const words = wordsToMark(this.#request.query);
    type Row = Omit<SearchHit, "tags" | "deleted"> & {
      readonly text: string;
      readonly tags: string;
      readonly deleted: number;
    };
    const rows = await this.#sql.query<Row>(
      `select page_id as "pageId", slug, title, tags, deleted, modified_at as "modifiedAt", text
       from ${this.#sql.table("doc")} where page_id in ${listed(this.#sql)} ${this.#visibility.deleted ? "" : "and deleted = 0"}`,
      [JSON.stringify(pageIds)],
    );
    const byId = new Map(rows.map((row) => [row.pageId as string, row]));
    return pageIds.flatMap((pageId) => {
      const row = byId.get(pageId);
      if (!row) return [];
      const { text, tags, deleted, ...page } = row;
      return {
        ...page,
        // Written by the projection.
        tags: JSON.parse(tags) as readonly Tag[],
        deleted: deleted === 1,
        titleMarks: markText(row.title, words),
        snippet: snippetOf(text, words),
      };
    });
  }

  get #tags(): readonly string[] {
    const { tag, query } = this.#request;
    return tag === undefined ? query.tags : [...query.tags, toText(tag)];
  }

  #filters(put: (value: SqlValue) => string): readonly string[] {
    const { author, query } = this.#request;
    const tagged = (tag: string) =>
      `exists (select 1 from ${this.#sql.table("doc_tag")} t where t.tag = ${put(tag)} and t.page_id = d.page_id)`;
    return [
      this.#visibility.deleted ? "true" : "d.deleted = 0",
      ...this.#tags.map(tagged),
      ...query.notTags.map((tag) => `not ${tagged(tag)}`),
      ...(author === undefined
        ? []
        : [
            `exists (select 1 from ${this.#sql.table("author")} a where a.user_id = ${put(author)} and a.page_id = d.page_id)`,
          ]),
    ];
  }
}
