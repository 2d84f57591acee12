import type { DatabaseSync, StatementSync } from "node:sqlite";
import type { Uuid } from "../../domain/uuid.ts";
import { firstColumn, prepareArray } from "./sqlite-statements.ts";

// Of a hundred bytes each.
const MAX_KNOWN = 10_000;
// Where more has been recorded at once, it is dearer to read it than to ask anew.
const MAX_NEWS = 1_000;

/**
 * The end of the log, and the last versions of the originators that were read. SQLite tells in two microseconds that nobody
 * has written since; where somebody has, also this process, what is new is read once for all originators.
 */
export class SqliteLastVersions {
  readonly #dataVersion: StatementSync;
  readonly #news: StatementSync;
  readonly #end: StatementSync;
  readonly #known = new Map<Uuid, number>();
  #seenVersion: number | undefined;
  #head: number;

  constructor(db: DatabaseSync) {
    this.#dataVersion = prepareArray(db, "pragma data_version");
    this.#news = prepareArray(
      db,
      "select position, originator_id, originator_version from event where position > ? order by position limit ?",
    );
    this.#end = prepareArray(db, "select max(position) from event");
    this.#seenVersion = firstColumn(this.#dataVersion);
    this.#head = firstColumn(this.#end) ?? 0;
  }

  /** The last position; 0 where the log is empty. */
  get head(): number {
    this.#look();
    return this.#head;
  }

  /** The last version of an originator; undefined where it is not known. */
  of(originatorId: Uuid): number | undefined {
    this.#look();
    return this.#known.get(originatorId);
  }

  /** To be told what was just read to be the last version of an originator. */
  note(originatorId: Uuid, version: number): void {
    if (this.#known.size >= MAX_KNOWN) this.#known.clear();
    this.#known.set(originatorId, version);
  }

  #look(): void {
    // Asked first: what is written between the two readings is read now, and looked for once more.
    const dataVersion = firstColumn(this.#dataVersion);
    if (dataVersion === this.#seenVersion) return;
    const news = this.#news.all(this.#head, MAX_NEWS);
    if (news.length === 0 || news.length === MAX_NEWS) this.#lookAnew();
    else for (const row of news) this.#learn(row as unknown as readonly [number, Uuid, number]);
    this.#seenVersion = dataVersion;
  }

  /** Where something was written that is no event, the end of the log has not moved. */
  #lookAnew(): void {
    const head = firstColumn(this.#end) ?? 0;
    if (head !== this.#head) this.#known.clear();
    this.#head = head;
  }

  #learn([position, originatorId, version]: readonly [number, Uuid, number]): void {
    if (this.#known.has(originatorId)) this.#known.set(originatorId, version);
    this.#head = position;
  }
}
