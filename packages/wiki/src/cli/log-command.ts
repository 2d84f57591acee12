import {
  CodedError,
  type NotificationLog,
  type RecordedEvent,
  readNotifications,
  subscribe,
} from "@palimpsest/eventsourcing";
import type { WikiApplication } from "../application/wiki-application.ts";
import { type Command, EXIT } from "./command.ts";
import { DATABASE_HELP, DATABASE_OPTION } from "./database-option.ts";
import { openExistingWiki } from "./existing-wiki.ts";
import { readOptions, toNumber } from "./read-options.ts";
import { UsageError } from "./usage-error.ts";

const HELP = `Prints the log of all events, one JSON object a line, in the order in which they were recorded.

Usage: palimpsest log [OPTIONS]

${DATABASE_HELP}
  --after POSITION     only events after this position (default: 0, all)
  --topic TOPIC        only events of this topic, such as Page.BodyUpdated; may be given several times
  --follow             goes on with what is recorded from now on, until it is stopped
  --raw                prints rows as they are stored instead of what they mean
  --help               shows this

Examples:
  palimpsest log | tail -1
  palimpsest log --after 1000 --topic Page.Created --topic Page.Deleted
  palimpsest log --follow --after 5210 | jq .topic

Exit codes: 0 done, also when following was stopped; 1 failed, or an event could not be read, which its line
says; 2 wrong usage.
`;

const OPTIONS = {
  ...DATABASE_OPTION,
  after: { type: "string" },
  topic: { type: "string", multiple: true },
  follow: { type: "boolean" },
  raw: { type: "boolean" },
  // As everywhere: it is what the command prints in any case.
  json: { type: "boolean" },
} as const;

/** `palimpsest log`. */
export const logCommand: Command = {
  help: HELP,
  run: async (args, terminal) => {
    const { values } = readOptions(args, { command: "log", options: OPTIONS });
    const after = toNumber(values.after, { name: "after", command: "log" }) ?? 0;
    await using opened = await openExistingWiki(values.database, terminal);
    const { events } = opened.wiki;
    const unknown = values.topic?.find((topic) => !events.declares(topic));
    if (unknown !== undefined) throw new UsageError(`"${unknown}" is no topic of a wiki`, "log");
    const { interrupted: signal } = terminal;
    let failed = false;
    for await (const row of rowsOf(events.notificationLog, { ...values, after, signal })) {
      if (signal.aborted) break;
      const line = values.raw ? toRaw(row) : toMeaning(row, events);
      failed ||= "error" in line;
      await terminal.write(`${JSON.stringify(line)}\n`);
    }
    if (failed) return EXIT.failed;
    return signal.aborted && !values.follow ? EXIT.interrupted : EXIT.done;
  },
};

interface Selection {
  readonly after: number;
  readonly topic?: readonly string[] | undefined;
  readonly follow?: boolean | undefined;
  readonly signal: AbortSignal;
}

function rowsOf(log: NotificationLog, { after, topic, follow, signal }: Selection): AsyncIterable<RecordedEvent> {
  const topics = topic === undefined ? {} : { topics: topic };
  return follow
    ? subscribe(log, { after, signal, ...topics })
    : readNotifications(log, { start: after + 1, ...topics });
}

function toRaw({ state, ...row }: RecordedEvent) {
  return { ...row, state: typeof state === "string" ? state : { base64: Buffer.from(state).toString("base64") } };
}

function toMeaning(row: RecordedEvent, events: WikiApplication["events"]) {
  const { position, recordedAt, topic, originatorId, originatorVersion, saveId, eventId } = row;
  const known = {
    ...{ position, recordedAt: new Date(recordedAt).toISOString(), topic, originatorId, originatorVersion },
    ...{ saveId, eventId },
  };
  try {
    const { data, metadata } = events.toDomainEvent(row);
    return { ...known, data, metadata };
  } catch (error) {
    if (!(error instanceof CodedError)) throw error;
    return { ...known, error: { code: error.code, message: error.message } };
  }
}
