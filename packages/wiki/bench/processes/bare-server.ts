import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { readMemory } from "./memory.ts";
import type { BareAnswer, ServerAnswer } from "./servers.ts";

// `node:http` alone, which answers each request with the same bytes.
let sent: BareAnswer = { headers: {}, body: "" };
let body = Buffer.alloc(0);
const server = createServer((_request, response) => {
  response.writeHead(200, sent.headers);
  response.end(body);
});
server.listen(0, "127.0.0.1", () => answer());
process.on("message", (next: BareAnswer) => {
  sent = next;
  body = Buffer.from(sent.body);
  answer();
});
process.once("disconnect", () => {
  server.close();
  server.closeAllConnections();
});

function answer(): void {
  const { port } = server.address() as AddressInfo;
  const answered: ServerAnswer = { address: `http://127.0.0.1:${port}`, memory: readMemory() };
  process.send?.(answered);
}
