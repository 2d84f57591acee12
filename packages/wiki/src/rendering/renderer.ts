import { hash } from "node:crypto";
import type { Worker } from "node:worker_threads";
import { CodedError } from "@palimpsest/eventsourcing";
import { type LinkRenaming, renameLinks } from "../markup/rename-links.ts";
import type { RenderedPage } from "../markup/rendered-page.ts";
import { CHEAP, costOf } from "./cost.ts";
import { FairQueue } from "./fair-queue.ts";
import { GuardedWorker, type ThreadLimits, TooCostlyError } from "./guarded-worker.ts";
import { digestOf, type PageText, type References } from "./page-text.ts";
import { ParsedPages } from "./parsed-pages.ts";
import type { Answer, Request } from "./renderer-protocol.ts";
import { renderText, type WikiFacts } from "./wiki-facts.ts";

/** How a renderer works. */
export interface RendererOptions {
  /** Hears of threads that end by themselves. */
  readonly onWarning: (warning: Error) => void;
  readonly limits?: Partial<ThreadLimits>;
  /** Default starts the one of this package. */
  readonly startThread?: (limits: ThreadLimits) => Worker;
  /** In milliseconds: what is rendered here, on the thread that calls. */
  readonly cheap?: number;
}

/** Whose turn an expensive text takes, and how long it may take, in milliseconds. */
export interface Turn {
  readonly owner: string;
  readonly cost: number;
}

/** More texts wait to be formatted than will be in time. */
class RendererBusyError extends CodedError {
  readonly code = "RENDERER_BUSY";
  /** Seconds. */
  readonly retryAfter = 5;

  constructor() {
    super("too many texts wait to be formatted; try again later");
  }
}

// The worst text of full length that is known takes a second, and what it is parsed to 70 MB.
const LIMITS: ThreadLimits = { cost: 5_000, idle: 60_000, memory: 256 };
// In UTF-16 units of text. What is parsed takes some twenty bytes for each.
const PARSED_UNITS = 2 ** 18;
// So many texts are remembered that cost too much: a hundred bytes each.
const MAX_COSTLY = 10_000;
// A minute's work and more, where they are all hostile.
const MAX_WAITING = 100;
// Whoever brings many is refused before others are.
const MAX_OF_ONE = MAX_WAITING / 2;
// A text that takes this long, in milliseconds, may be overtaken by one more of its owner's than a text that takes none.
const OVERTAKEN_AFTER = 20;

interface Waiting {
  run(): Promise<void>;
}

/**
 * Renders texts: what is cheap at once, on the thread that calls; what may not be on a thread of its own, one after
 * the other and within limits, so that no text holds up those who do not ask for it. Reasons: ADR 20.
 */
export class Renderer {
  readonly cheap: number;
  readonly #parsed = new ParsedPages(PARSED_UNITS);
  readonly #worker: GuardedWorker;
  readonly #onWarning: (warning: Error) => void;
  readonly #waiting = new FairQueue<Waiting>();
  readonly #underWay = new Map<string, Promise<Answer<Request>>>();
  readonly #costly = new Set<string>();
  #isRunning = false;

  constructor({ onWarning, limits, startThread, cheap = CHEAP }: RendererOptions) {
    this.#onWarning = onWarning;
    this.cheap = cheap;
    this.#worker = new GuardedWorker({ ...LIMITS, ...limits }, startThread);
  }

  /** See `renameLinks`. A text that costs too much stays as it is: the old slug leads on. */
  async renameLinks(text: string, renaming: LinkRenaming): Promise<string> {
    // It is parsed three times, or four.
    const cost = 4 * costOf(text);
    if (cost <= this.cheap) return renameLinks(text, renaming);
    const { from, to, slug, newSlug } = renaming;
    const key = `rename ${hash("sha256", JSON.stringify([text, [...from], to, slug, newSlug]), "base64")}`;
    try {
      return await this.#ask({ kind: "rename", text, renaming }, { owner: "renaming", cost, key, asked: key });
    } catch (error) {
      if (error instanceof TooCostlyError) return text;
      throw error;
    }
  }

  readHere(page: PageText): References {
    return this.#parsed.get(page);
  }

  renderHere(page: PageText, facts: WikiFacts): RenderedPage {
    return renderText(page, facts, this.#parsed);
  }

  /** Rejects with `TooCostlyError`, `RendererBusyError`. */
  readThere(pages: readonly PageText[], { owner, cost }: Turn): Promise<readonly References[]> {
    const key = keyOfAll(pages);
    return this.#ask({ kind: "read", pages }, { owner, cost, key, asked: `read ${key}` });
  }

  /** Rejects with `TooCostlyError`, `RendererBusyError`. */
  renderThere(page: PageText, facts: WikiFacts, { owner, cost }: Turn): Promise<RenderedPage> {
    const key = keyOfAll([page, ...facts.included.values()]);
    // The same text can look different tomorrow, but costs the same.
    const { existing, attachments, urls, sourceUrl } = facts;
    const seen = hash("sha256", JSON.stringify([[...existing], [...attachments], [...urls], sourceUrl]), "base64");
    return this.#ask({ kind: "render", page, facts }, { owner, cost, key, asked: `render ${key} ${seen}` });
  }

  /** Ends the thread; whoever waits for it is refused. */
  async close(): Promise<void> {
    await this.#worker.close();
  }

  /** `key` names the text, `asked` what is asked of it: whoever asks the same meanwhile gets the same answer. */
  #ask<R extends Request>(
    request: R,
    { owner, cost, key, asked }: Turn & { readonly key: string; readonly asked: string },
  ): Promise<Answer<R>> {
    const known = this.#underWay.get(asked);
    if (known !== undefined) return known as Promise<Answer<R>>;
    if (this.#costly.has(key)) return Promise.reject(new TooCostlyError("as it did before"));
    // Who has waited until a text was read is not refused then, and to rename links in some pages alone is worse than to wait.
    const isFull = this.#waiting.size >= MAX_WAITING || this.#waiting.sizeOf(owner) >= MAX_OF_ONE;
    if (isFull && request.kind === "read") return Promise.reject(new RendererBusyError());
    const answer = new Promise<Answer<R>>((resolve, reject) => {
      const run = () => this.#worker.ask(request).then(resolve, reject);
      this.#waiting.push(owner, { run }, cost / OVERTAKEN_AFTER);
    });
    this.#underWay.set(asked, answer);
    answer
      .catch((error: Error) => {
        if (error instanceof TooCostlyError) this.#remember(key);
        if (!this.#worker.isClosed) this.#onWarning(error);
      })
      .finally(() => this.#underWay.delete(asked));
    void this.#work();
    return answer;
  }

  async #work(): Promise<void> {
    if (this.#isRunning) return;
    this.#isRunning = true;
    for (let next = this.#waiting.shift(); next; next = this.#waiting.shift()) await next.run();
    this.#isRunning = false;
  }

  #remember(key: string): void {
    this.#costly.add(key);
    const [oldest] = this.#costly;
    if (this.#costly.size > MAX_COSTLY && oldest !== undefined) this.#costly.delete(oldest);
  }
}

function keyOfAll(pages: readonly PageText[]): string {
  return hash("sha256", pages.map(digestOf).join(" "), "base64");
}
