import type { RecordedEvent } from "../../src/persistence/stored-event.ts";
import type { CheckedHistory } from "./check-history.ts";
import type { ReadCall, SaveCall } from "./history.ts";
import { idOf } from "./simulated-history.ts";

/** A way to make a history wrong; answers undefined where the history holds nothing that it could do that to. */
export interface Mutation {
  readonly name: string;
  readonly apply: (valid: CheckedHistory, which: number) => CheckedHistory | undefined;
}

type Acknowledged = SaveCall & { readonly outcome: { readonly kind: "recorded" } };

export const mutations: readonly Mutation[] = [
  ofAcknowledged("drop a save", ({ log }, { outcome }) =>
    renumbered(log.filter((row) => row.saveId !== outcome.receipt.saveId)),
  ),
  ofAcknowledged("drop an event", ({ log }, { outcome }) =>
    renumbered(log.filter((row) => row.position !== outcome.receipt.lastPosition)),
  ),
  ofAcknowledged("move a save to the end", ({ log }, { outcome }) => {
    const isOf = (row: RecordedEvent) => row.saveId === outcome.receipt.saveId;
    return outcome.receipt.lastPosition === log.length
      ? undefined
      : renumbered([...log.filter((row) => !isOf(row)), ...log.filter(isOf)]);
  }),
  ofRow("repeat an event", (log, row) => renumbered([...log, row])),
  ofRow("leave a position out", (log, row) =>
    log.map((other) => (other.position < row.position ? other : { ...other, position: other.position + 1 })),
  ),
  altering("topic", () => ({ topic: "Another" })),
  altering("state", () => ({ state: "{}" })),
  altering("checksum", ({ checksum }) => ({ checksum: checksum + 1 })),
  altering("event id", () => ({ eventId: idOf("event", 9_999) })),
  altering("originator", () => ({ originatorId: idOf("originator", 9_999) })),
  altering("version", ({ originatorVersion }) => ({ originatorVersion: originatorVersion + 1 })),
  altering("save", () => ({ saveId: idOf("save", 9_999) })),
  ofAcknowledged("alter a time", ({ log }, { outcome }) =>
    log.map((row) =>
      row.position === outcome.receipt.firstPosition ? { ...row, recordedAt: row.recordedAt + 1 } : row,
    ),
  ),
  ofCall("acknowledge another position", ({ outcome }) => {
    const { firstPosition, lastPosition } = outcome.receipt;
    const receipt = { ...outcome.receipt, firstPosition: firstPosition + 1, lastPosition: lastPosition + 1 };
    return { outcome: { kind: "recorded", receipt } };
  }),
  {
    name: "refuse a save that stands",
    apply: ({ log, history, ...rest }, which) => {
      const saveId = log[which % log.length]?.saveId;
      if (saveId === undefined) return undefined;
      const refused = { kind: "refused", code: "STORE_FULL" } as const;
      const saves = history.saves.map((call) => (call.save.saveId === saveId ? { ...call, outcome: refused } : call));
      return { ...rest, log, history: { ...history, saves } };
    },
  },
  {
    name: "call for a save after a later one was answered",
    apply: ({ log, history, ...rest }, which) => {
      const acknowledged = history.saves.filter(isAcknowledged);
      const last = Math.max(...acknowledged.map(({ outcome }) => outcome.receipt.lastPosition));
      const call = pick(
        acknowledged.filter(({ outcome }) => !outcome.receipt.repeated && outcome.receipt.lastPosition < last),
        which,
      );
      if (!call) return undefined;
      const saves = history.saves.map((other) =>
        other === call ? { ...other, calledAt: 900, answeredAt: 901 } : other,
      );
      return { ...rest, log, history: { ...history, saves } };
    },
  },
  ofRead("miss the oldest of some events", ({ seen }) => {
    const [first] = seen;
    if (first?.kind !== "events" || first.events.length < 2) return undefined;
    const events = first.selection.descending ? first.events.slice(0, -1) : first.events.slice(1);
    return { seen: [{ ...first, events }] };
  }),
  ofRead("see another event", ({ seen }) => {
    const [first] = seen;
    if (first?.kind !== "events" || first.events.length === 0) return undefined;
    return { seen: [{ ...first, events: first.events.map(([position]) => [position, "another"] as const) }] };
  }),
  ofRead("see another state", ({ seen }) => {
    const [first] = seen;
    return first?.kind === "state" ? { seen: [{ ...first, state: [] }] } : undefined;
  }),
  ofRead("see what is older than what was answered", ({ seen }, { log, history }) => {
    const [first] = seen;
    const known = Math.max(
      0,
      ...history.saves.filter(isAcknowledged).map(({ outcome }) => outcome.receipt.lastPosition),
    );
    const isOld = first?.kind === "head" && first.position < Math.min(known, log.length);
    return isOld ? { calledAt: 900, answeredAt: 901 } : undefined;
  }),
  ofRead("see half a save", ({ seen }, { log }) => {
    const [first] = seen;
    if (first?.kind !== "head" || first.position < 2) return undefined;
    const [last, before] = [log[first.position - 1], log[first.position - 2]];
    return last?.saveId === before?.saveId ? { seen: [{ ...first, position: first.position - 1 }] } : undefined;
  }),
  ofRead("see what was called for later", ({ seen }) => {
    const [first] = seen;
    return first?.kind === "head" && first.position > 0 ? { calledAt: -2, answeredAt: -1 } : undefined;
  }),
];

