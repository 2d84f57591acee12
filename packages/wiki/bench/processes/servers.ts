import { startProcess } from "./start-process.ts";

/** What a server tells of itself. */
export interface ServerAnswer {
  readonly address: string;
  /** Resident, in bytes. */
  readonly memory: number;
}

/** What the bare server is to answer with. */
export interface BareAnswer {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Serves a wiki. With 0 as `keptBytes` it keeps no answer, and makes each one anew. */
export const startWikiServer = (database: string, { keptBytes }: { readonly keptBytes?: 0 } = {}) =>
  startProcess<object, ServerAnswer>("wiki-server.ts", [
    database,
    ...(keptBytes === undefined ? [] : [`${keptBytes}`]),
  ]);

/** Starts `node:http` alone. */
export const startBareServer = () => startProcess<BareAnswer | object, ServerAnswer>("bare-server.ts");

export type ServerProcess = Awaited<ReturnType<typeof startWikiServer>>;
