import { parentPort, workerData } from "node:worker_threads";
import { type Request, toFailure, type WriterFiles } from "./sqlite-writer-protocol.ts";
import { SqliteWriting } from "./sqlite-writing.ts";

// Given by `SqliteWriter`, in the same package.
const writing = new SqliteWriting(workerData as WriterFiles);

parentPort?.on("message", ({ id, request }: { id: number; request: Request }) => {
  try {
    parentPort?.postMessage({ id, answer: writing.handle(request) });
  } catch (error) {
    parentPort?.postMessage({ id, failure: toFailure(error, writing.committing) });
  }
});
