import type { Uuid } from "../../src/domain/uuid.ts";
import type { Log } from "./log.ts";
import type { LogRule } from "./rules.ts";
import type { Violation } from "./violation.ts";

/** What is wrong with a log by itself. */
export function violationsOfLog(log: Log, rules: readonly LogRule[]): readonly Violation[] {
  return [...violationsOfRows(log), ...violationsOfRules(log, rules)];
}

function* violationsOfRows({ rows }: Log): Generator<Violation> {
  const versions = new Map<Uuid, number>();
  const events = new Map<Uuid, number>();
  const ended = new Set<Uuid>();
  let before: Log["rows"][number] | undefined;
  for (const row of rows) {
    const { position, eventId, originatorId, originatorVersion, saveId, recordedAt } = row;
    const event = `event ${eventId} at position ${position}`;
    const expected = (before?.position ?? 0) + 1;
    if (position !== expected) yield { kind: "gap", message: `${event} stands where ${expected} was expected` };
    const version = (versions.get(originatorId) ?? 0) + 1;
    if (originatorVersion !== version) {
      const message = `${event} is version ${originatorVersion} of ${originatorId}, whose next is ${version}`;
      yield { kind: "version", message };
    }
    versions.set(originatorId, originatorVersion);
    if (before && recordedAt < before.recordedAt) {
      yield { kind: "time", message: `${event} was recorded at ${recordedAt}, before the event before it` };
    }
    const same = events.get(eventId);
    if (same !== undefined) yield { kind: "twice", message: `${event} stands at position ${same} too` };
    events.set(eventId, position);
    if (before && before.saveId !== saveId) ended.add(before.saveId);
    if (ended.has(saveId)) yield { kind: "torn", message: `${event} stands apart from the others of save ${saveId}` };
    before = row;
  }
}

function* violationsOfRules(log: Log, rules: readonly LogRule[]): Generator<Violation> {
  for (const { name, begin } of rules) {
    const check = begin();
    for (const save of log.saves.values()) {
      const broken = check(save);
      if (broken !== undefined) yield { kind: "rule", message: `${broken} (${name})` };
    }
  }
}
