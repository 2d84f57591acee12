import { listed } from "../rows.ts";
import type { SearchIndex } from "./search-index.ts";
import type { SearchQuery, Term } from "./search-query.ts";

/**
 * SQLite's FTS5. It keeps no text of its own, and forgets a page by its number alone. The tokens are ours, parted by
 * spaces: the tokenizer for ASCII takes all that is not as parts of words.
 */
export const fts5Index: SearchIndex = {
  create: async (sql, columns) => {
    await sql.query(`create table ${sql.table("doc")} (id integer primary key, ${columns})`);
    await sql.query(
      `create virtual table ${sql.table("word")}
       using fts5 (title, tags, body, content = '', contentless_delete = 1, tokenize = 'ascii')`,
    );
  },
  write: async (sql, pages) => {
    const rows = await sql.query<{ readonly id: number; readonly page_id: string }>(
      `select id, page_id from ${sql.table("doc")} where page_id in ${listed(sql)}`,
      [JSON.stringify(pages.map(({ pageId }) => pageId))],
    );
    const ids = new Map(rows.map(({ id, page_id }) => [page_id, id]));
    for (const { pageId, title, tags, text } of pages) {
      await sql.query(
        `insert or replace into ${sql.table("word")} (rowid, title, tags, body) values ($1, $2, $3, $4)`,
        [ids.get(pageId) ?? null, title.join(" "), tags.join(" "), text.join(" ")],
      );
    }
  },
  match: (sql, query, put) => {
    const word = sql.table("word");
    return {
      from: `${word} join ${sql.table("doc")} d on d.id = ${word}.rowid`,
      where: `${word} match ${put(toMatch(query))}`,
      rank: `bm25(${word}, 20, 8, 1)`,
      order: `order by ${word}.rowid desc`,
    };
  },
};

function toMatch({ all, title, none }: SearchQuery): string {
  const wanted = [...all.map(toPhrase), ...title.map((term) => `title : ${toPhrase(term)}`)].join(" AND ");
  return none.length === 0 ? wanted : `(${wanted}) NOT (${none.map(toPhrase).join(" OR ")})`;
}

// Tokens are letters and digits: nothing in them ends the quotation.
function toPhrase({ tokens, prefix }: Term): string {
  return `"${tokens.join(" ")}"${prefix ? " *" : ""}`;
}
