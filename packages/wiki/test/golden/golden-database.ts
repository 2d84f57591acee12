import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { gunzipSync } from "node:zlib";
import pg from "pg";
import { createTestDatabase } from "../../../../tools/testing/test-database.ts";
import type { Contents } from "./golden-wiki.ts";

/** The releases whose databases are kept here, the oldest first. */
export const RELEASES: readonly string[] = readdirSync(import.meta.dirname)
  .filter((name) => /^v\d+$/.test(name))
  .sort((one, other) => Number(one.slice(1)) - Number(other.slice(1)));

/** A place for a wiki, empty at first, whose tables can be reached below the wiki. */
export interface Place extends AsyncDisposable {
  readonly address: string;
  readonly attachments: string;
  /** Puts the database of a release there, as it was when its program had closed it. */
  fill(release: string): Promise<void>;
  /** Runs statements on the log's database. */
  query(statements: string): Promise<readonly { readonly [column: string]: unknown }[]>;
  /** The version of the schema of the log. */
  version(): Promise<number>;
}

/** Makes a place, by the name of its engine. */
export const PLACES: { readonly [engine: string]: () => Promise<Place> } = {
  sqlite: async () => {
    const folder = mkdtempSync(join(tmpdir(), "palimpsest-golden-"));
    const attachments = join(folder, "files");
    const query = async (statements: string) => {
      const db = new DatabaseSync(join(folder, "wiki.db"));
      try {
        if (!statements.startsWith("pragma") || statements.includes("=")) db.exec(statements);
        return statements.startsWith("pragma") ? db.prepare(statements).all() : [];
      } finally {
        db.close();
      }
    };
    return {
      address: `sqlite:${join(folder, "wiki.db")}`,
      attachments,
      query,
      fill: async (release) => {
        for (const name of ["wiki.db", "wiki.db.accounts"]) {
          writeFileSync(join(folder, name), gunzipSync(readFileSync(kept(release, `${name}.gz`))));
        }
        cpSync(kept(release, "files"), attachments, { recursive: true });
      },
      version: async () => Number((await query("pragma user_version"))[0]?.["user_version"]),
      [Symbol.asyncDispose]: async () => rmSync(folder, { recursive: true }),
    };
  },
  postgres: async () => {
    const { connectionString, drop } = await createTestDatabase();
    const folder = mkdtempSync(join(tmpdir(), "palimpsest-golden-"));
    const query = async (statements: string) => {
      const client = new pg.Client({ connectionString });
      await client.connect();
      try {
        return (await client.query(statements)).rows ?? [];
      } finally {
        await client.end();
      }
    };
    return {
      address: connectionString,
      attachments: folder,
      query,
      fill: async (release) => {
        await query(readFileSync(kept(release, "wiki.sql"), "utf8"));
        cpSync(kept(release, "files"), folder, { recursive: true });
      },
      version: async () => Number((await query("select schema_version from palimpsest.log"))[0]?.["schema_version"]),
      [Symbol.asyncDispose]: async () => {
        rmSync(folder, { recursive: true });
        await drop();
      },
    };
  },
};

/** What the wiki of a release held on an engine. */
export function expectedContents(release: string, engine: string): Contents {
  return JSON.parse(readFileSync(kept(release, "expected.json"), "utf8"))[engine];
}

function kept(release: string, name: string): string {
  return join(import.meta.dirname, release, name);
}
