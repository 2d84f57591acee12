import { AsyncLocalStorage } from "node:async_hooks";
import { setImmediate } from "node:timers/promises";
import type { Recorder } from "@palimpsest/eventsourcing";

/** Some clients of one world, to be run in every order that their calls to the recorder can take. */
export interface Scenario<World> {
  /** Makes the world anew for each interleaving. Calls to a recorder that went through `stepwise` are scheduled. */
  readonly setUp: (stepwise: (recorder: Recorder) => Recorder) => Promise<World>;
  /** What each client does. It makes one call at a time, and waits for its calls and for other clients alone, no timer. */
  readonly clients: readonly ((world: World) => Promise<unknown>)[];
  /** Throws where the world, or what the clients were answered, is not as it must be. */
  readonly check: (world: World, results: readonly PromiseSettledResult<unknown>[]) => unknown;
  /**
   * `all`: every order. `distinct` (default): one of those that differ only in the order of neighbouring calls neither
   * of which can see the other (two reads; a read and an append of other originators), as they lead to the same.
   */
  readonly orders?: "all" | "distinct";
  /** Fails where there are more interleavings than this; default 200,000. */
  readonly limit?: number;
}

/**
 * Runs the clients in every interleaving of their calls, depth first, and answers how many there are. Rejects with
 * `InterleavingError` at the first one whose check fails.
 *
 * An append is one step, though recorders gather appends into groups: a group checks all its saves under the lock of
 * one commit, and saves that claim the same aggregate, event or key never share a group. So each group is as good as
 * its saves one after the other, and that order is among those tried.
 */
export async function exploreInterleavings<World>(scenario: Scenario<World>): Promise<number> {
  const { check, orders = "distinct", limit = 200_000 } = scenario;
  const path: Choice[] = [];
  let count = 0;
  do {
    const schedule = new Schedule();
    const world = await scenario.setUp((recorder) => schedule.stepwise(recorder));
    const results = await follow(
      path,
      schedule,
      scenario.clients.map((client) => () => client(world)),
      orders,
    );
    if (results === "redundant") continue;
    count += 1;
    if (count > limit) throw new Error(`there are more than ${limit} interleavings; shorten what the clients do`);
    try {
      await check(world, results);
    } catch (error) {
      throw new InterleavingError(count, path.map(stepOf), error);
    }
  } while (backtrack(path));
  return count;
}

/** A check failed after some interleaving; `steps` are its calls, by client: `2 append`. */
export class InterleavingError extends Error {
  readonly steps: readonly string[];

  constructor(count: number, steps: readonly Step[], cause: unknown) {
    const names = steps.map(({ client, call }) => `${client} ${call}`);
    const reason = cause instanceof Error ? cause.message : String(cause);
    super(`interleaving ${count} (${names.join(", ")}): ${reason}`, { cause });
    this.steps = names;
  }
}

/** A call that a client waits to make. */
interface Step {
  readonly client: number;
  readonly call: string;
  /** The originators that it reads or writes; undefined for what depends on the whole log. */
  readonly originators: readonly string[] | undefined;
}

/** Where an interleaving could go on in several ways. */
interface Choice {
  readonly waiting: ReadonlyMap<number, Step>;
  /** Clients whose step here was tried before, in an order that leads to the same. */
  readonly asleep: ReadonlySet<number>;
  readonly tried: Set<number>;
  chosen: number;
}

/** Runs the clients along the path, which grows where it ends before they are done. */
async function follow(
  path: Choice[],
  schedule: Schedule,
  clients: readonly (() => Promise<unknown>)[],
  orders: Scenario<unknown>["orders"],
): Promise<readonly PromiseSettledResult<unknown>[] | "redundant"> {
  const results = Promise.allSettled(clients.map((client, index) => schedule.start(index + 1, client)));
  for (let depth = 0; ; depth++) {
    const waiting = await schedule.whenAllWait();
    if (waiting.size === 0) return results;
    const known = path[depth];
    if (known) assertSame(known.waiting, waiting);
    const choice = known ?? { waiting, asleep: asleepAfter(path.at(-1), orders), tried: new Set(), chosen: 0 };
    if (!known) {
      const next = nextOf(choice);
      // Each way on was tried before: these clients are left where they are.
      if (next === undefined) return "redundant";
      choice.chosen = next;
      path.push(choice);
    }
    schedule.go(choice.chosen);
  }
}

