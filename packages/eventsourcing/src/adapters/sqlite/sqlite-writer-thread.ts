import { parentPort, workerData } from "node:worker_threads";
import { type PackedRequest, packAnswer, unpackRequest } from "./sqlite-messages.ts";
import { toFailure, type WriterFiles } from "./sqlite-writer-protocol.ts";
import { SqliteWriting } from "./sqlite-writing.ts";

// Given by `SqliteWriter`, in the same package.
const writing = new SqliteWriting(workerData as WriterFiles);

parentPort?.on("message", ({ id, request: packed }: { id: number; request: PackedRequest }) => {
  const request = unpackRequest(packed);
  try {
    parentPort?.postMessage({ id, answer: packAnswer(request, writing.handle(request)) });
  } catch (error) {
    parentPort?.postMessage({ id, failure: toFailure(error, writing.committing) });
  }
});
