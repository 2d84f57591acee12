import { setPriority } from "node:os";
import { parentPort } from "node:worker_threads";
import { LIMITS } from "../markup/limits.ts";
import { renameLinks } from "../markup/rename-links.ts";
import { ParsedPages } from "./parsed-pages.ts";
import type { Answer, FromThread, Request } from "./renderer-protocol.ts";
import { renderText } from "./wiki-facts.ts";

// A third of what the other threads get of a processor that all of them want.
const NICE = 5;
// What is rendered was read just before.
const parsed = new ParsedPages(2 * LIMITS.textUnits);

// Where processors are few, whoever answers goes first. Elsewhere than on Linux this would be for the whole process.
if (process.platform === "linux") setPriority(0, NICE);

parentPort?.on("message", (request: Request) => {
  try {
    tell({ kind: "answer", answer: answerTo(request) });
  } catch (error) {
    tell({ kind: "failure", message: error instanceof Error ? (error.stack ?? error.message) : String(error) });
  }
});
tell({ kind: "ready" });

function answerTo(request: Request): Answer<Request> {
  switch (request.kind) {
    case "read":
      return request.pages.map((page) => {
        const { links, includes, attachments, pages } = parsed.get(page);
        return { links, includes, attachments, pages };
      });
    case "render":
      return renderText(request.page, request.facts, parsed);
    case "rename":
      return renameLinks(request.text, request.renaming);
  }
}

function tell(message: FromThread): void {
  parentPort?.postMessage(message);
}
