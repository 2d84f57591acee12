import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { compare } from "../../../../tools/bench/measure.ts";
import type { Row } from "../../../../tools/bench/row.ts";
import { startBareServer } from "../processes/servers.ts";

const CLI = join(import.meta.dirname, "../../src/cli/main.ts");

/** From the spawn of the server to its first page, with what Node keeps of our sources; beside `node:http` alone. */
export async function measureStart(
  directory: string,
  database: string,
  { rounds, atMost }: { readonly rounds: number; readonly atMost: number },
): Promise<Row> {
  const ours = async () => {
    const start = performance.now();
    const server = await serve(directory, database);
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
  return {
    what: "spawn of the server to its first page",
    store: "SQLite",
    unit: "ms",
    comparison: await compare(ours, bare, rounds),
    beside: "`node:http`",
    goal: { kind: "figure", atMost },
  };
}

/** Runs the command as people do; its cache of compiled sources is this run's. */
async function serve(directory: string, database: string) {
  const args = [CLI, "serve", "--database", database, "--port", "0", "--json", "--user", "Bench"];
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
