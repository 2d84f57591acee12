import { describe, it } from "vitest";
import { temporaryFile } from "../../../test/sqlite/temporary-file.ts";
import type { Durability, Recorder } from "../../persistence/recorder.ts";
import { recorderContract } from "../../testing/recorder-contract.ts";
import { openSqliteRecorder } from "./sqlite-recorder.ts";

const files = new WeakMap<Recorder, string>();

async function open(
  file: string,
  options: { readonly clock?: () => number; readonly durability: Durability },
): Promise<Recorder> {
  const recorder = await openSqliteRecorder({ file, ...options });
  files.set(recorder, file);
  return recorder;
}

describe.each<Durability>(["save", "close"])("the SQLite recorder, durable at each %s", (durability) => {
  const contract = recorderContract({
    open: (options) => open(temporaryFile(), { ...options, durability }),
    reopen: (recorder, options) => open(files.get(recorder) ?? "", { ...options, durability }),
  });
  for (const { name, run } of contract) it(name, run);
});
