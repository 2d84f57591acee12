import type { ProjectionSession } from "@palimpsest/eventsourcing";
import type { IndexedPage, SearchIndex } from "./search-index.ts";
import type { SearchQuery, Term } from "./search-query.ts";

/**
 * PostgreSQL's `tsvector`, made of our own tokens: its parser takes "1.6" for a number and "a/b" for a file. Titles have
 * weight A, tags B, texts D.
 */
export const tsvectorIndex: SearchIndex = {
  create: async (sql, columns) => {
    const doc = sql.table("doc");
    await sql.query(`create table ${doc} (${columns}, words tsvector)`);
    await sql.query(`create index ${sql.index("doc_words")} on ${doc} using gin (words)`);
    if (await hasTrigrams(sql)) {
      await sql.query(`create index ${sql.index("doc_trigrams")} on ${doc} using gin (title_key gin_trgm_ops)`);
    }
  },
  write: async (sql, pages) => {
    for (const page of pages) {
      await sql.query(`update ${sql.table("doc")} set words = $2::tsvector where page_id = $1`, [
        page.pageId,
        toVector(page),
      ]);
    }
  },
  match: (sql, query, put) => {
    const words = put(toQuery(query));
    return {
      from: `${sql.table("doc")} d`,
      where: `d.words @@ ${words}::tsquery`,
      // 1: a word counts for less in a long text.
      rank: `-ts_rank_cd('{0.1, 0.2, 0.4, 1}', d.words, ${words}::tsquery, 1)`,
      order: "",
    };
  },
};

async function hasTrigrams(sql: ProjectionSession): Promise<boolean> {
  const rows = await sql.query(
    "select 1 from pg_opclass where opcname = 'gin_trgm_ops' and pg_opclass_is_visible(oid)",
  );
  return rows.length > 0;
}

// As PostgreSQL has it: words beyond the last place all stand there; one of a vector has at most 256 places.
const LAST_PLACE = 16_383;
const MAX_PLACES = 256;
// PostgreSQL takes 1 MiB; beside a word and its places it may need 7 bytes for each word.
const MAX_BYTES = 900_000;

function toVector({ title, tags, text }: IndexedPage): string {
  const places = new Map<string, string[]>();
  let place = 0;
  let bytes = 0;
  for (const [tokens, weight] of [
    [title, "A"],
    [tags, "B"],
    [text, ""],
  ] as const) {
    for (const token of tokens) {
      place += 1;
      let known = places.get(token);
      if (known === undefined) {
        bytes += 3 * token.length + 7;
        if (bytes > MAX_BYTES) break;
        known = [];
        places.set(token, known);
      }
      if (known.length === MAX_PLACES || bytes > MAX_BYTES) continue;
      bytes += 2;
      known.push(`${Math.min(place, LAST_PLACE)}${weight}`);
    }
    // No phrase goes from one field into the next.
    place += 2;
  }
  return [...places].map(([token, at]) => `'${token}':${at.join(",")}`).join(" ");
}

function toQuery({ all, title, none }: SearchQuery): string {
  return [
    ...all.map((term) => toPhrase(term, "")),
    ...title.map((term) => toPhrase(term, "A")),
    ...none.map((term) => `!${toPhrase(term, "")}`),
  ].join(" & ");
}

// Tokens are letters and digits: nothing in them ends the quotation.
function toPhrase({ tokens, prefix }: Term, weight: string): string {
  const parts = tokens.map((token, i) => {
    const label = (prefix && i === tokens.length - 1 ? "*" : "") + weight;
    return `'${token}'${label === "" ? "" : `:${label}`}`;
  });
  return `(${parts.join(" <-> ")})`;
}
