import { uuid7 } from "../src/domain/uuid.ts";
import type { BareWriter } from "./engine.ts";
import { aLine, TOPIC } from "./note.ts";

/** One caller who commits rows with the driver alone, each the next version of an originator of its own. */
export function bareSaver(writer: BareWriter): () => Promise<number> {
  const originatorId = uuid7();
  let originatorVersion = 0;
  return async () => {
    originatorVersion += 1;
    await writer.insert({
      eventId: uuid7(),
      originatorId,
      originatorVersion,
      topic: TOPIC,
      schemaVersion: 1,
      saveId: uuid7(),
      recordedAt: Date.now(),
      encoding: "json",
      state: JSON.stringify({ text: aLine() }),
      checksum: 1_234_567_890,
    });
    return 1;
  };
}
