import { parentPort, workerData } from "node:worker_threads";
import { WikiApplication } from "../application/wiki-application.ts";
import { ReadModels } from "../read-models/read-models.ts";
import { PacedLog } from "./paced-log.ts";
import type { FromThread, ProjectorSettings, ToThread } from "./projector-protocol.ts";

// Readers are served by another thread, so a batch may take as long as somebody who waits for it does not notice.
const SLICE = 25;
// Of pages that are being edited. What is read once is not read again: the thread that serves keeps many more.
const KEPT_STATES = 200;
const KEPT_BYTES = 2 * 2 ** 20;

// Given by `Projector`.
const { address, env, holder } = workerData as ProjectorSettings;
const wiki = await WikiApplication.open({ store: address, env, cacheSize: KEPT_STATES, cacheBytes: KEPT_BYTES });
const log = new PacedLog(wiki.events.notificationLog);
const readModels = new ReadModels({
  app: wiki.events,
  holder,
  log,
  slice: SLICE,
  onMoved: () => tell({ kind: "moved" }),
  onWarning: ({ name, message, ...values }) =>
    tell({ kind: "warning", name, message, code: "code" in values ? String(values.code) : undefined }),
});
parentPort?.on("message", async (message: ToThread) => {
  switch (message) {
    case "grown":
      return log.grown();
    case "wanted":
      return log.wanted();
    case "close":
      await readModels.close();
      await wiki.close();
      // Nothing else keeps the thread from its end.
      parentPort?.close();
  }
});
readModels.start();

function tell(message: FromThread): void {
  parentPort?.postMessage(message);
}
