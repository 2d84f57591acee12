import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { expect, test } from "vitest";

const MUCH = `
  import { getHeapSpaceStatistics } from "node:v8";
  import { setImmediate } from "node:timers/promises";
  for (let turn = 0; turn < 300; turn++) {
    globalThis.kept = Array.from({ length: 20_000 }, (_, n) => ({ n, turn }));
    await setImmediate();
  }
  console.log(getHeapSpaceStatistics().find(({ space_name }) => space_name === "new_space").space_size);`;

/** How large the young generation is, in bytes, after much was made of which some was kept for a while. */
async function youngBytesAfter(begin: string, then = MUCH): Promise<number> {
  const program = `
    import { boundMemory } from ${JSON.stringify(new URL("./bound-memory.ts", import.meta.url).href)};
    ${begin}
    ${then}`;
  const { stdout } = await promisify(execFile)(process.execPath, ["--input-type=module", "-e", program]);
  return Number(stdout);
}

test("the young generation stays small, which grows without bounds", async () => {
  const bounded = await youngBytesAfter("boundMemory();");
  expect(bounded).toBeLessThanOrEqual(16 * 2 ** 20);
  expect(await youngBytesAfter("void boundMemory;")).toBeGreaterThan(bounded);
});

test("that of a thread that is started later is not left at what V8 begins with", async () => {
  const grown = "globalThis.kept = Array.from({ length: 1_000_000 }, (_, n) => ({ n })); boundMemory();";
  const thread = `
    import { Worker } from "node:worker_threads";
    new Worker(new URL("data:text/javascript," + encodeURIComponent(${JSON.stringify(MUCH)})));`;
  const young = await youngBytesAfter(grown, thread);
  expect(young).toBeGreaterThanOrEqual(4 * 2 ** 20);
  expect(young).toBeLessThanOrEqual(16 * 2 ** 20);
});
