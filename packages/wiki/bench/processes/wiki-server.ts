import { boundMemory } from "../../src/cli/bound-memory.ts";
import { ensurePerson } from "../../src/cli/person.ts";
import { openWiki } from "../../src/compose.ts";
import { serveWiki } from "../../src/http/wiki-server.ts";
import { readMemory } from "./memory.ts";
import type { ServerAnswer } from "./servers.ts";

// The wiki as `palimpsest serve` has it, without its limits on how much one client may ask.
const unlimited = { perSecond: 1e9, burst: 1e9 };
const [, , database = "", keptBytes] = process.argv;
boundMemory();
const parts = await openWiki(database);
const userId = await ensurePerson(parts.people, "Bench", "bench");
parts.projector.start();
const server = await serveWiki(parts, {
  ...{ host: "127.0.0.1", port: 0, name: "Palimpsest", viewer: { userId, role: "administrator" } },
  onError: console.error,
  limits: { reads: unlimited, writes: unlimited },
  ...(keptBytes === undefined ? {} : { keptBytes: Number(keptBytes) }),
});
const answer = () => {
  const answered: ServerAnswer = { address: server.address, memory: readMemory() };
  process.send?.(answered);
};
process.on("message", answer);
process.once("disconnect", async () => {
  await server.stop();
  await parts.close();
});
answer();
