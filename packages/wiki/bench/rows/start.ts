import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { compare } from "../../../../tools/bench/measure.ts";
import type { Row } from "../../../../tools/bench/row.ts";
import { startBareServer } from "../processes/servers.ts";
import { SOURCES, type WikiPrograms } from "../wiki-programs.ts";

/** What is started, and how often. */
interface Start {
  readonly programs: WikiPrograms;
  readonly database: string;
  /** For the cache of compiled sources. */
  readonly directory: string;
  readonly rounds: number;
  /** In milliseconds; default none. */
  readonly atMost?: number;
}

/** From the spawn of the server to its first page, with what Node keeps of our code; beside `node:http` alone. */
export async function measureStart({ programs, database, directory, rounds, atMost }: Start): Promise<Row> {
  const ours = async () => {
    const start = performance.now();
    const server = await serve(programs, directory, database);
    await (await fetch(`${server.address}/wiki/page-1`)).text();
    const elapsed = performance.now() - start;
    await server.stop();
    return elapsed;
  };
  const bare = async () => {
    const start = performance.now();
    const server = await startBareServer();
    await (await fetch(server.ready.address)).text();
    const elapsed = performance.now() - start;
    await server.stop();
    return elapsed;
  };
  const row = {
    what: `spawn of the server to its first page, ${programs === SOURCES ? "from sources" : "installed"}`,
    store: "SQLite",
    unit: "ms",
    comparison: await compare(ours, bare, rounds),
    beside: "`node:http`",
  } as const;
  return atMost === undefined ? row : { ...row, goal: { kind: "figure", atMost } };
}

/** Runs the command as people do; its cache of compiled sources is this run's. */
async function serve({ command }: WikiPrograms, directory: string, database: string) {
  const args = [command, "serve", "--database", database, "--port", "0", "--json", "--user", "Bench"];
  const child = spawn(process.execPath, args, {
    env: { ...process.env, XDG_CACHE_HOME: join(directory, "cache") },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const address = await new Promise<string>((resolve, reject) => {
    let said = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      said += text;
      const found = /"address":"([^"]+)"/.exec(said)?.[1];
      if (found !== undefined) resolve(found);
    });
    child.once("exit", (code) => reject(new Error(`the server ended with ${code}: ${said}`)));
  });
  return {
    address,
    stop: async () => {
      child.kill("SIGTERM");
      await once(child, "exit");
    },
  };
}
