import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { expect, test } from "vitest";

/** How large the young generation of a process is, in bytes, after much was made of which some was kept for a while. */
async function youngBytesAfter(begin: string): Promise<number> {
  const program = `
    import { getHeapSpaceStatistics } from "node:v8";
    import { setImmediate } from "node:timers/promises";
    import { boundMemory } from ${JSON.stringify(new URL("./bound-memory.ts", import.meta.url).href)};
    ${begin}
    for (let turn = 0; turn < 300; turn++) {
      globalThis.kept = Array.from({ length: 20_000 }, (_, n) => ({ n, turn }));
      await setImmediate();
    }
    console.log(getHeapSpaceStatistics().find(({ space_name }) => space_name === "new_space").space_size);`;
  const { stdout } = await promisify(execFile)(process.execPath, ["--input-type=module", "-e", program]);
  return Number(stdout);
}

test("the young generation stays small, which grows without bounds", async () => {
  const bounded = await youngBytesAfter("boundMemory();");
  expect(bounded).toBeLessThanOrEqual(16 * 2 ** 20);
  expect(await youngBytesAfter("void boundMemory;")).toBeGreaterThan(bounded);
});
