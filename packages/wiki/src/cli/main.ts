#!/usr/bin/env node
import { CodedError } from "@palimpsest/eventsourcing";
import { type Command, EXIT, type Terminal } from "./command.ts";
import { importGitCommand } from "./import-git-command.ts";
import { UsageError } from "./usage-error.ts";

const COMMANDS: readonly Command[] = [importGitCommand];

const HELP = `palimpsest: a wiki that never forgets

Usage: palimpsest COMMAND [OPTIONS]

Commands:
${COMMANDS.map(({ name, summary }) => `  ${name.padEnd(12)} ${summary}`).join("\n")}

"palimpsest COMMAND --help" tells more about each.
`;

process.exitCode = await run(process.argv.slice(2), terminalOf(process));

async function run(args: readonly string[], terminal: Terminal): Promise<number> {
  try {
    const command = COMMANDS.find(({ name }) => name.split(" ").every((word, index) => args[index] === word));
    if (command) {
      const rest = args.slice(command.name.split(" ").length);
      if (!rest.some((arg) => arg === "--help" || arg === "-h")) return await command.run(rest, terminal);
      terminal.print(command.help);
      return EXIT.done;
    }
    const [first] = args;
    if (first !== undefined && first !== "--help" && first !== "-h" && first !== "help") {
      throw new UsageError(`there is no command "${args.slice(0, 2).join(" ")}"`);
    }
    terminal.print(HELP);
    return first === undefined ? EXIT.usage : EXIT.done;
  } catch (error) {
    // What we know says what to do; anything else is a bug, and its stack helps to find it.
    if (!(error instanceof CodedError)) throw error;
    terminal.note(`palimpsest: ${error.message} [${error.code}]\n`);
    return error instanceof UsageError ? EXIT.usage : EXIT.failed;
  }
}

function terminalOf({ stdout, stderr, env }: NodeJS.Process): Terminal {
  const stopping = new AbortController();
  process.on("SIGINT", () => {
    // Whoever asks twice does not want to wait. What is saved is saved all the same.
    if (stopping.signal.aborted) process.exit(EXIT.interrupted);
    stopping.abort();
  });
  return {
    env,
    print: (text) => void stdout.write(text),
    note: (text) => void stderr.write(text),
    overwrite: stderr.isTTY ? (line) => void stderr.write(`\r\x1b[2K${line.slice(0, stderr.columns - 1)}`) : undefined,
    interrupted: stopping.signal,
  };
}