/** Turns the path to the next way that was not tried; answers false where there is none. */
function backtrack(path: Choice[]): boolean {
  for (let choice = path.at(-1); choice; choice = path.at(-1)) {
    choice.tried.add(choice.chosen);
    const next = nextOf(choice);
    if (next !== undefined) {
      choice.chosen = next;
      return true;
    }
    path.pop();
  }
  return false;
}

function nextOf({ waiting, asleep, tried }: Choice): number | undefined {
  return [...waiting.keys()].sort().find((client) => !asleep.has(client) && !tried.has(client));
}

/** Sleep sets (Godefroid 1996): what was tried before a step is not tried after it where neither sees the other. */
function asleepAfter(before: Choice | undefined, orders: Scenario<unknown>["orders"]): ReadonlySet<number> {
  if (!before || orders === "all") return new Set();
  const step = stepOf(before);
  const earlier = [...before.asleep, ...before.tried].filter((client) => client !== before.chosen);
  return new Set(earlier.filter((client) => isIndependent(before.waiting.get(client), step)));
}

function isIndependent(a: Step | undefined, b: Step): boolean {
  if (!a) return false;
  const appends = [a, b].filter(({ call }) => call === "append").length;
  if (appends !== 1) return appends === 0;
  return a.originators !== undefined && b.originators?.every((id) => !a.originators?.includes(id)) === true;
}

function stepOf({ waiting, chosen }: Choice): Step {
  const step = waiting.get(chosen);
  if (!step) throw new Error(`client ${chosen} does not wait`);
  return step;
}

function assertSame(before: ReadonlyMap<number, Step>, now: ReadonlyMap<number, Step>): void {
  const same = before.size === now.size && [...before].every(([client, { call }]) => now.get(client)?.call === call);
  if (!same)
    throw new Error("the clients made other calls than before in the same order; take chance and time out of them");
}

/** Lets clients make their calls one at a time, when they are told to. */
class Schedule {
  readonly #client = new AsyncLocalStorage<number>();
  readonly #waiting = new Map<number, { readonly step: Step; readonly go: () => void }>();

  start(client: number, run: () => Promise<unknown>): Promise<unknown> {
    return this.#client.run(client, run);
  }

  /** The calls that clients wait to make, once each of them waits, for its turn or for another client, or is done. */
  async whenAllWait(): Promise<ReadonlyMap<number, Step>> {
    // In memory nothing waits for the outside: all that can go on does so before the next turn of the event loop.
    await setImmediate();
    return new Map([...this.#waiting].map(([client, { step }]) => [client, step]));
  }

  go(client: number): void {
    const waiting = this.#waiting.get(client);
    this.#waiting.delete(client);
    waiting?.go();
  }

  /** Snapshots and read models are derived, and no command waits for the log: calls about these are no steps. */
  stepwise(recorder: Recorder): Recorder {
    return {
      log: recorder.log,
      readModels: recorder.readModels,
      snapshots: recorder.snapshots,
      append: (save) =>
        this.#step(
          "append",
          save.events.map(({ originatorId }) => originatorId),
          () => recorder.append(save),
        ),
      readStream: (id, range) => this.#step("readStream", [id], () => recorder.readStream(id, range)),
      readStreams: (starts) =>
        this.#step(
          "readStreams",
          starts.map(({ originatorId }) => originatorId),
          () => recorder.readStreams(starts),
        ),
      // So that each look at a stream is a step, as on a store that cannot tell.
      isLast: () => false,
      readLog: (range) => this.#step("readLog", undefined, () => recorder.readLog(range)),
      findReceipt: (key) => this.#step("findReceipt", undefined, () => recorder.findReceipt(key)),
      head: () => this.#step("head", undefined, () => recorder.head()),
      waitBeyond: (position, abort) => recorder.waitBeyond(position, abort),
      positionAt: (instant) => this.#step("positionAt", undefined, () => recorder.positionAt(instant)),
      versionAt: (id, position) => this.#step("versionAt", [id], () => recorder.versionAt(id, position)),
      close: () => recorder.close(),
    };
  }

  async #step<T>(call: string, originators: readonly string[] | undefined, act: () => Promise<T>): Promise<T> {
    const client = this.#client.getStore();
    // Calls that no client makes, those of the set-up and of the check, go through at once.
    if (client === undefined) return act();
    if (this.#waiting.has(client)) throw new Error(`client ${client} makes two calls at once`);
    await new Promise<void>((resolve) => {
      this.#waiting.set(client, { step: { client, call, originators }, go: resolve });
    });
    return act();
  }
}
