import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { dirname } from "node:path";
import { describe, it } from "vitest";
import { temporaryFile } from "../../../test/sqlite/temporary-file.ts";
import { uuid7 } from "../../domain/uuid.ts";
import type { ArchivedEvent } from "../../persistence/archived-event.ts";
import { StoreNotEmptyError } from "../../persistence/store-errors.ts";
import { anEvent, rejection, wholeLog } from "../../testing/contract-case.ts";
import { createSqliteLog } from "./sqlite-archive.ts";
import { openSqliteRecorder } from "./sqlite-recorder.ts";

describe("a log that is made twice at once of a backup", () => {
  it("is made by the one that is done first, whole, and the other one is refused", async () => {
    const file = temporaryFile();
    const logId = uuid7();
    const events = [1, 2, 3].map(archived);
    const gates = [1, 2].map(() => ({ begun: Promise.withResolvers<void>(), goOn: Promise.withResolvers<void>() }));
    async function* through(gate: (typeof gates)[number] | undefined) {
      yield events.slice(0, 1);
      gate?.begun.resolve();
      await gate?.goOn.promise;
      yield events.slice(1);
    }
    const [first, second] = gates;
    const making = createSqliteLog({ file, logId }, through(first));
    await first?.begun.promise;
    const refused = rejection(createSqliteLog({ file, logId }, through(second)), StoreNotEmptyError);
    await second?.begun.promise;
    first?.goOn.resolve();
    const made = await making;
    second?.goOn.resolve();
    await refused;
    const recorder = await openSqliteRecorder({ file });
    assert.deepEqual(recorder.log, made);
    assert.equal((await wholeLog(recorder)).length, 3);
    await recorder.close();
    assert.deepEqual(
      readdirSync(dirname(file)).filter((name) => name.includes("restoring")),
      [],
    );
  });
});

function archived(position: number): ArchivedEvent {
  const event = { ...anEvent(), originatorVersion: 1 };
  return { ...event, position, saveId: uuid7(), recordedAt: position, idempotencyKey: null };
}
