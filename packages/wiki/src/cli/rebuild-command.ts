import type { ReadModelName } from "../read-models/read-models.ts";
import { type Command, EXIT } from "./command.ts";
import { DATABASE_HELP, DATABASE_OPTION } from "./database-option.ts";
import { openExistingWiki } from "./existing-wiki.ts";
import { number } from "./plain-text.ts";
import { ProgressLine } from "./progress-line.ts";
import { readOptions } from "./read-options.ts";
import { UsageError } from "./usage-error.ts";

const HELP = `Derives what the wiki shows beside its pages anew from the log. The rows there are stay in use until the new ones
have come as far, so that the wiki can be served meanwhile.

Usage: palimpsest rebuild [NAME…] [OPTIONS]

  NAME                 pages, links, search or changes (default: all)
${DATABASE_HELP}
  --json               prints what was rebuilt as JSON
  --help               shows this

Examples:
  palimpsest rebuild
  palimpsest rebuild search --database postgres://wiki@localhost/wiki

Exit codes: 0 done, 1 failed, 2 wrong usage, 130 stopped by Ctrl-C: then the rows are as they were.
`;

/** `palimpsest rebuild`. */
export const rebuildCommand: Command = {
  help: HELP,
  run: async (args, terminal) => {
    const { values, positionals } = readOptions(args, {
      command: "rebuild",
      options: { ...DATABASE_OPTION, json: { type: "boolean" } },
      positionals: { least: 0, most: Number.MAX_SAFE_INTEGER, what: "" },
    });
    await using opened = await openExistingWiki(values.database, terminal);
    const { readModels, wiki } = opened;
    const named = new Set(positionals.map((name) => toName(name, readModels.names)));
    const names = named.size === 0 ? readModels.names : [...named];
    const progress = new ProgressLine(terminal, "events");
    const start = performance.now();
    try {
      await readModels.rebuild(names, {
        onProgress: ({ position, head }) => progress.show({ done: position, total: head }),
        signal: terminal.interrupted,
      });
    } finally {
      progress.end();
    }
    const seconds = (performance.now() - start) / 1_000;
    const events = await wiki.events.recorder.head();
    const line = `Rebuilt ${names.join(", ")} from ${number(events)} events in ${seconds.toFixed(1)} s.`;
    terminal.print(values.json ? `${JSON.stringify({ rebuilt: names, events, seconds }, null, 2)}\n` : `${line}\n`);
    return EXIT.done;
  },
};

function toName(name: string, names: readonly ReadModelName[]): ReadModelName {
  const known = names.find((it) => it === name);
  if (known === undefined) throw new UsageError(`"${name}" is none of ${names.join(", ")}`, "rebuild");
  return known;
}
