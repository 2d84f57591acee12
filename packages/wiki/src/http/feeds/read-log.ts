import { InvalidSectionError, LogChangedError, toUuid } from "@palimpsest/eventsourcing";
import { notificationLogHandler } from "@palimpsest/eventsourcing/http";
import { z } from "zod";
import type { FeedPart } from "../../access/change-feed.ts";
import { NumberField } from "../fields.ts";
import { LimitField } from "../list-fields.ts";
import { UnreadableRequestError } from "../request-errors.ts";
import { type Asked, notShown, type Resource, resource } from "../resource.ts";
import type { Site } from "../site.ts";
import { parseEventId, STREAM_HEADERS } from "./event-streams.ts";

const EventOutput = z.object({
  position: z
    .int()
    .describe("In the log: events come in this order, and what is missing between was not for the reader"),
  type: z
    .string()
    .describe("Created, TitleUpdated, SlugUpdated, BodyUpdated, TagsUpdated, PathUpdated, Deleted, Restored"),
  pageId: z.uuid(),
  version: z.int().describe("Of the page, after it"),
  recordedAt: z.int().describe("In milliseconds since 1970"),
  eventId: z
    .uuid()
    .optional()
    .describe("Missing, as all that follows, where the page was deleted and is not to be seen"),
  saveId: z.uuid().optional(),
  userId: z.uuid().nullable().optional(),
  data: z.record(z.string(), z.unknown()).optional(),
  metadata: z.record(z.string(), z.unknown()).optional(),
});

const LogOutput = z.object({
  logId: z.uuid(),
  epoch: z.uuid().describe("Changes with a restore: positions of another epoch mean nothing"),
  upTo: z.int().describe("Up to here nothing is missing: read on after it"),
  more: z.boolean().describe("Whether the log goes on after it now"),
  events: z.array(EventOutput),
});

const EpochField = z
  .uuid("must be the epoch of the log")
  .optional()
  .describe("Refused with 409 where the log has another");
const MAX_SECTION = 500;

/** A selection of the log of changes. */
export function readLog(site: Site) {
  return resource({
    summary: "The events of pages from a position on, in the order in which they were recorded",
    input: z.strictObject({
      after: NumberField.optional().describe("Default 0"),
      limit: LimitField,
      epoch: EpochField,
    }),
    output: LogOutput,
    errors: ["INVALID_RANGE", "LOG_CHANGED"],
    handle: async ({ after = 0, limit = 100, epoch }, asked) => {
      assertEpoch(site, epoch);
      const { feed } = site.access.for(asked.viewer);
      await feed.assertReached(after);
      const part = await feed.read({ after, limit });
      return { kind: "shown", data: { ...site.log, ...part }, view: notShown };
    },
  });
}

/** A section of the log of changes. */
export function readLogSection(site: Site) {
  return resource({
    summary: "A section of the log: the events of pages from one position to another, such as 1,10",
    input: z.strictObject({ section: z.string().describe("Two positions, at most 500 apart"), epoch: EpochField }),
    output: z.object({
      ...LogOutput.shape,
      id: z.string().nullable().describe("The section as far as there is one"),
      nextId: z.string().nullable().describe("The section after it, where this one is full"),
    }),
    errors: ["INVALID_SECTION", "LOG_CHANGED"],
    handle: async ({ section, epoch }, asked) => {
      assertEpoch(site, epoch);
      const [, from, to] = /^(\d{1,15}),(\d{1,15})$/.exec(section) ?? [];
      if (from === undefined || to === undefined) throw new InvalidSectionError(section);
      const first = Math.max(1, Number(from));
      const last = Math.min(Number(to), first + MAX_SECTION - 1);
      const after = first - 1;
      const part = await site.access.for(asked.viewer).feed.read({ after, stop: last, limit: MAX_SECTION });
      return { kind: "shown", data: { ...site.log, ...part, ...namesOf(part, first, last) }, view: notShown };
    },
  });
}

interface SectionNames {
  readonly id: string | null;
  readonly nextId: string | null;
}

