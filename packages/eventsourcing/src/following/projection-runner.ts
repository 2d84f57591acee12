import { setTimeout as sleep } from "node:timers/promises";
import type { Application } from "../application/application.ts";
import type { NotificationLog } from "../application/notification-log.ts";
import { toListener } from "../application/warnings.ts";
import { ProgrammingError } from "../domain/errors.ts";
import { uuid7 } from "../domain/uuid.ts";
import { ChangeSignal } from "../persistence/change-signal.ts";
import { assertWhole } from "../persistence/ranges.ts";
import type { ReadModelStore } from "../persistence/read-model-store.ts";
import { Follower } from "./follower.ts";
import type { RunContext } from "./generation-run.ts";
import { openGeneration } from "./generations.ts";
import { Leases, readHolders } from "./leases.ts";
import { LogWindow } from "./log-window.ts";
import type { Projection } from "./projection.ts";
import { ProjectionFailedError, ProjectionTimeoutError, RebuildUnderWayError } from "./projection-errors.ts";
import { type ProjectionSession, sessionOf } from "./projection-session.ts";
import { rebuildTogether } from "./rebuild.ts";
import { dropGeneration, type Failure, lockTrackings, readTrackings, type Tracking } from "./tracking.ts";

/** How projections are run. Times are in milliseconds. */
export interface ProjectionRunnerOptions {
  /** What to follow; default the application's own log. */
  readonly log?: NotificationLog;
  /** Names who runs a projection; a runner that reads what another thread moves shares its name. Default a new one. */
  readonly holder?: string;
  /** How long a runner that died keeps others from taking over; default 3,000. It is renewed three times as often. */
  readonly leaseDuration?: number;
  /** How long a batch may hold up the event loop on SQLite; default 10. */
  readonly slice?: number;
  /** Hears why a projection stopped, each time it was tried again. Default `process.emitWarning`. */
  readonly onWarning?: (warning: Error) => void;
  /** Hears each time that this runner has moved a projection: to tell other threads or nodes, which then `lookAgain`. */
  readonly onMoved?: () => void;
}

/** Where a projection stands. */
export interface ProjectionStatus {
  readonly name: string;
  readonly version: number;
  /** The position of the last event that its rows were derived from. */
  readonly position: number;
  /** How many events of the log come after it. */
  readonly lag: number;
  /** Who runs it: this runner or one of its name, another one, or nobody. */
  readonly runs: "here" | "elsewhere" | "nowhere";
  /** The event that it stopped at, and why. */
  readonly failure: Failure | undefined;
  /** The position of the rows that are being made beside them. */
  readonly rebuiltUpTo: number | undefined;
}

/** How far a rebuild has come: of several projections, the one that is furthest behind. */
export interface RebuildProgress {
  readonly position: number;
  readonly head: number;
}

/** How to rebuild a projection. */
export interface RebuildOptions {
  /** Hears after each batch; the next one waits for it. */
  readonly onProgress?: (progress: RebuildProgress) => unknown;
  readonly signal?: AbortSignal;
}

/** How to wait for projections. */
export interface WaitForOptions {
  /** In milliseconds; default 10,000. */
  readonly timeout?: number;
  /** Ends the waiting, such as when a client went away. */
  readonly signal?: AbortSignal;
  /** Which ones; default all of the runner. */
  readonly projections?: readonly Projection[];
}

/**
 * Runs projections, and lets their rows be read. Of all runners on one store, one runs each projection; when it dies, or
 * is closed, another takes over.
 */
export class ProjectionRunner {
  readonly #projections: readonly Projection[];
  readonly #log: NotificationLog;
  readonly #store: ReadModelStore;
  readonly #context: RunContext;
  readonly #holder: string;
  readonly #leases: Leases;
  readonly #renewal: number;
  readonly #changes = new ChangeSignal();
  readonly #generations = new Map<string, number>();
  readonly #followers: ReadonlyMap<string, Follower>;
  readonly #closing = new AbortController();
  readonly #onWarning: (warning: unknown) => void;
  #running: Promise<unknown> | undefined;
  #closed: Promise<void> | undefined;

