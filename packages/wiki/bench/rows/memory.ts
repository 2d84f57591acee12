import { measuredOnce, type Row } from "../../../../tools/bench/row.ts";
import type { BenchWiki } from "../bench-wiki.ts";
import type { ServerAnswer } from "../processes/servers.ts";

/** The memory of the server, resident; beside that of `node:http` alone. */
export async function measureMemory(when: "idle" | "after all this load", { server, bare }: BenchWiki): Promise<Row> {
  const [ours, alone] = [await server.ask({}), await bare.ask({ headers: {}, body: "" })];
  return {
    what: `memory with 1,000 pages, ${when}`,
    store: "SQLite",
    unit: "MB",
    comparison: measuredOnce(toMegabytes(ours), toMegabytes(alone)),
    beside: "`node:http`",
    goal: { kind: "figure", atMost: when === "idle" ? 120 : 220 },
  };
}

function toMegabytes({ memory }: ServerAnswer): number {
  return memory / 2 ** 20;
}
