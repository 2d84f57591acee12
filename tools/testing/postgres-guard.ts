// Runs beside each PostgreSQL of the tests, in a session of its own. Its input is a pipe from the process that wanted
// the server: the pipe ends when that process ends, however it ends (also by kill -9), and no server is left behind.
import { rm } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { isRunning, readPostmaster } from "./postmaster-file.ts";

const [folder] = process.argv.slice(2);
if (folder === undefined) throw new Error("Usage: postgres-guard.ts <folder of the server>");

process.stdin.resume();
process.stdin.on("error", () => {});
process.stdin.on("close", async () => {
  const postmaster = readPostmaster(folder);
  if (postmaster !== undefined && isRunning(postmaster.pid)) {
    process.kill(postmaster.pid, "SIGQUIT");
    for (let waited = 0; waited < 5_000 && isRunning(postmaster.pid); waited += 20) await sleep(20);
    if (isRunning(postmaster.pid)) process.kill(postmaster.pid, "SIGKILL");
  }
  await rm(folder, { recursive: true, force: true, maxRetries: 10 });
});
