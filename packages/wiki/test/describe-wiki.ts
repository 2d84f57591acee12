import type { Recorder } from "@palimpsest/eventsourcing";
import { afterEach, beforeEach, describe } from "vitest";
import { ENGINES, type TestStore } from "../../../tools/testing/engines.ts";
import { WikiApplication, type WikiOptions } from "../src/application/wiki-application.ts";

/** A wiki on a store of its own, anew for each test. */
export interface WikiUnderTest {
  readonly wiki: WikiApplication;
  readonly recorder: Recorder;
  /** The name of its engine. */
  readonly engine: string;
  /** What the store's clock reads; the test may set it. */
  now: number;
  /** One more wiki on the same store: by default with the same recorder, but a cache of its own. */
  open(options?: WikiOptions): Promise<WikiApplication>;
}

/** Defines tests of the wiki, to be run on every engine. */
export function describeWiki(name: string, define: (current: () => WikiUnderTest) => void): void {
  describe.each(Object.entries(ENGINES))(`${name} on %s`, (engine, createStore) => {
    let store: TestStore;
    let current: WikiUnderTest | undefined;

    beforeEach(async () => {
      store = await createStore();
      const clock = { now: Date.UTC(2026, 0, 1) };
      const recorder = await store.open({ clock: () => clock.now });
      const open = (options: WikiOptions = {}) => WikiApplication.open({ store: recorder, env: {}, ...options });
      current = Object.assign(clock, { wiki: await open(), recorder, engine, open });
    });

    afterEach(() => store.drop());

    define(() => {
      if (!current) throw new Error("the wiki is opened before each test");
      return current;
    });
  });
}

/** The error of what must fail and record nothing. */
export async function refusalOf({ recorder }: WikiUnderTest, act: () => Promise<unknown>): Promise<unknown> {
  const before = await recorder.head();
  const error = await act().then(
    (value: unknown) => {
      throw new Error(`it was not refused, but answered ${JSON.stringify(value)}`);
    },
    (reason: unknown) => reason,
  );
  const recorded = (await recorder.head()) - before;
  if (recorded > 0) throw new Error(`it was refused, but recorded ${recorded} events`, { cause: error });
  return error;
}
