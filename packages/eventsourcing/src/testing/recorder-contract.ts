import type { Recorder } from "../persistence/recorder.ts";
import { appending } from "./contract-appending.ts";
import type { ContractCase, OpenOptions } from "./contract-case.ts";
import { closing } from "./contract-closing.ts";
import { concurrency } from "./contract-concurrency.ts";
import { conflicts } from "./contract-conflicts.ts";
import { logs } from "./contract-logs.ts";
import { readModels } from "./contract-read-models.ts";
import { reading } from "./contract-reading.ts";
import { reopening } from "./contract-reopening.ts";
import { repeats } from "./contract-repeats.ts";
import { snapshots } from "./contract-snapshots.ts";
import { states } from "./contract-states.ts";
import { times } from "./contract-times.ts";
import { waiting } from "./contract-waiting.ts";

/** How the contract gets at the recorders of an adapter. */
export interface RecorderHarness {
  /** Opens a recorder on a new, empty store. The contract closes it at the end of the case. */
  open(options: OpenOptions): Promise<Recorder>;
  /**
   * Opens one more recorder on the store of one that `open` answered, which may still be open: what another process
   * would do. Left out where a store ends with its recorder.
   */
  reopen?(recorder: Recorder, options: OpenOptions): Promise<Recorder>;
}

/** A case of the contract, for any test framework: `it(name, run)`. */
export interface RecorderTest {
  /** A sentence of behaviour. */
  readonly name: string;
  /** Rejects with an `AssertionError` where the adapter does something else. */
  run(): Promise<void>;
}

/**
 * Everything that each recorder promises, as tests of an adapter:
 * `for (const { name, run } of recorderContract(harness)) it(name, run)`.
 */
export function recorderContract(harness: RecorderHarness): readonly RecorderTest[] {
  const cases: readonly ContractCase[] = [
    ...appending,
    ...conflicts,
    ...logs,
    ...concurrency,
    ...repeats,
    ...times,
    ...reading,
    ...waiting,
    ...states,
    ...snapshots,
    ...readModels,
    ...closing,
    ...(harness.reopen ? reopening : []),
  ];
  return cases.map(({ name, run }) => ({ name, run: () => runCase(harness, run) }));
}

async function runCase(harness: RecorderHarness, run: ContractCase["run"]): Promise<void> {
  const opened: Recorder[] = [];
  const kept = (recorder: Recorder): Recorder => {
    opened.push(recorder);
    return recorder;
  };
  try {
    await run({
      open: async (options = {}) => kept(await harness.open(options)),
      reopen: async (recorder, options = {}) => {
        if (!harness.reopen) throw new Error("this case needs an adapter that can reopen a store");
        return kept(await harness.reopen(recorder, options));
      },
    });
  } finally {
    for (const recorder of opened) await recorder.close();
  }
}