function ofRow(
  name: string,
  change: (log: CheckedHistory["log"], row: RecordedEvent) => CheckedHistory["log"],
): Mutation {
  return {
    name,
    apply: (valid, which) => {
      const row = pick(valid.log, which);
      return row && { ...valid, log: change(valid.log, row) };
    },
  };
}

function altering(what: string, change: (row: RecordedEvent) => Partial<RecordedEvent>): Mutation {
  return ofRow(`alter ${what}`, (log, row) => log.map((other) => (other === row ? { ...row, ...change(row) } : other)));
}

function ofAcknowledged(
  name: string,
  change: (valid: CheckedHistory, call: Acknowledged) => CheckedHistory["log"] | undefined,
): Mutation {
  return {
    name,
    apply: (valid, which) => {
      const call = pick(valid.history.saves.filter(isAcknowledged), which);
      const log = call && change(valid, call);
      return log && { ...valid, log };
    },
  };
}

function ofCall(name: string, change: (call: Acknowledged) => Partial<SaveCall>): Mutation {
  return {
    name,
    apply: (valid, which) => {
      const call = pick(valid.history.saves.filter(isAcknowledged), which);
      if (!call) return undefined;
      const saves = valid.history.saves.map((other) => (other === call ? { ...call, ...change(call) } : other));
      return { ...valid, history: { ...valid.history, saves } };
    },
  };
}

function ofRead(
  name: string,
  change: (read: ReadCall, valid: CheckedHistory) => Partial<ReadCall> | undefined,
): Mutation {
  return {
    name,
    apply: (valid, which) => {
      const changed = valid.history.reads.flatMap((read) => {
        const made = change(read, valid);
        return made ? [{ read, made: { ...read, ...made } }] : [];
      });
      const one = pick(changed, which);
      if (!one) return undefined;
      const reads = valid.history.reads.map((read) => (read === one.read ? one.made : read));
      return { ...valid, history: { ...valid.history, reads } };
    },
  };
}

function pick<Item>(items: readonly Item[], which: number): Item | undefined {
  return items[which % items.length];
}

function isAcknowledged(call: SaveCall): call is Acknowledged {
  return call.outcome.kind === "recorded";
}

/** Positions and versions without a gap again, so that it takes more than counting to find what was done. */
function renumbered(rows: readonly RecordedEvent[]): CheckedHistory["log"] {
  const versions = new Map<string, number>();
  return rows.map((row, index) => {
    const originatorVersion = (versions.get(row.originatorId) ?? 0) + 1;
    versions.set(row.originatorId, originatorVersion);
    return { ...row, position: index + 1, originatorVersion };
  });
}
