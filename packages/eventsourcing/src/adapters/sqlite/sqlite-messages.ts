import type { Outcome } from "../../persistence/group-committer.ts";
import type { StoredEvent, StoredSave } from "../../persistence/stored-event.ts";
import type { Answer, Request } from "./sqlite-writer-protocol.ts";

/**
 * A group of saves as one list of texts, numbers and bytes, and its outcomes likewise: to clone objects for another
 * thread, with the names of all their fields, takes more than twice as long.
 */
type List = readonly unknown[];

/** A request as it is sent to the writing thread. */
export type PackedRequest =
  | Exclude<Request, { kind: "commit" }>
  | { readonly kind: "commit"; readonly saves: List; readonly now: number };

export function packRequest(request: Request): PackedRequest {
  return request.kind === "commit" ? { ...request, saves: packSaves(request.saves) } : request;
}

/** What {@link packRequest} was given. */
export function unpackRequest(request: PackedRequest): Request {
  return request.kind === "commit" ? { ...request, saves: unpackSaves(request.saves) } : request;
}

/** The answer to a request as it is sent back. */
export function packAnswer({ kind }: Request, answer: unknown): unknown {
  return kind === "commit" ? packOutcomes(answer as readonly Outcome[]) : answer;
}

/** What {@link packAnswer} was given, for the same request. */
export function unpackAnswer<R extends Request>(request: R, answer: unknown): Answer<R> {
  return (request.kind === "commit" ? unpackOutcomes(answer as List, request.saves) : answer) as Answer<R>;
}

function packSaves(saves: readonly StoredSave[]): List {
  const message: unknown[] = [];
  for (const { saveId, idempotencyKey, recordedAt, events } of saves) {
    message.push(saveId, idempotencyKey, recordedAt, events.length);
    for (const event of events) {
      const { eventId, originatorId, originatorVersion, topic, schemaVersion, encoding, state, checksum } = event;
      message.push(eventId, originatorId, originatorVersion, topic, schemaVersion, encoding, state, checksum);
    }
  }
  return message;
}

function unpackSaves(message: List): readonly StoredSave[] {
  const saves: StoredSave[] = [];
  let at = 0;
  const next = () => message[at++] as never;
  while (at < message.length) {
    const head = { saveId: next(), idempotencyKey: next(), recordedAt: next() };
    const events: StoredEvent[] = Array.from({ length: next() }, () => ({
      eventId: next(),
      originatorId: next(),
      originatorVersion: next(),
      topic: next(),
      schemaVersion: next(),
      encoding: next(),
      state: next(),
      checksum: next(),
    }));
    saves.push({ ...head, events });
  }
  return saves;
}

/** Most saves are recorded as they were asked for, and have a few numbers each. */
function packOutcomes(outcomes: readonly Outcome[]): List {
  const message: unknown[] = [];
  for (const outcome of outcomes) {
    if (outcome.kind === "recorded" && !outcome.receipt.repeated) {
      const { firstPosition, recordedAt, versions } = outcome.receipt;
      message.push(firstPosition, recordedAt);
      for (const version of versions) message.push(version);
    } else {
      message.push(outcome);
    }
  }
  return message;
}

function unpackOutcomes(message: List, saves: readonly StoredSave[]): readonly Outcome[] {
  let at = 0;
  return saves.map(({ saveId, events }): Outcome => {
    const first = message[at++];
    if (typeof first !== "number") return first as Outcome;
    const recordedAt = message[at++] as number;
    const versions = message.slice(at, at + events.length) as number[];
    at += events.length;
    const lastPosition = first + events.length - 1;
    return {
      kind: "recorded",
      receipt: { saveId, firstPosition: first, lastPosition, recordedAt, versions, repeated: false },
    };
  });
}
