import type { Uuid } from "@palimpsest/eventsourcing";
import type { Slug } from "../domain/slug.ts";

/** An answer that is sent again as it is, and what it was made of. */
export interface CachedAnswer {
  readonly etag: string;
  readonly body: Encoded;
  /** The aggregates whose events change it: pages, and the indexes of the slugs that it links to. */
  readonly dependsOn: ReadonlySet<Uuid>;
  /** The page, how many links to it are told of, and the position up to which that is known to be right; -1 for none. */
  readonly slug: Slug;
  readonly backlinks: number;
  linksKnownUpTo: number;
  /** When they were counted last, by `performance.now`. */
  linksCountedAt: number;
}

/** A body in the encodings that browsers take. */
export interface Encoded {
  readonly identity: Buffer;
  readonly gzip: Buffer;
  readonly br: Buffer;
}

// What was changed lately, so that an answer that was being made meanwhile is not kept.
const REMEMBERED_CHANGES = 1_000;

/** Answers by their addresses, the ones used last, up to a number of bytes; each until one of its aggregates changes. */
export class PageCache {
  readonly #maxBytes: number;
  readonly #answers = new Map<string, CachedAnswer>();
  readonly #dependents = new Map<Uuid, Set<string>>();
  readonly #changes: { readonly position: number; readonly id: Uuid }[] = [];
  /** Nothing made before this position is kept. */
  #trustedFrom = 0;
  #bytes = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  get(key: string): CachedAnswer | undefined {
    const answer = this.#answers.get(key);
    if (!answer) return undefined;
    this.#answers.delete(key);
    this.#answers.set(key, answer);
    return answer;
  }

  /** Keeps an answer that was begun to be made at a position, unless what it was made of has changed since. */
  put(key: string, answer: CachedAnswer, madeAt: number): void {
    if (madeAt < this.#trustedFrom) return;
    if (this.#changes.some(({ position, id }) => position > madeAt && answer.dependsOn.has(id))) return;
    this.#remove(key);
    this.#answers.set(key, answer);
    this.#bytes += sizeOf(key, answer);
    for (const id of answer.dependsOn) {
      const keys = this.#dependents.get(id) ?? new Set();
      this.#dependents.set(id, keys.add(key));
    }
    for (const oldest of this.#answers.keys()) {
      if (this.#bytes <= this.#maxBytes) break;
      this.#remove(oldest);
    }
  }

  /** Forgets an answer, where it is still the one that is kept. */
  drop(key: string, answer: CachedAnswer): void {
    if (this.#answers.get(key) === answer) this.#remove(key);
  }

  /** An aggregate has changed at a position. */
  changed(id: Uuid, position: number): void {
    this.#changes.push({ position, id });
    if (this.#changes.length > REMEMBERED_CHANGES) this.#trustedFrom = this.#changes.shift()?.position ?? position;
    for (const key of [...(this.#dependents.get(id) ?? [])]) this.#remove(key);
  }

  clear(position: number): void {
    this.#trustedFrom = position;
    this.#answers.clear();
    this.#dependents.clear();
    this.#bytes = 0;
  }

  #remove(key: string): void {
    const answer = this.#answers.get(key);
    if (!answer) return;
    this.#answers.delete(key);
    this.#bytes -= sizeOf(key, answer);
    for (const id of answer.dependsOn) {
      const keys = this.#dependents.get(id);
      keys?.delete(key);
      if (keys?.size === 0) this.#dependents.delete(id);
    }
  }
}

// For the maps, and the objects around the bytes.
const OVERHEAD = 1_000;

function sizeOf(key: string, { body, dependsOn }: CachedAnswer): number {
  const bytes = body.identity.length + body.gzip.length + body.br.length;
  return bytes + 2 * key.length + 100 * dependsOn.size + OVERHEAD;
}
