import {
  type Application,
  isUuid,
  type Metadata,
  type Receipt,
  retryOnConflict,
  StoreError,
  toUuid,
  type Uuid,
} from "@palimpsest/eventsourcing";
import { Page, type PageAggregate } from "../domain/page.ts";
import { PageNotFoundError } from "../domain/page-errors.ts";
import type { PageId } from "../domain/page-id.ts";
import type { Summary } from "../domain/page-text.ts";
import type { Slug } from "../domain/slug.ts";
import { SlugIndex, type SlugIndexAggregate } from "../domain/slug-index.ts";
import { Lanes } from "./lanes.ts";
import { PageBatch } from "./page-batch.ts";

/** What is recorded with a command beside its events. */
export interface CommandContext {
  readonly summary?: Summary | undefined;
  readonly idempotencyKey?: string | undefined;
  /** The version that a page was taken back to. */
  readonly revertedTo?: number | undefined;
  /** What several saves have in common that belong to one change. */
  readonly changeId?: Uuid | undefined;
  /** Where it was done at first, for what is imported. */
  readonly source?: Metadata | undefined;
  /** When it was done, in milliseconds since 1970, for history that is replayed; default now. */
  readonly recordedAt?: number | undefined;
}

/** Changes pages of a batch, and answers the one that it is about. */
export type Command = (pages: PageBatch) => Promise<PageAggregate>;

/** What became of a command: `receipt` alone where it had been recorded before. */
export type CommandOutcome<T> =
  | { readonly receipt: Receipt; readonly answer?: undefined }
  | { readonly receipt: Receipt | undefined; readonly answer: T };

// How often a page is looked for that moves between two readings.
const MAX_ATTEMPTS = 100;

/** Finds pages by their slugs, and saves what commands make of them. */
export class PageRepository {
  readonly #events: Application;
  readonly #lanes = new Lanes();

  constructor(events: Application) {
    this.#events = events;
  }

  get(pageId: PageId): Promise<PageAggregate> {
    return this.#events.repository.get(Page, pageId);
  }

  /** The page that has a slug now. Rejects with `PageNotFoundError`, which says where the page has moved to. */
  async getBySlug(slug: Slug): Promise<PageAggregate> {
    for (let attempt = 1; ; attempt++) {
      const index = await this.getIndex(slug);
      const page = await this.get(index.state.lastPageId);
      const { deleted, slug: current } = page.state;
      const isHere = current === slug && !deleted;
      // Where the two do not agree, the page was renamed, deleted or restored between the readings. A command that went
      // on with such a page would free the slug that it had, not the one that it has.
      if (isHere !== (index.state.pageId !== null) && attempt < MAX_ATTEMPTS) continue;
      if (isHere) return page;
      throw new PageNotFoundError(slug, deleted ? undefined : current);
    }
  }

  /** The error that tells an editor where the page is that had a slug when the edit began. */
  async movedFrom(slug: Slug, pageId: string): Promise<PageNotFoundError> {
    const page = isUuid(pageId) ? await this.#events.repository.find(Page, pageId) : undefined;
    return new PageNotFoundError(slug, page && !page.state.deleted ? page.state.slug : undefined);
  }

  /** The page that was deleted last of those that had a slug when they were; undefined where there is none. */
  async findDeleted(slug: Slug): Promise<PageAggregate | undefined> {
    const events = await this.#events.repository.history(SlugIndex, SlugIndex.idOf({ slug }), { descending: true });
    const pageIds = events.flatMap(({ data: { pageId } }) => pageId ?? []);
    const pages = await this.#events.repository.getMany(Page, pageIds);
    return [...pages.values()].find(({ state }) => state.deleted && state.slug === slug);
  }

  /** The page that has a slug now, or had it last. Rejects with `PageNotFoundError` where no page ever had it. */
  async getLast(slug: Slug): Promise<PageAggregate> {
    return this.get((await this.getIndex(slug)).state.lastPageId);
  }

  async getIndex(slug: Slug): Promise<SlugIndexAggregate> {
    const index = await this.findIndex(slug);
    if (!index) throw new PageNotFoundError(slug);
    return index;
  }

  findIndex(slug: Slug): Promise<SlugIndexAggregate | undefined> {
    return this.#events.repository.find(SlugIndex, SlugIndex.idOf({ slug }));
  }

  /**
   * Runs a command, which loads what it needs, decides and changes pages; saves all of them, and where another writer was
   * faster runs the command anew. Commands on one slug run one after the other. A command whose idempotency key is
   * recorded already does not run. Answers the page that the command is about.
   */
  execute(slug: Slug, context: CommandContext, command: Command): Promise<PageAggregate> {
    return this.#lanes.run(slug, async () => {
      const { receipt, answer } = await this.run(context, command);
      return answer ?? this.#pageOf(receipt);
    });
  }

  /**
   * Runs a command as `execute` does, whatever it answers, and answers the receipt too, which is undefined where nothing
   * was changed. There is no answer of a command that was recorded before.
   */
  run<T>(context: CommandContext, command: (pages: PageBatch) => Promise<T>): Promise<CommandOutcome<T>> {
    // Commands on one page wait for each other here, so that only those of other nodes can be faster.
    return retryOnConflict(() => this.#runOnce(context, command));
  }

  async #runOnce<T>(context: CommandContext, command: (pages: PageBatch) => Promise<T>): Promise<CommandOutcome<T>> {
    const before = await this.#findReceipt(context);
    if (before) return { receipt: before };
    try {
      const pages = new PageBatch(this.#events);
      const answer = await command(pages);
      const receipt = await this.#save(context, pages);
      // A command with the same key was faster: what is in hand was not recorded.
      return receipt?.repeated ? { receipt } : { receipt, answer };
    } catch (error) {
      // The same command, sent twice, may be what stands in its own way: its slug is taken, its page is gone.
      const recorded = error instanceof StoreError ? undefined : await this.#findReceipt(context);
      if (recorded) return { receipt: recorded };
      throw error;
    }
  }

  async #save(context: CommandContext, pages: PageBatch): Promise<Receipt | undefined> {
    const { idempotencyKey, recordedAt, ...said } = context;
    const metadata = Object.fromEntries(Object.entries(said).filter(([, value]) => value !== undefined));
    return this.#events.saveWith(
      {
        metadata,
        ...(idempotencyKey === undefined ? {} : { idempotencyKey }),
        ...(recordedAt === undefined ? {} : { recordedAt }),
      },
      ...(await pages.settle()),
    );
  }

  async #findReceipt({ idempotencyKey }: CommandContext): Promise<Receipt | undefined> {
    return idempotencyKey === undefined ? undefined : this.#events.findReceipt(idempotencyKey);
  }

  /** The page of a command that was recorded before, as it is now: a page is the first thing that a command saves. */
  async #pageOf({ firstPosition }: Receipt): Promise<PageAggregate> {
    const [event] = await this.#events.recorder.readLog({ start: firstPosition, limit: 1 });
    return this.#events.repository.get(Page, toUuid(String(event?.originatorId)));
  }
}
