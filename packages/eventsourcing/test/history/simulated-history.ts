import { type Uuid, uuid5 } from "../../src/domain/uuid.ts";
import type { Receipt, RecordedEvent, StoredEvent } from "../../src/persistence/stored-event.ts";
import { anEvent } from "../../src/testing/contract-case.ts";
import type { CheckedHistory } from "./check-history.ts";
import {
  digestOfEvent,
  digestOfRow,
  type NotedSave,
  type Observation,
  type SaveOutcome,
  type Selection,
} from "./history.ts";

/** What a client does, and when: the store acts at `effectAt`, between the call and the answer. */
export type Step = SaveStep | ReadStep;

interface Moments {
  readonly calledAt: number;
  readonly effectAt: number;
  readonly answeredAt: number;
}

export interface SaveStep extends Moments {
  readonly kind: "save";
  /** Two steps with one number make the same save twice. */
  readonly save: number;
  /** Of which originators its events are; 0 is a log. */
  readonly originators: readonly number[];
  readonly key?: string | undefined;
  readonly fate: "answered" | "refused" | "lost answer" | "lost call";
}

export type ReadStep = Moments &
  (
    | { readonly kind: "head" }
    | { readonly kind: "state"; readonly originator: number }
    | { readonly kind: "events"; readonly selection: Selection }
  );

const NAMESPACE = "7b1e3a52-0c55-4cf6-9b52-2f0c6e0f7a11" as Uuid;

/** The ids of a simulation: the same in each, so that a failure can be read. */
export function idOf(kind: "save" | "event" | "originator", number: number): Uuid {
  return uuid5(NAMESPACE, `${kind} ${number}`);
}

/** The log that a store which keeps its promises would have in the end, and what it would have answered. */
export function simulate(steps: readonly Step[]): CheckedHistory {
  const store = new SimulatedStore();
  const answers = new Map<Step, SaveOutcome | readonly Observation[]>();
  for (const step of steps.toSorted((one, other) => one.effectAt - other.effectAt)) {
    answers.set(step, step.kind === "save" ? store.save(step) : store.read(step));
  }
  const calls = steps.map((step, index) => {
    const { calledAt, answeredAt } = step;
    return { step, call: `client #${index + 1}`, calledAt, answeredAt };
  });
  const saves = calls.flatMap(({ step, answeredAt, ...rest }) => {
    if (step.kind !== "save") return [];
    const outcome = answers.get(step) as SaveOutcome;
    const isAnswered = outcome.kind !== "unknown";
    return [{ ...rest, answeredAt: isAnswered ? answeredAt : Infinity, save: store.noted(step), outcome }];
  });
  const reads = calls.flatMap(({ step, ...rest }) =>
    step.kind === "save" ? [] : [{ ...rest, seen: answers.get(step) as readonly Observation[] }],
  );
  return { log: store.rows, history: { saves, reads }, stateOf };
}

/** The state of an originator is the saves it was in. */
function stateOf(events: readonly RecordedEvent[]): unknown {
  return events.map(({ saveId }) => saveId);
}

class SimulatedStore {
  readonly rows: RecordedEvent[] = [];
  /** By save and by idempotency key. */
  readonly #receipts = new Map<string, Receipt>();

  save(step: SaveStep): SaveOutcome {
    if (step.fate === "refused") return { kind: "refused", code: "VERSION_CONFLICT" };
    const receipt = step.fate === "lost call" ? undefined : this.#record(step);
    return receipt && step.fate === "answered" ? { kind: "recorded", receipt } : { kind: "unknown" };
  }

  #record({ save, key = "", effectAt: recordedAt, originators }: SaveStep): Receipt {
    const saveId = idOf("save", save);
    const before = this.#receipts.get(saveId) ?? this.#receipts.get(key);
    if (before) return { ...before, repeated: true };
    const firstPosition = this.rows.length + 1;
    for (const event of eventsOf(save, originators)) {
      const originatorVersion = this.#stream(event.originatorId).length + 1;
      this.rows.push({ ...event, originatorVersion, saveId, position: this.rows.length + 1, recordedAt });
    }
    const versions = this.rows.slice(firstPosition - 1).map(({ originatorVersion }) => originatorVersion);
    const receipt = { saveId, firstPosition, lastPosition: this.rows.length, recordedAt, versions, repeated: false };
    for (const name of key === "" ? [saveId] : [saveId, key]) this.#receipts.set(name, receipt);
    return receipt;
  }

  read(step: ReadStep): readonly Observation[] {
    switch (step.kind) {
      case "head":
        return [{ kind: "head", position: this.rows.length }];
      case "state": {
        const originatorId = idOf("originator", step.originator);
        const stream = this.#stream(originatorId);
        const observation = { kind: "state", originatorId, version: stream.length, state: stateOf(stream) } as const;
        return stream.length === 0 ? [] : [observation];
      }
      case "events": {
        const { selection } = step;
        const events = this.#select(selection).map((row) => [row.position, digestOfRow(row)] as const);
        return [{ kind: "events", selection, events }];
      }
    }
  }

  /** What was noted at the call of a save: a client knew the versions that it got. */
  noted({ save, originators, key }: SaveStep): NotedSave {
    const saveId = idOf("save", save);
    const rows = this.rows.filter((row) => row.saveId === saveId);
    const events = eventsOf(save, originators).map((event, index) => {
      const { eventId, originatorId } = event;
      const originatorVersion = originators[index] === 0 ? null : (rows[index]?.originatorVersion ?? 1);
      return { eventId, originatorId, originatorVersion, digest: digestOfEvent(event) };
    });
    return { saveId, events, ...(key === undefined ? {} : { idempotencyKey: key }) };
  }

  /** In the plainest way: the checker has its own. */
  #select({ originatorId, topics, from = 1, to = Infinity, limit, descending }: Selection): readonly RecordedEvent[] {
    const matching = this.rows.filter((row) => {
      const place = originatorId === undefined ? row.position : row.originatorVersion;
      const isOf = originatorId === undefined || row.originatorId === originatorId;
      return isOf && place >= from && place <= to && (!topics || topics.includes(row.topic));
    });
    return (descending ? matching.toReversed() : matching).slice(0, limit);
  }

  #stream(originatorId: Uuid): readonly RecordedEvent[] {
    return this.rows.filter((row) => row.originatorId === originatorId);
  }
}

function eventsOf(save: number, originators: readonly number[]): readonly StoredEvent[] {
  return originators.map((originator, index) => {
    const [eventId, originatorId] = [idOf("event", save * 10 + index), idOf("originator", originator)];
    return anEvent({ eventId, originatorId, state: `{"n":${save}}` });
  });
}
