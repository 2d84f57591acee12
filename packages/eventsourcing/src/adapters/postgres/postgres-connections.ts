import type { Client, ClientBase, ClientConfig, Pool } from "pg";
import { ProgrammingError } from "../../domain/errors.ts";

/** How to reach the database. */
export interface PostgresAddress {
  /** `postgres://user:password@host:port/database`; what it leaves out comes from the environment, as for libpq. */
  readonly connectionString?: string;
  /** What a URL cannot say, such as certificates; see https://node-postgres.com/apis/client. */
  readonly client?: ClientConfig;
}

type Driver = Pick<typeof import("pg"), "Client" | "Pool" | "TypeOverrides">;

const INT8 = 20;
const KEEP_ALIVE_AFTER = 10_000;
const CONNECT_TIMEOUT = 10_000;
// Beyond this the network is taken for broken: TCP alone would wait a quarter of an hour.
const ANSWER_TIMEOUT = 60_000;

/** Makes the connections of a store, all with the same settings. */
export class PostgresConnections {
  /** Which database, in words, without the password. */
  readonly where: string;
  readonly #driver: Driver;
  readonly #config: ClientConfig;

  private constructor(driver: Driver, config: ClientConfig, where: string) {
    this.#driver = driver;
    this.#config = config;
    this.where = where;
  }

  /** Throws `ProgrammingError` where `pg` is not installed or the address is none. */
  static async load({ connectionString, client = {} }: PostgresAddress): Promise<PostgresConnections> {
    // The driver takes any text for an address, and a password in it for the name of a database.
    if (connectionString !== undefined && !/^postgres(ql)?:\/\//.test(connectionString))
      throw noAddress("it has no scheme");
    const driver = await loadDriver();
    // Positions, versions and times stay far below 2⁵³.
    const types = new driver.TypeOverrides();
    types.setTypeParser(INT8, Number);
    const config: ClientConfig = {
      keepAlive: true,
      keepAliveInitialDelayMillis: KEEP_ALIVE_AFTER,
      connectionTimeoutMillis: CONNECT_TIMEOUT,
      fallback_application_name: "palimpsest",
      ...client,
      ...(connectionString === undefined ? {} : { connectionString }),
      types,
    };
    return new PostgresConnections(driver, config, describe(driver, config));
  }

  /** Opens a connection for writing: a commit is acknowledged when it is on disk. */
  async connect(): Promise<Client> {
    const client = new this.#driver.Client(this.#config);
    // A connection that is lost fails the query under way; where there is none, the next one.
    client.on("error", () => {});
    try {
      await client.connect();
      await configure(client, WRITING);
      return client;
    } catch (error) {
      disconnect(client);
      throw error;
    }
  }

  /** A pool for reading, and for snapshots, which may be lost. `check` may refuse a connection. */
  createPool(max: number, check: (client: ClientBase) => Promise<void>): Pool {
    return this.#createPool(max, async (client) => {
      await configure(client, NOT_WAITING);
      await check(client);
    });
  }

  /** A pool for read models, which may be lost: what is asked of them, only the planner knows. */
  createReadModelPool(max: number): Pool {
    return this.#createPool(max, async (client) => {
      await client.query(`select ${NOT_WAITING}, ${READ_COMMITTED}`);
    });
  }

  #createPool(max: number, onConnect: (client: ClientBase) => Promise<void>): Pool {
    const pool = new this.#driver.Pool({ query_timeout: ANSWER_TIMEOUT, ...this.#config, max, onConnect });
    // A connection that was lost while it was idle is replaced when it is needed.
    pool.on("error", () => {});
    // So is one that is lost between two statements: the next one tells.
    pool.on("connect", (client) => client.on("error", () => {}));
    return pool;
  }
}

/** Ends a connection without waiting for it: one that is lost may never end in good order. */
export function disconnect(client: Client): void {
  client.end().catch(() => {});
}

// `remote_apply` is stronger than `on`; everything else is weaker. The other spares `append_group` a trigger.
const WRITING = `
  set_config(
    'synchronous_commit',
    case current_setting('synchronous_commit') when 'remote_apply' then 'remote_apply' else 'on' end,
    false
  ),
  set_config('palimpsest.writer', 'append_group', false)`;

const NOT_WAITING = "set_config('synchronous_commit', 'off', false)";

const READ_COMMITTED = "set_config('default_transaction_isolation', 'read committed', false)";

/**
 * All statements are look-ups in an index, and are planned once: a plan for a table as small as it was would be kept
 * while it grows, and one made for each number of parameters would cost more than it gains.
 */
async function configure(client: ClientBase, settings: string): Promise<void> {
  await client.query(`
    select ${settings},
      ${READ_COMMITTED},
      set_config('plan_cache_mode', 'force_generic_plan', false),
      set_config('enable_seqscan', 'off', false),
      set_config('enable_bitmapscan', 'off', false),
      set_config('max_parallel_workers_per_gather', '0', false),
      set_config('jit', 'off', false)
  `);
}

async function loadDriver(): Promise<Driver> {
  try {
    return (await import("pg")).default;
  } catch (error) {
    throw new ProgrammingError("a store on PostgreSQL needs the package pg; install it with `npm install pg`", {
      cause: error,
    });
  }
}

function describe(driver: Driver, config: ClientConfig): string {
  try {
    const { database, host, port } = new driver.Client(config);
    return `PostgreSQL database "${database}" at ${host}:${port}`;
  } catch (error) {
    // Not as the cause: it may hold the whole address, and with it the password.
    throw noAddress(error instanceof Error ? error.message : String(error));
  }
}

function noAddress(reason: string): ProgrammingError {
  return new ProgrammingError(
    `the address cannot be used: ${reason}; give postgres://user:password@host:port/database`,
  );
}
