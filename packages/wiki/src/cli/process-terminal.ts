import { once } from "node:events";
import { EXIT, type Terminal } from "./command.ts";

/** The terminal of this process. The first SIGINT or SIGTERM asks the command to stop, the second ends it at once. */
export function processTerminal({ stdin, stdout, stderr, env }: NodeJS.Process): Terminal {
  const stopping = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.on(signal, () => {
      // Whoever asks twice does not want to wait. What is saved is saved all the same.
      if (!stopping.signal.aborted) return stopping.abort();
      // As a program does that takes no notice of signals: `process.exit` waits for all threads, and one may hang.
      process.removeAllListeners(signal);
      process.kill(process.pid, signal);
    });
  }
  // `palimpsest log | head` has read enough.
  stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code === "EPIPE") process.exit(EXIT.done);
    throw error;
  });
  return {
    env,
    print: (text) => void stdout.write(text),
    write: async (text) => {
      if (!stdout.write(text)) await once(stdout, "drain");
    },
    note: (text) => void stderr.write(text),
    overwrite: stderr.isTTY ? (line) => void stderr.write(`\r\x1b[2K${line.slice(0, stderr.columns - 1)}`) : undefined,
    interactive: stdin.isTTY === true && stdout.isTTY === true,
    interrupted: stopping.signal,
    abandon: () => void process.kill(process.pid, "SIGKILL"),
  };
}
