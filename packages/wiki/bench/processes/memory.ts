import { readFileSync } from "node:fs";
import type { Memory } from "./servers.ts";

/** The memory of this process. */
export function readMemory(): Memory {
  return { resident: process.memoryUsage.rss(), own: readOwn() };
}

/** Linux counts it page by page. */
function readOwn(): number | undefined {
  if (process.platform !== "linux") return undefined;
  const pages = readFileSync("/proc/self/smaps_rollup", "utf8").matchAll(/^Private_(?:Clean|Dirty): +(\d+) kB$/gm);
  return [...pages].reduce((sum, [, kilobytes]) => sum + Number(kilobytes) * 1_024, 0);
}