  /** Throws `ProgrammingError` where two projections have one name. Nothing runs before `start`. */
  constructor(app: Application, projections: readonly Projection[], options: ProjectionRunnerOptions = {}) {
    const {
      log = app.notificationLog,
      leaseDuration = 3_000,
      slice = 10,
      holder = uuid7(),
      onWarning,
      onMoved,
    } = options;
    assertWhole("leaseDuration", leaseDuration, 1);
    assertWhole("slice", slice, 1);
    if (new Set(projections.map(({ name }) => name)).size < projections.length) {
      throw new ProgrammingError("two projections have the same name; rename one");
    }
    this.#projections = projections;
    this.#log = log;
    this.#store = app.recorder.readModels;
    this.#context = {
      store: this.#store,
      window: new LogWindow(log, (row) => app.toDomainEvent(row)),
      declares: (topic) => app.declares(topic),
      slice,
    };
    this.#renewal = Math.ceil(leaseDuration / 3);
    this.#holder = holder;
    this.#leases = new Leases(this.#store, holder, leaseDuration);
    this.#onWarning = toListener(onWarning);
    this.#followers = new Map(
      projections.map((projection) => [
        projection.name,
        new Follower(projection, {
          ...this.#context,
          open: () => this.#open(projection),
          mayRun: () => this.#leases.holds(projection.name),
          onMoved: () => onMoved?.(),
          changes: this.#changes,
          closing: this.#closing.signal,
          onWarning: this.#onWarning,
        }),
      ]),
    );
  }

  /** Begins to run the projections that no other runner runs. */
  start(): void {
    this.#running ??= Promise.all([this.#keepLeases(), ...[...this.#followers.values()].map((it) => it.run())]);
  }

  /**
   * Reads the rows of a projection. `work` must do nothing else: it is run again where a rebuild took the tables away
   * under it. Rejects with `NewerProjectionError`, with a `StoreError`, and with what `work` does.
   */
  async read<T>(projection: Projection, work: (sql: ProjectionSession) => Promise<T>): Promise<T> {
    const { name } = projection;
    for (;;) {
      const generation = this.#generations.get(name) ?? (await this.#open(projection)).generation;
      try {
        return await work(sessionOf(this.#store.reader, name, generation));
      } catch (error) {
        if ((await this.#open(projection)).generation === generation) throw error;
      }
    }
  }

  /**
   * Resolves when the rows of projections are derived from all events up to a position, whichever runner runs them.
   * Rejects with `ProjectionTimeoutError`, with `ProjectionFailedError` where one stopped before, and with the reason of
   * `signal`.
   */
  async waitFor(position: number, options: WaitForOptions = {}): Promise<void> {
    const { timeout = 10_000, signal, projections = this.#projections } = options;
    assertWhole("position", position, 0);
    signal?.throwIfAborted();
    // Whoever reads waits here: `AbortSignal.any` and `timeout` would make it several times as dear.
    const ending = new AbortController();
    const end = () => ending.abort(ENDED);
    const timer = setTimeout(end, timeout);
    const others = [this.#closing.signal, ...(signal ? [signal] : [])];
    for (const other of others) other.addEventListener("abort", end);
    if (this.#closing.signal.aborted) end();
    try {
      await Promise.all(projections.map((projection) => this.#waitFor(projection, position, ending.signal)));
    } catch (error) {
      signal?.throwIfAborted();
      throw error;
    } finally {
      clearTimeout(timer);
      for (const other of others) other.removeEventListener("abort", end);
    }
  }

  /** Lets those who wait for projections that another runner moves look at once; they do so every few milliseconds. */
  lookAgain(): void {
    this.#changes.notify();
  }

  /** Where each projection stands. */
  async status(): Promise<readonly ProjectionStatus[]> {
    const head = await this.#log.head();
    const trackings = await readTrackings(this.#store.reader);
    const holders = await readHolders(this.#store.reader);
    return this.#projections.map(({ name, version }) => {
      const live = trackings.find((tracking) => tracking.name === name && tracking.live);
      const beside = trackings.find((tracking) => tracking.name === name && !tracking.live);
      const position = live?.position ?? 0;
      const holder = holders.get(name);
      const elsewhere = holder === undefined ? "nowhere" : "elsewhere";
      return {
        name,
        version: live?.version ?? version,
        position,
        lag: Math.max(0, head - position),
        runs: holder === this.#holder ? "here" : elsewhere,
        failure: live?.failure,
        rebuiltUpTo: beside?.position,
      };
    });
  }

  /**
   * Makes the rows of projections anew, beside those that are read meanwhile, and then puts them in their place. Of several
   * together each event is read and decoded once. It can be done while other runners run them. Rejects with
   * `RebuildUnderWayError`, `ProjectionFailedError`, and with the reason of `signal`.
   */
  async rebuild(projections: Projection | readonly Projection[], options: RebuildOptions = {}): Promise<void> {
    const wanted = "apply" in projections ? [projections] : projections;
    const leases = wanted.map(({ name }) => `rebuild:${name}`);
    await this.#leases.acquire(leases);
    try {
      const taken = wanted.find((_projection, i) => !this.#leases.holds(leases[i] ?? ""));
      if (taken) throw new RebuildUnderWayError(taken.name);
      let renewed = performance.now();
      await rebuildTogether(wanted, this.#log, this.#context, async (position) => {
        options.signal?.throwIfAborted();
        await options.onProgress?.({ position, head: Math.max(position, await this.#log.head()) });
        if (performance.now() - renewed < this.#renewal) return;
        renewed = performance.now();
        await this.#leases.acquire(leases);
      });
      this.#changes.notify();
    } finally {
      await this.#leases.release(leases);
    }
  }

  /**
   * Takes away the rows of a projection that no program declares any more, by its name. Throws `ProgrammingError` for one
   * of this runner's.
   */
  async remove(name: string): Promise<void> {
    if (this.#followers.has(name)) {
      throw new ProgrammingError(`projection "${name}" is one of this runner's; leave it out of its projections first`);
    }
    await this.#store.transaction(async (sql) => {
      await lockTrackings(sql);
      for (const tracking of await readTrackings(sql, name)) await dropGeneration(sql, tracking);
    });
  }

  /** Tries again at once where projections stopped at an event; they do so by themselves every few seconds. */
  retry(): void {
    for (const follower of this.#followers.values()) follower.retry();
  }

  /** Ends after the batches under way; other runners take over at once. The application stays open. */
  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  async #close(): Promise<void> {
    this.#closing.abort();
    this.#changes.notify();
    if (this.#running === undefined) return;
    await this.#running;
    await this.#leases.release(this.#followers.keys()).catch(this.#onWarning);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #open(projection: Projection): Promise<Tracking> {
    const tracking = await openGeneration(this.#store, this.#log, projection);
    this.#generations.set(projection.name, tracking.generation);
    return tracking;
  }

  async #keepLeases(): Promise<void> {
    while (!this.#closing.signal.aborted) {
      await this.#leases.acquire(this.#followers.keys()).catch(this.#onWarning);
      this.#changes.notify();
      await sleep(this.#renewal, undefined, { signal: this.#closing.signal }).catch(() => {});
    }
  }

  async #waitFor({ name, version }: Projection, awaited: number, abort: AbortSignal): Promise<void> {
    const follower = this.#followers.get(name);
    let position = 0;
    const reached = async () => {
      const run = follower?.current;
      if (run) {
        position = run.position;
      } else {
        const { epoch } = this.#log.identity;
        const live = (await readTrackings(this.#store.reader, name)).find(
          // Rows of another version or another log count for nothing: they are about to be made anew.
          (tracking) => tracking.live && tracking.version === version && tracking.epoch === epoch,
        );
        position = live?.position ?? 0;
        if (position < awaited && live?.failure && !follower?.isTrying)
          throw new ProjectionFailedError(name, live.failure.event, live.failure.reason);
      }
      return position >= awaited;
    };
    await this.#changes.waitUntil(reached, { interval: LOOK_EVERY, abort });
    if (position < awaited) throw new ProjectionTimeoutError(name, position, awaited);
  }
}

// For what other runners do, in milliseconds.
const LOOK_EVERY = 10;
// Without a reason, aborting makes an error with its stack.
const ENDED = "the wait has ended";
