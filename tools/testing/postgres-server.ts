import { type ChildProcess, execFile, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { chmod, chown, mkdir, mkdtemp, open, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import {
  findPostgresBinaries,
  findReachableTemporaryFolder,
  findServerUser,
  type PostgresBinaries,
  type ServerUser,
} from "./postgres-binaries.ts";
import { readPostmaster } from "./postmaster-file.ts";

export interface PostgresOptions {
  /** Settings given to the server with `-c`, such as `{ fsync: "off" }`; all others have PostgreSQL's defaults. */
  readonly settings?: Readonly<Record<string, string>>;
  /** Where the folder of its data is made; default for temporary files. Users without rights must be able to pass. */
  readonly parent?: string;
}

/** Starts a private PostgreSQL 18 on a free port of 127.0.0.1, with data of its own that go when it is removed. */
export async function startPostgres(options: PostgresOptions = {}): Promise<PostgresServer> {
  const user = findServerUser();
  const folder = await mkdtemp(join(options.parent ?? findReachableTemporaryFolder(user), "palimpsest-postgres-"));
  const guard = startGuard(folder);
  try {
    await chmod(folder, 0o755);
    const binaries = findPostgresBinaries(user, join(folder, "native"));
    const password = randomBytes(16).toString("hex");
    await initialise(folder, binaries, user, password);
    const server = new PostgresServer({ folder, binaries, user, password, guard, settings: options.settings ?? {} });
    await server.start();
    return server;
  } catch (error) {
    await endGuard(guard);
    throw error;
  }
}

interface Parts {
  readonly folder: string;
  readonly binaries: PostgresBinaries;
  readonly user: ServerUser;
  readonly password: string;
  readonly guard: ChildProcess;
  readonly settings: Readonly<Record<string, string>>;
}

/** A PostgreSQL server that can be stopped, killed and started again on the same data and port. */
export class PostgresServer implements AsyncDisposable {
  readonly #parts: Parts;
  #port: number | undefined;
  #process: ChildProcess | undefined;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** The URL of its database `postgres`, as superuser. */
  get connectionString(): string {
    return `postgres://postgres:${this.#parts.password}@127.0.0.1:${this.#port}/postgres`;
  }

  get port(): number {
    return this.#port ?? 0;
  }

  /** The folder of its data (`data/`) and its log (`server.log`). */
  get folder(): string {
    return this.#parts.folder;
  }

  /** Starts it again after `stop` or `kill`: with the port it had, waiting until it accepts connections. */
  async start(): Promise<void> {
    if (this.#process !== undefined) return;
    // A first start may lose its port to another program; a start after `kill` waits for orphans of the old server.
    for (let attempt = 1; ; attempt++) {
      const port = this.#port ?? (await findFreePort());
      try {
        this.#process = await launch(this.#parts, port);
        this.#port = port;
        return;
      } catch (error) {
        if (attempt === 10) throw error;
        await sleep(100);
      }
    }
  }

  /** Stops it in good order: connections are ended, and nothing is left to recover. */
  async stop(): Promise<void> {
    await this.#end("SIGINT");
  }

  /** Kills it at once, as a crash would: the next start has to recover from the write-ahead log. */
  async kill(): Promise<void> {
    await this.#end("SIGKILL");
  }

  /** Stops it and deletes its data. A process that ends without calling this leaves nothing behind either. */
  async remove(): Promise<void> {
    await this.#end("SIGQUIT");
    await endGuard(this.#parts.guard);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.remove();
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    const server = this.#process;
    if (server === undefined) return;
    this.#process = undefined;
    if (server.exitCode !== null || server.signalCode !== null) return;
    const exit = once(server, "exit");
    server.ref();
    server.kill(signal);
    await exit;
  }
}

async function initialise(
  folder: string,
  binaries: PostgresBinaries,
  user: ServerUser,
  password: string,
): Promise<void> {
  const data = join(folder, "data");
  const passwordFile = join(folder, "password");
  await mkdir(data, { mode: 0o700 });
  await writeFile(passwordFile, password, { mode: 0o600 });
  if (user.uid !== undefined && user.gid !== undefined) {
    await chown(data, user.uid, user.gid);
    await chown(passwordFile, user.uid, user.gid);
  }
  // The locale is PostgreSQL's own, so that text sorts alike on every machine, whatever LANG is there.
  const flags = ["--encoding=UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--no-sync"];
  await promisify(execFile)(
    binaries.initdb,
    [`--pgdata=${data}`, "--username=postgres", `--pwfile=${passwordFile}`, "--auth=scram-sha-256", ...flags],
    { ...user, cwd: data },
  );
  await rm(passwordFile);
}

const SETTINGS = {
  listen_addresses: "127.0.0.1",
  unix_socket_directories: "",
  // Beside the data, not in /dev/shm: containers keep that small, and what a killed server leaves there stays.
  dynamic_shared_memory_type: "mmap",
};

async function launch({ folder, binaries, user, settings }: Parts, port: number): Promise<ChildProcess> {
  const logPath = join(folder, "server.log");
  const flags = Object.entries({ ...SETTINGS, ...settings });
  // A file, not a pipe: a server whose log is not read would stop once the pipe is full.
  await using log = await open(logPath, "a");
  const server = spawn(
    binaries.postgres,
    ["-D", join(folder, "data"), "-p", String(port), ...flags.flatMap(([name, value]) => ["-c", `${name}=${value}`])],
    { ...user, cwd: join(folder, "data"), stdio: ["ignore", log.fd, log.fd] },
  );
  server.unref();
  await once(server, "spawn");
  while (server.exitCode === null && server.signalCode === null) {
    const postmaster = readPostmaster(folder);
    if (postmaster?.pid === server.pid && postmaster?.isReady) return server;
    await sleep(10);
  }
  const tail = (await readFile(logPath, "utf8")).split("\n").slice(-20).join("\n");
  throw new Error(`PostgreSQL did not start on port ${port}. The end of its log:\n${tail}`);
}

async function findFreePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  if (address === null || typeof address === "string") throw new Error("No free port on 127.0.0.1.");
  return address.port;
}

function startGuard(folder: string): ChildProcess {
  const guard = spawn(process.execPath, [join(import.meta.dirname, "postgres-guard.ts"), folder], {
    detached: true,
    stdio: ["pipe", "ignore", "ignore"],
  });
  guard.unref();
  return guard;
}

async function endGuard(guard: ChildProcess): Promise<void> {
  if (guard.exitCode !== null || guard.signalCode !== null) return;
  const exit = once(guard, "exit");
  guard.ref();
  guard.stdin?.end();
  await exit;
}
