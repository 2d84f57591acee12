import type { ProjectionSession, SqlValue } from "@palimpsest/eventsourcing";
import type { SearchQuery } from "./search-query.ts";

/** What is indexed of a page. */
export interface IndexedPage {
  readonly pageId: string;
  /** The tokens of each field. */
  readonly title: readonly string[];
  readonly tags: readonly string[];
  readonly text: readonly string[];
}

/** Where the words of a query stand, as parts of a statement in which the pages are called `d`. */
export interface Match {
  /** What follows `from`. */
  readonly from: string;
  readonly where: string;
  /** How well a page fits: less is better. */
  readonly rank: string;
  /** `order by …`: which pages are ranked where there are too many to rank them all; may be empty. */
  readonly order: string;
}

/** Full-text search as a database has it. Both are given the same tokens, so that they find the same pages. */
export interface SearchIndex {
  /** Makes the table `doc` with the columns given, and the index. */
  create(sql: ProjectionSession, columns: string): Promise<unknown>;
  /** Indexes pages whose rows stand in `doc`, anew where they were indexed before. */
  write(sql: ProjectionSession, pages: readonly IndexedPage[]): Promise<unknown>;
  /** `put` takes a value and answers the name of its parameter. The query has a word to look for. */
  match(sql: ProjectionSession, query: SearchQuery, put: (value: SqlValue) => string): Match;
}
