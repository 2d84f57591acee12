import type { ChangeSignal } from "../persistence/change-signal.ts";
import { GenerationRun, type RunContext } from "./generation-run.ts";
import type { Projection } from "./projection.ts";
import { SupersededError } from "./projection-errors.ts";
import type { Tracking } from "./tracking.ts";

/** What a follower is told by the runner that it belongs to. */
export interface FollowerContext extends RunContext {
  /** The generation that is read. */
  readonly open: () => Promise<Tracking>;
  /** Whether this runner is the one that runs the projection. */
  readonly mayRun: () => boolean;
  readonly onMoved: () => void;
  /** Notified when a projection has moved, or may run; and by this follower. */
  readonly changes: ChangeSignal;
  readonly closing: AbortSignal;
  readonly onWarning: (warning: unknown) => void;
}

// In milliseconds. What stopped a projection is repaired by people.
const FIRST_PAUSE = 100;
const LONGEST_PAUSE = 10_000;
const LOOK_EVERY = 1_000;

/** Keeps the live generation of one projection up to date for as long as its runner may. */
export class Follower {
  readonly #projection: Projection;
  readonly #context: FollowerContext;
  #current: GenerationRun | undefined;
  #pause = FIRST_PAUSE;
  #isResting = false;
  #retry = new AbortController();

  constructor(projection: Projection, context: FollowerContext) {
    this.#projection = projection;
    this.#context = context;
  }

  /** What moves the rows now; undefined where this runner does not, or they stand still. */
  get current(): GenerationRun | undefined {
    return this.#current;
  }

  /** Whether this runner is about to find out whether a failure that was noted still stands. */
  get isTrying(): boolean {
    return this.#context.mayRun() && !this.#isResting;
  }

  /** Until the runner is closed. */
  async run(): Promise<void> {
    const { changes, closing, mayRun, onWarning } = this.#context;
    while (!closing.aborted) {
      await changes.waitUntil(mayRun, { interval: LOOK_EVERY, abort: closing });
      try {
        await this.#follow();
      } catch (error) {
        this.#current = undefined;
        if (error instanceof SupersededError || closing.aborted) continue;
        onWarning(error);
        await this.#rest();
      }
      this.#current = undefined;
    }
  }

  /** Ends the pause after a failure. */
  retry(): void {
    this.#pause = FIRST_PAUSE;
    this.#isResting = false;
    this.#retry.abort();
  }

  async #follow(): Promise<void> {
    const { changes, closing, mayRun, onMoved, open, window } = this.#context;
    const run = new GenerationRun(this.#projection, await open(), this.#context);
    while (mayRun() && !closing.aborted) {
      const moved = await run.step();
      this.#current = run;
      this.#pause = FIRST_PAUSE;
      changes.notify();
      if (moved) onMoved();
      else await window.waitBeyond(run.position, closing);
    }
  }

  async #rest(): Promise<void> {
    this.#retry = new AbortController();
    this.#isResting = true;
    this.#context.changes.notify();
    const abort = AbortSignal.any([this.#retry.signal, this.#context.closing]);
    const until = performance.now() + this.#pause;
    await this.#context.changes.waitUntil(() => performance.now() >= until, { interval: this.#pause, abort });
    this.#isResting = false;
    this.#pause = Math.min(this.#pause * 2, LONGEST_PAUSE);
  }
}
