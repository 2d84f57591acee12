import { type NotificationLog, parseSectionId, type Section } from "../application/notification-log.ts";
import { assertLogRange, assertWhole } from "../persistence/ranges.ts";
import type { LogIdentity, LogRange } from "../persistence/recorder.ts";
import { LogChangedError, StoreUnavailableError } from "../persistence/store-errors.ts";
import type { RecordedEvent } from "../persistence/stored-event.ts";
import { LogConnection, type LogConnectionOptions, type LogRequest, pause } from "./log-connection.ts";
import { type Asked, toHead, toIdentity, toSection, toSelected } from "./remote-answers.ts";

/** Where a remote log is and how it is read. */
export interface RemoteNotificationLogOptions extends LogConnectionOptions {
  /** Where `notificationLogHandler` serves it: `https://wiki.example.org/notifications`. */
  readonly url: string | URL;
  /** The log that a position to go on from belongs to; default whichever is found. */
  readonly identity?: LogIdentity;
  /** How many seconds the server is asked to wait for the log to grow, again and again; default 20. */
  readonly wait?: number;
}

const NO_BOUND = Number.MAX_SAFE_INTEGER;
// The server takes 15 digits.
const MOST = 999_999_999_999_999;
// No answer of less than 1 s is a long poll; the pause keeps a server that does not wait from being asked at full speed.
const SHORTEST_POLL = 1_000;

/**
 * Reads a log that `notificationLogHandler` serves as if it were local. Rejects with `LogChangedError` where it is not
 * the one of `identity`, `RemoteLogRefusedError`, `InvalidAnswerError`, or `StoreUnavailableError`.
 */
export async function openRemoteNotificationLog(options: RemoteNotificationLogOptions): Promise<NotificationLog> {
  const { url, identity, wait = 20, ...rest } = options;
  assertWhole("wait", wait, 0);
  assertWhole("attempts", rest.attempts, 1);
  for (const name of ["backoff", "timeout", "maxAnswerBytes"] as const) assertWhole(name, rest[name], 0);
  const connection = new LogConnection(url, rest);
  const found = await connection.request({ path: "/head", parameters: new URLSearchParams(), read: toIdentity });
  assertSame(identity ?? found, found);
  return new RemoteNotificationLog(connection, found, wait);
}

/** Each event once and in order, or an error: what cannot be so is refused, what is only late is asked for again. */
class RemoteNotificationLog implements NotificationLog {
  readonly identity: LogIdentity;
  readonly #connection: LogConnection;
  readonly #wait: number;
  /** The last position heard of. A server that knows less is a copy that is behind. */
  #head = 0;

  constructor(connection: LogConnection, identity: LogIdentity, wait: number) {
    this.identity = identity;
    this.#connection = connection;
    this.#wait = wait;
  }

  async select(range: LogRange): Promise<readonly RecordedEvent[]> {
    assertLogRange(range);
    const { start = 1, stop = NO_BOUND, limit, topics } = range;
    const selected: RecordedEvent[] = [];
    // An empty list cannot be told from none in a query.
    if (topics?.length === 0) return selected;
    let next = start;
    while (next <= stop && selected.length < limit) {
      const asked = { start: next, stop, limit: limit - selected.length, topics };
      const { items, upTo, more } = await this.#request("", parametersOf(asked), {
        read: (answer) => {
          const part = toSelected(answer, asked);
          if (!part.more && part.items.length < asked.limit)
            this.#assertNotBehind(part.upTo, Math.min(stop, this.#head));
          return part;
        },
      });
      for (const item of items) selected.push(item);
      this.#head = Math.max(this.#head, upTo < next ? 0 : upTo);
      if (!more) break;
      next = upTo + 1;
    }
    return selected;
  }

  head(): Promise<number> {
    return this.#readHead(new URLSearchParams());
  }

  async waitBeyond(position: number, abort?: AbortSignal): Promise<void> {
    const parameters = new URLSearchParams({ beyond: `${Math.max(0, position)}`, wait: `${this.#wait}` });
    while (!abort?.aborted) {
      const asked = performance.now();
      try {
        if ((await this.#readHead(parameters, { wait: this.#wait, abort })) > position) return;
      } catch (error) {
        if (abort?.aborted) return;
        throw error;
      }
      await pause(SHORTEST_POLL - (performance.now() - asked), [abort]);
    }
  }

  async section(sectionId: string): Promise<Section> {
    const { first, last } = parseSectionId(sectionId);
    return this.#request(`/${sectionId}`, new URLSearchParams(), {
      read: (answer) => {
        const section = toSection(answer, first, last);
        // Without a next one it is not full: the log ends in it.
        if (section.nextId === undefined && first <= last) {
          this.#assertNotBehind(section.items.at(-1)?.position ?? first - 1, this.#head);
        }
        return section;
      },
    });
  }

  async #readHead(parameters: URLSearchParams, options: Partial<LogRequest<number>> = {}): Promise<number> {
    const head = await this.#request("/head", parameters, {
      ...options,
      read: (answer) => {
        const found = toHead(answer);
        this.#assertNotBehind(found, this.#head);
        return found;
      },
    });
    this.#head = Math.max(this.#head, head);
    return head;
  }

  #request<T>(
    path: string,
    parameters: URLSearchParams,
    request: Omit<LogRequest<T>, "path" | "parameters">,
  ): Promise<T> {
    const withEpoch = new URLSearchParams(parameters);
    // Another log refuses it, and an answer for this one can be kept in caches for ever.
    withEpoch.set("epoch", this.identity.epoch);
    return this.#connection.request({
      ...request,
      path,
      parameters: withEpoch,
      read: (answer) => {
        assertSame(this.identity, toIdentity(answer));
        return request.read(answer);
      },
    });
  }

  #assertNotBehind(upTo: number, known: number): void {
    if (upTo >= known) return;
    throw new StoreUnavailableError(
      `the remote log was at ${known} before and knows up to ${upTo} now; it is read from a copy that is behind, try again later`,
    );
  }
}

function parametersOf({ start, stop, limit, topics }: Asked): URLSearchParams {
  const parameters = new URLSearchParams({ start: `${start}`, limit: `${Math.min(limit, MOST)}` });
  if (stop < MOST) parameters.set("stop", `${stop}`);
  for (const topic of topics ?? []) parameters.append("topic", topic);
  return parameters;
}

function assertSame(expected: LogIdentity, found: LogIdentity): void {
  if (expected.logId !== found.logId || expected.epoch !== found.epoch) throw new LogChangedError(expected, found);
}
