import type { RecordedEvent } from "@palimpsest/eventsourcing";
import type { Slug } from "../domain/slug.ts";
import type { ReadModelName } from "../read-models/read-models.ts";
import { AnswerCache, type KeptAnswer, type KeptLinks } from "./answer-cache.ts";
import { AnswerFence } from "./answer-fence.ts";
import type { KeepableBody, Keeping, MadeOf } from "./keeping.ts";
import { seenPosition } from "./seen-position.ts";

/** What tells whether an answer that is kept is still right. */
export interface Currency {
  readonly epoch: string;
  /** Up to where all events have been heard of; -1 while none is heard of at all. */
  readonly position: () => number;
  /** Is told that read models are about to be read. */
  readonly expect: (position: number) => void;
  /** Resolves with whether a read model shows all that was recorded up to a position. */
  readonly showsUpTo: (model: ReadModelName, position: number) => Promise<boolean>;
  /** How many links lead to a page, as of a position of the log; undefined where that cannot be known now. */
  readonly countLinks: (slug: Slug, position: number) => Promise<number | undefined>;
  /** See `WikiAccess.namesVersion`. */
  readonly namesVersion: () => number;
  /** Milliseconds since 1970. */
  readonly clock: () => number;
}

// Any event at all, for what is made of the whole log.
const LOG = "log";
// What pages, addresses and files there are, and what they are called.
const STRUCTURE = "structure";
const STRUCTURAL = new Set([
  "Page.Created",
  "Page.TitleUpdated",
  "Page.SlugUpdated",
  "Page.Deleted",
  "Page.Restored",
  "Index.Created",
  "Index.PageUpdated",
  "Attachment.Created",
  "Attachment.Deleted",
  "Attachment.Restored",
]);
// In milliseconds: so long lives what nobody hears of: a read model that was made anew to mend it, a person that was added.
const MAX_AGE = 600_000;
// In milliseconds. So old may the number be that a page tells of links which others made elsewhere.
const RECOUNT_AFTER = 1_000;

/** Keeps answers, each until an event of the log, a name or the time may have changed it. Reasons: ADR 21. */
export class AnswerKeeper {
  readonly #cache: AnswerCache;
  readonly #currency: Currency;
  #linksChangedAt = 0;
  #savedHere = 0;

  constructor(maxBytes: number, currency: Currency) {
    this.#cache = new AnswerCache(maxBytes);
    this.#currency = currency;
  }

  get bytes(): number {
    return this.#cache.bytes;
  }

  /** To be told of each event, in order. */
  readonly onEvent = ({ topic, originatorId, position }: RecordedEvent): void => {
    this.#cache.changed(LOG, position);
    this.#cache.changed(originatorId, position);
    if (STRUCTURAL.has(topic)) this.#cache.changed(STRUCTURE, position);
    if (topic === "Page.BodyUpdated") this.#linksChangedAt = position;
  };

  /** To be told where a change was saved by this server: nothing older is sent from then on. */
  saved(position: number): void {
    this.#savedHere = Math.max(this.#savedHere, position);
  }

  /** Begins an answer that is to be kept, from read models behind its fence; undefined while nothing is heard of the log. */
  begin({ key, route }: Pick<Keeping, "key" | "route">): Keeping | undefined {
    const position = this.#currency.position();
    if (position < 0) return undefined;
    this.#currency.expect(position);
    const fence = new AnswerFence((model) => this.#currency.showsUpTo(model, position));
    return { key, route, position, namesVersion: this.#currency.namesVersion(), fence };
  }

  /** Keeps an answer; its fence held. */
  keep({ key, route, position, namesVersion }: Keeping, { etag, type, body, madeOf, moment }: KeepableBody): void {
    const answer = {
      ...{ etag, type, body, route },
      subjects: subjectsOf(madeOf),
      until: Math.min(moment.holdsUntil, moment.at + MAX_AGE),
      namesVersion,
      ...(madeOf?.links ? { links: { ...madeOf.links, knownUpTo: position, countedAt: performance.now() } } : {}),
    };
    this.#cache.put(key, answer, position);
  }

  /** The answer that is kept under a key, if it is right for whoever sends these cookies. */
  find(key: string, cookies: string | null | undefined): KeptAnswer | undefined {
    const seen = seenPosition(cookies, this.#currency.epoch);
    const answer = this.#current(key, seen);
    if (!answer?.links || answer.links.knownUpTo >= this.#linksChangedAt) return answer;
    // Whoever has just made such a link finds it counted; for the others it is counted while they read.
    if (seen > answer.links.knownUpTo) return undefined;
    if (performance.now() - answer.links.countedAt > RECOUNT_AFTER) void this.#recount(key, answer, answer.links);
    return answer;
  }

  /** The same, where the links have to be counted first that an answer tells of. */
  async recheck(key: string, cookies: string | undefined): Promise<KeptAnswer | undefined> {
    const answer = this.#current(key, seenPosition(cookies, this.#currency.epoch));
    if (!answer?.links) return answer;
    return (await this.#recount(key, answer, answer.links)) ? answer : undefined;
  }

  #current(key: string, seen: number): KeptAnswer | undefined {
    const answer = this.#cache.get(key);
    const { position, namesVersion, clock } = this.#currency;
    if (!answer || position() < Math.max(this.#savedHere, seen)) return undefined;
    if (answer.until > clock() && answer.namesVersion === namesVersion()) return answer;
    this.#cache.remove(key);
    return undefined;
  }

  /** Whether an answer tells how many links lead to a page; it is kept no longer where it does not. */
  async #recount(key: string, answer: KeptAnswer, links: KeptLinks): Promise<boolean> {
    links.countedAt = performance.now();
    const position = this.#currency.position();
    const count = await this.#currency.countLinks(links.slug, position);
    // Meanwhile the page itself may have changed.
    if (this.#cache.get(key) !== answer || count === undefined) return false;
    if (count !== links.count) {
      this.#cache.remove(key);
      return false;
    }
    links.knownUpTo = Math.max(links.knownUpTo, position);
    return true;
  }
}

function subjectsOf(madeOf: MadeOf | undefined): ReadonlySet<string> {
  if (madeOf === undefined) return new Set([LOG]);
  return new Set([...madeOf.aggregates, ...(madeOf.structure ? [STRUCTURE] : [])]);
}