function namesOf({ upTo, more }: FeedPart, first: number, last: number): SectionNames {
  if (upTo < first) return { id: null, nextId: null };
  const id = `${first},${upTo}`;
  if (upTo === last) return { id, nextId: `${last + 1},${2 * last - first + 1}` };
  // Where it became too long, the rest of it comes next.
  return { id, nextId: more ? `${upTo + 1},${last}` : null };
}

/** The log of changes as it grows. */
export function followLog(site: Site) {
  return resource({
    summary: "The events of pages from a position on, then those that come, as server-sent events",
    input: z.strictObject({
      after: NumberField.optional().describe("Default the end of the log; the header Last-Event-ID goes before it"),
      epoch: EpochField,
    }),
    output: z.string(),
    answers: { type: "text/event-stream" },
    errors: ["INVALID_RANGE", "LOG_CHANGED"],
    handle: async ({ after, epoch }, asked) => {
      const { feed } = site.access.for(asked.viewer);
      const last = lastEventOf(asked);
      assertEpoch(site, last?.epoch ?? epoch);
      const position = last?.position ?? after ?? (await feed.head());
      await feed.assertReached(position);
      // Nothing is sent to who asks for the headers alone, and nobody would end the stream.
      if (asked.request.method === "HEAD")
        return { kind: "raw", response: new Response(null, { headers: STREAM_HEADERS }) };
      const response = site.streams.start(site.log.epoch, position, (from, signal) => feed.follow(from, signal));
      return { kind: "raw", response };
    },
  });
}

const LOG_PATH = "/api/v1/notification-log";

/** The log as it is stored, for whoever runs the wiki: what follows it elsewhere needs all of it. */
export function readNotificationLog(site: Site) {
  return storedLog(site, {
    summary: "A selection of the log as it is stored, for administrators",
    input: z.strictObject({
      start: NumberField.optional(),
      stop: NumberField.optional(),
      limit: NumberField.optional(),
      wait: NumberField.optional().describe("Seconds to wait for the log to grow"),
      topic: z.array(z.string()).optional(),
      epoch: EpochField,
    }),
  });
}

/** Its sections, and its end. */
export function readNotificationLogPart(site: Site) {
  return storedLog(site, {
    summary: "A section of the log as it is stored, such as 1,10, or its end: head; for administrators",
    input: z.strictObject({
      part: z.string(),
      beyond: NumberField.optional(),
      wait: NumberField.optional().describe("Seconds to wait for the log to grow"),
      epoch: EpochField,
    }),
  });
}

function storedLog(site: Site, { summary, input }: Pick<Resource, "summary" | "input">): Resource {
  return resource({
    summary,
    input,
    output: z.looseObject({ logId: z.uuid(), epoch: z.uuid() }),
    lists: ["topic"],
    errors: [
      "INVALID_RANGE",
      "INVALID_SECTION",
      "LOG_CHANGED",
      "NOT_FOUND",
      "NOT_ACCEPTABLE",
      "URI_TOO_LONG",
      "TOO_MANY_WAITING",
    ],
    handle: async (_input, asked) => {
      const log = site.access.for(asked.viewer).feed.notificationLog;
      // Whoever got the log above may read it.
      const options = { basePath: LOG_PATH, authorize: () => true, onError: site.onError };
      return { kind: "raw", response: await notificationLogHandler(log, options)(asked.request) };
    },
  });
}

function assertEpoch({ log }: Site, epoch: string | undefined): void {
  if (epoch !== undefined && epoch !== log.epoch) {
    throw new LogChangedError({ logId: log.logId, epoch: toUuid(epoch) }, log);
  }
}

function lastEventOf({ request }: Asked): ReturnType<typeof parseEventId> {
  const id = request.headers.get("last-event-id");
  if (id === null || id === "") return undefined;
  const parsed = parseEventId(id);
  if (!parsed) throw new UnreadableRequestError("Last-Event-ID is no id of an event of this stream; leave it out");
  return parsed;
}
