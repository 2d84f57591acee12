import { openWiki } from "../compose.ts";
import { currentUserId } from "../domain/current-user.ts";
import { isLoopback } from "../http/known-hosts.ts";
import { serveWiki } from "../http/wiki-server.ts";
import { boundMemory } from "./bound-memory.ts";
import { type Command, EXIT, type Terminal } from "./command.ts";
import { ATTACHMENTS_HELP, ATTACHMENTS_OPTION, DATABASE_HELP, DATABASE_OPTION, toDatabase } from "./database-option.ts";
import { writeExamplePages } from "./example-pages.ts";
import { CannotListenError, isTaken, toListenError, tryPort } from "./listening.ts";
import { ensurePerson, USER_HELP } from "./person.ts";
import { programVersion } from "./program-version.ts";
import { readOptions, toNumber } from "./read-options.ts";
import { ServeLog } from "./serve-log.ts";
import { StopLimit } from "./stop-limit.ts";
import { UsageError } from "./usage-error.ts";

const HELP = `Serves the wiki, and prints its address. It makes the wiki where there is none. A first run by hand writes three
example pages into an empty wiki.

Usage: palimpsest [serve] [OPTIONS]

${DATABASE_HELP}
${ATTACHMENTS_HELP}
  --port NUMBER        where to listen; 0 for any free port (default: 8080, or the next free one after it)
  --host NAME          on which address of this machine (default: 127.0.0.1)
  --url ADDRESS        where people open the wiki, such as https://wiki.example.org, where a proxy leads to it:
                       it is told in feeds, and answers no other name
  --insecure-without-accounts
                       allows another --host than this machine: there are no accounts yet, and whoever can reach
                       the wiki reads, writes and deletes
  --name NAME          what the wiki is called (default: Palimpsest)
${USER_HELP}
  --no-examples        writes no example pages
  --stop-within SECONDS  how long stopping may take (default: 20); what hangs then is left, and named
  --json               logs as JSON lines
  --help               shows this

Examples:
  palimpsest
  palimpsest --database sqlite:/srv/wiki/wiki.db --name "Team wiki" --port 8090
  palimpsest serve --database postgres://wiki@localhost/wiki --user Ana

Ctrl-C or SIGTERM stops it: it answers what is under way and finishes saves. A second one ends it at once.

Exit codes: 0 stopped, 1 failed, 2 wrong usage; 130 or 143 ended at once by a second signal, 137 by itself, as stopping
took too long.
`;

const OPTIONS = {
  ...DATABASE_OPTION,
  ...ATTACHMENTS_OPTION,
  port: { type: "string" },
  host: { type: "string" },
  url: { type: "string" },
  "insecure-without-accounts": { type: "boolean" },
  name: { type: "string" },
  user: { type: "string" },
  "no-examples": { type: "boolean" },
  "stop-within": { type: "string" },
  json: { type: "boolean" },
} as const;

const FIRST_PORT = 8_080;
// Further on it is likelier that something is wrong.
const PORTS = 20;
// In seconds. What starts and stops servers waits for 30 and more.
const STOP_WITHIN = 20;

/** `palimpsest serve`, and `palimpsest` alone. */
export const serveCommand: Command = {
  help: HELP,
  run: async (args, terminal) => {
    const { values } = readOptions(args, { command: "serve", options: OPTIONS });
    boundMemory();
    const wanted = toNumber(values.port, { name: "port", command: "serve", max: 65_535 });
    const host = values.host ?? "127.0.0.1";
    const origin = toOrigin(values.url);
    assertAllowed(host, values["insecure-without-accounts"] ?? false);
    const port = await choosePort(host, wanted);
    const log = new ServeLog(terminal, { json: values.json ?? false });
    const seconds =
      toNumber(values["stop-within"], { name: "stop-within", command: "serve", max: 3_600 }) ?? STOP_WITHIN;
    using limit = new StopLimit(terminal, seconds, (part) =>
      log.error(new Error(`did not stop within ${seconds} s: ${part} kept it; what was saved is on the disk`)),
    );
    const address = toDatabase(values.database, terminal.env);
    const { attachments } = values;
    const parts = await openWiki(address, {
      env: terminal.env,
      onWarning: (warning) => log.error(warning),
      ...(attachments === undefined ? {} : { attachments }),
    });
    try {
      const userId = await ensurePerson(parts.people, values.user, "serve");
      if (terminal.interactive && values["no-examples"] !== true) {
        const written = await currentUserId.run(userId, () => writeExamplePages(parts.wiki));
        if (written > 0) log.info("examples", `wrote ${written} example pages`, { pages: written });
      }
      parts.projector.start();
      const server = await serveWiki(parts, {
        ...{ host, port, name: values.name ?? "Palimpsest", viewer: { userId, role: "administrator" } },
        ...(origin === undefined ? {} : { origin }),
        // In JSON the server tells of its own errors, with the request.
        ...(log.isJson ? { log: log.target, onError: () => {} } : { onError: (error) => log.error(error) }),
      }).catch((error) => Promise.reject(toListenError(error, port)));
      log.info("listening", `Palimpsest ${programVersion()} serves the wiki on ${server.address}`, {
        address: server.address,
      });
      if (!values.json && terminal.interactive) terminal.note("Press Ctrl-C to stop.\n");
      await stopped(terminal);
      log.info("stopping", "stopping: answers what is under way", {});
      limit.waitFor("requests under way");
      // Half of the time is for them, and half for what they have begun.
      await server.stop(seconds * 500);
    } finally {
      await parts.close(limit.waitFor);
    }
    log.info("stopped", "stopped", {});
    return EXIT.done;
  },
};

/** Until there are accounts, nobody but this machine may write. */
function assertAllowed(host: string, insecure: boolean): void {
  if (insecure || isLoopback(host)) return;
  throw new UsageError(
    `--host ${host} lets others in, and there are no accounts yet: whoever can reach the wiki could write and delete; ` +
      "put a proxy that asks for a password before 127.0.0.1, or add --insecure-without-accounts where all may",
    "serve",
  );
}

/** The address that people open, without what they may have written behind it. */
function toOrigin(url: string | undefined): string | undefined {
  if (url === undefined) return undefined;
  const { origin, protocol, pathname } = URL.canParse(url) ? new URL(url) : { protocol: "", pathname: "", origin: "" };
  if (!/^https?:$/.test(protocol) || pathname !== "/") {
    throw new UsageError(
      `--url takes an address such as https://wiki.example.org, without a path, not "${url}"`,
      "serve",
    );
  }
  return origin;
}

/** The port that was asked for, or the first free one. Tried before anything is opened, so that nothing has to be undone. */
async function choosePort(host: string, port: number | undefined): Promise<number> {
  if (port !== undefined) {
    await tryPort(host, port);
    return port;
  }
  for (let next = FIRST_PORT; next < FIRST_PORT + PORTS; next++) {
    try {
      await tryPort(host, next);
      return next;
    } catch (error) {
      if (!isTaken(error)) throw error;
    }
  }
  throw new CannotListenError(
    FIRST_PORT,
    `ports ${FIRST_PORT} to ${FIRST_PORT + PORTS - 1} are taken by other programs; give a free one with --port`,
  );
}

function stopped({ interrupted }: Terminal): Promise<void> {
  if (interrupted.aborted) return Promise.resolve();
  return new Promise((resolve) => interrupted.addEventListener("abort", () => resolve(), { once: true }));
}
