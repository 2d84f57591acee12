import { describe, it } from "vitest";
import { recorderContract } from "../../testing/recorder-contract.ts";
import { openMemoryRecorder } from "./memory-recorder.ts";

describe("the memory recorder", () => {
  for (const { name, run } of recorderContract({ open: async (options) => openMemoryRecorder(options) })) it(name, run);
});
