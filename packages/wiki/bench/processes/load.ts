import { join } from "node:path";
import { startProcess } from "./start-process.ts";

/** In a request: takes another number each time. */
export const COUNTER = "@COUNTER@";

/** What is asked of a server, as fast as it answers. */
export interface Load {
  readonly port: number;
  readonly connections: number;
  readonly seconds: number;
  /** How many requests at most. */
  readonly count?: number;
  /** In milliseconds between the requests of a connection. */
  readonly pause?: number;
  /** As they are sent; the connections go round them. */
  readonly requests: readonly string[];
}

export interface LoadResult {
  readonly perSecond: number;
  /** In milliseconds. */
  readonly p50: number;
  readonly p99: number;
  readonly count: number;
  /** Answers other than 200. */
  readonly failed: number;
}

/** What sends a load, in a process of its own. */
export interface LoadGenerator {
  run(address: string, load: Omit<Load, "port">): Promise<LoadResult>;
  stop(): Promise<void>;
}

export async function startLoadGenerator(): Promise<LoadGenerator> {
  const generator = await startProcess<Load, LoadResult>(join(import.meta.dirname, "load-generator.ts"));
  return {
    run: async (address, load) => {
      const result = await generator.ask({ ...load, port: Number(new URL(address).port) });
      if (result.failed > 0) throw new Error(`${result.failed} of ${result.count} requests were not answered with 200`);
      return result;
    },
    stop: generator.stop,
  };
}

/** A request for something. */
export function toGet(path: string): string {
  return `GET ${path} HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n`;
}

/** An edit by a program. */
export function toPatch(slug: string, fields: { readonly body: string }): string {
  const body = JSON.stringify(fields);
  const length = Buffer.byteLength(body);
  return [
    `PATCH /api/v1/pages/${slug} HTTP/1.1`,
    "host: 127.0.0.1",
    "content-type: application/json",
    `content-length: ${length}`,
    `\r\n${body}`,
  ].join("\r\n");
}
