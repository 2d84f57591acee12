import { describe, it } from "vitest";
import { temporaryFile } from "../../../test/sqlite/temporary-file.ts";
import type { Recorder } from "../../persistence/recorder.ts";
import { recorderContract } from "../../testing/recorder-contract.ts";
import { openSqliteRecorder } from "./sqlite-recorder.ts";

const files = new WeakMap<Recorder, string>();

async function open(file: string, options: { clock?: () => number }): Promise<Recorder> {
  const recorder = await openSqliteRecorder({ file, ...options });
  files.set(recorder, file);
  return recorder;
}

describe("the SQLite recorder", () => {
  const contract = recorderContract({
    open: (options) => open(temporaryFile(), options),
    reopen: (recorder, options) => open(files.get(recorder) ?? "", options),
  });
  for (const { name, run } of contract) it(name, run);
});
