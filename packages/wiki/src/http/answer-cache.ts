import type { Slug } from "../domain/slug.ts";
import type { EncodedBody } from "./encoded-body.ts";

/** An answer that is sent again as it is, and what it was made of. */
export interface KeptAnswer {
  readonly etag: string;
  readonly type: string;
  readonly body: EncodedBody;
  /** The pattern of the address that it is at. */
  readonly route: string;
  /** What changes it: aggregates by their ids, and what `answer-keeper` names of the log. */
  readonly subjects: ReadonlySet<string>;
  /** From when on it says something wrong of the time; in milliseconds since 1970. */
  readonly until: number;
  /** Which names people had; see `WikiAccess.namesVersion`. */
  readonly namesVersion: number;
  /** How many links to a page it tells of. */
  readonly links?: KeptLinks;
}

export interface KeptLinks {
  readonly slug: Slug;
  readonly count: number;
  /** The position up to which the number is known to be right. */
  knownUpTo: number;
  /** When they were counted last, by `performance.now`. */
  countedAt: number;
}

interface Entry {
  readonly answer: KeptAnswer;
  bytes: number;
}

// What was changed lately, so that an answer that was being made meanwhile is not kept.
const REMEMBERED_CHANGES = 1_000;
// One that is as long as all others together would leave none of them.
const MAX_PART = 1 / 8;

/** Answers by their keys, the ones used last, up to a number of bytes; each until one of its subjects changes. */
export class AnswerCache {
  readonly #maxBytes: number;
  readonly #entries = new Map<string, Entry>();
  readonly #dependents = new Map<string, Set<string>>();
  /** When each subject changed last, the latest at the end. */
  readonly #changes = new Map<string, number>();
  /** Nothing made before this position is kept. */
  #trustedFrom = 0;
  #bytes = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** What is in memory; never more than was allowed. */
  get bytes(): number {
    return this.#bytes;
  }

  get(key: string): KeptAnswer | undefined {
    const entry = this.#entries.get(key);
    if (!entry) return undefined;
    this.#entries.delete(key);
    this.#entries.set(key, entry);
    return entry.answer;
  }

  /** Keeps an answer that was begun to be made at a position, unless what it was made of has changed since. */
  put(key: string, answer: KeptAnswer, madeAt: number): void {
    if (madeAt < this.#trustedFrom) return;
    for (const subject of answer.subjects) if ((this.#changes.get(subject) ?? 0) > madeAt) return;
    const bytes = sizeOf(key, answer);
    if (bytes > this.#maxBytes * MAX_PART) return;
    this.remove(key);
    const entry = { answer, bytes };
    this.#entries.set(key, entry);
    this.#bytes += bytes;
    answer.body.onGrown = (grown) => {
      if (this.#entries.get(key) !== entry) return;
      entry.bytes += grown;
      this.#bytes += grown;
      this.#makeRoom();
    };
    for (const subject of answer.subjects) {
      const keys = this.#dependents.get(subject) ?? new Set();
      this.#dependents.set(subject, keys.add(key));
    }
    this.#makeRoom();
  }

  /** A subject has changed at a position. */
  changed(subject: string, position: number): void {
    this.#changes.delete(subject);
    this.#changes.set(subject, position);
    if (this.#changes.size > REMEMBERED_CHANGES) {
      const [oldest] = this.#changes;
      if (oldest) this.#changes.delete(oldest[0]);
      this.#trustedFrom = oldest?.[1] ?? position;
    }
    for (const key of [...(this.#dependents.get(subject) ?? [])]) this.remove(key);
  }

  remove(key: string): void {
    const entry = this.#entries.get(key);
    if (!entry) return;
    this.#entries.delete(key);
    this.#bytes -= entry.bytes;
    for (const subject of entry.answer.subjects) {
      const keys = this.#dependents.get(subject);
      keys?.delete(key);
      if (keys?.size === 0) this.#dependents.delete(subject);
    }
  }

  #makeRoom(): void {
    for (const oldest of this.#entries.keys()) {
      if (this.#bytes <= this.#maxBytes) return;
      this.remove(oldest);
    }
  }
}

// For the maps, and the objects around the bytes.
const OVERHEAD = 1_000;

function sizeOf(key: string, { body, subjects }: KeptAnswer): number {
  return body.bytes + 2 * key.length + 100 * subjects.size + OVERHEAD;
}
