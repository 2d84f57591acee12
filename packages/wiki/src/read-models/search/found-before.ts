import type { ProjectionSession } from "@palimpsest/eventsourcing";
import { BoundedCache } from "../bounded-cache.ts";
import type { Visibility } from "../visibility.ts";
import { type SearchRequest, type SearchResult, search } from "./search-queries.ts";

const MAX_RESULTS = 200;
// Of a hundred hits a result is 50 kB.
const MAX_HITS = 50;

/** Answers a search that was just made without making it again, as long as no page has changed since. */
export class FoundBefore {
  readonly #results = new BoundedCache<SearchResult>(MAX_RESULTS);

  async search(sql: ProjectionSession, visibility: Visibility, request: SearchRequest): Promise<SearchResult> {
    const [place] = await sql.query<{ readonly position: number }>(`select position from ${sql.table("place")}`);
    // The table's name tells rows that were made anew from those before.
    const key = JSON.stringify([sql.table("place"), place?.position ?? 0, visibility, request]);
    const known = this.#results.get(key);
    if (known) return known;
    // Read after the place: what is kept under it may be newer, never older.
    const result = await search(sql, visibility, request);
    if (result.hits.length <= MAX_HITS && key.length <= MAX_KEY_UNITS) this.#results.keep(key, result);
    return result;
  }
}

const MAX_KEY_UNITS = 1_000;
