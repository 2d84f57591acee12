import { CodedError } from "@palimpsest/eventsourcing";
import { EXIT, type Terminal } from "./command.ts";
import { COMMANDS, type NamedCommand } from "./commands.ts";
import { programVersion } from "./program-version.ts";
import { UsageError } from "./usage-error.ts";

const HELP = `palimpsest: a wiki that never forgets

Usage: palimpsest [COMMAND] [OPTIONS]

Commands:
${listOf(COMMANDS)}

"palimpsest COMMAND --help" tells more about each; "palimpsest --version" the version.

Examples:
  palimpsest
  palimpsest serve --database sqlite:/srv/wiki/wiki.db --port 8090
  palimpsest import git ~/project.wiki
`;

/** Runs the command that a command line names, and answers the exit code. Throws what is not a `CodedError`. */
export async function runCommandLine(args: readonly string[], terminal: Terminal): Promise<number> {
  try {
    const [first, second] = args;
    if (first === "--help" || first === "-h" || (first === "help" && second === undefined)) {
      terminal.print(HELP);
      return EXIT.done;
    }
    if (first === "help") return await runCommandLine([...args.slice(1), "--help"], terminal);
    if (first === "--version" || first === "-v") {
      terminal.print(`palimpsest ${programVersion()}\n`);
      return EXIT.done;
    }
    const ofGroup = COMMANDS.filter(({ name }) => name.startsWith(`${first} `));
    if (ofGroup.length > 0 && isHelp(second)) {
      terminal.print(`Commands:\n${listOf(ofGroup)}\n\n"palimpsest COMMAND --help" tells more about each.\n`);
      return EXIT.done;
    }
    const { name, rest } = toCommand(args);
    const command = await name.load();
    if (!rest.some(isHelp)) return await command.run(rest, terminal);
    terminal.print(command.help);
    return EXIT.done;
  } catch (error) {
    if (terminal.interrupted.aborted && error === terminal.interrupted.reason) return EXIT.interrupted;
    // What we know says what to do; anything else is a bug, and its stack helps to find it.
    if (!(error instanceof CodedError)) throw error;
    terminal.note(`palimpsest: ${error.message} [${error.code}]\n`);
    return error instanceof UsageError ? EXIT.usage : EXIT.failed;
  }
}

function isHelp(arg: string | undefined): boolean {
  return arg === "--help" || arg === "-h";
}

function listOf(commands: readonly NamedCommand[]): string {
  return commands.map(({ name, summary }) => `  ${name.padEnd(16)} ${summary}`).join("\n");
}

function toCommand(args: readonly string[]) {
  const [first] = args;
  // `palimpsest`, and `palimpsest --port 8090`.
  const given = first === undefined || first.startsWith("-") ? ["serve", ...args] : args;
  const name = COMMANDS.find((known) => known.name.split(" ").every((word, index) => given[index] === word));
  if (!name) {
    const ofGroup = COMMANDS.flatMap((known) => (known.name.startsWith(`${first} `) ? [known.name] : []));
    const which = ofGroup.length === 0 ? "" : `, but ${ofGroup.join(", ")}`;
    throw new UsageError(`there is no command "${args.slice(0, 2).join(" ")}"${which}`);
  }
  return { name, rest: given.slice(name.name.split(" ").length) };
}
