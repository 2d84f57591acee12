import { join } from "node:path";
import type { WikiPrograms } from "../wiki-programs.ts";
import { startProcess } from "./start-process.ts";

/** What a server tells of itself. */
export interface ServerAnswer {
  readonly address: string;
  readonly memory: Memory;
}

/** The memory of a process, in bytes. */
export interface Memory {
  /** With what it shares: the program of Node, and files that are mapped. */
  readonly resident: number;
  /** Its own; undefined where the system does not tell. */
  readonly own: number | undefined;
}

/** What the bare server is to answer with. */
export interface BareAnswer {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Serves a wiki. With 0 as `keptBytes` it keeps no answer, and makes each one anew. */
export const startWikiServer = (
  { server }: WikiPrograms,
  database: string,
  { keptBytes }: { readonly keptBytes?: 0 } = {},
) => startProcess<object, ServerAnswer>(server, [database, ...(keptBytes === undefined ? [] : [`${keptBytes}`])]);

/** Starts `node:http` alone. */
export const startBareServer = () =>
  startProcess<BareAnswer | object, ServerAnswer>(join(import.meta.dirname, "bare-server.ts"));

export type ServerProcess = Awaited<ReturnType<typeof startWikiServer>>;
