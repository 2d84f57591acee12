// Makes the golden databases of this program's format, in a folder named after the release:
//   node tools/node-24.cjs packages/wiki/test/golden/make-golden.ts v1 postgres://… path/to/pg_dump
// The database must be empty, and the oldest that is supported: what a newer one dumps an older one may not read.
import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { gzipSync } from "node:zlib";
import { openWiki } from "../../src/compose.ts";
import { contentsOf, writeGoldenWiki } from "./golden-wiki.ts";

const [release = "", postgres = "", pgDump = "pg_dump"] = process.argv.slice(2);
const folder = join(import.meta.dirname, release);
const directory = mkdtempSync(join(tmpdir(), "golden-"));
const attachments = join(directory, "files");
mkdirSync(folder);

const expected: Record<string, unknown> = {};
for (const [engine, address] of Object.entries({ sqlite: `sqlite:${join(directory, "wiki.db")}`, postgres })) {
  await writeGoldenWiki(address, attachments);
  const parts = await openWiki(address, { env: {}, attachments });
  expected[engine] = await contentsOf(address, parts);
  await parts.close();
}
for (const name of ["wiki.db", "wiki.db.accounts"]) {
  const db = new DatabaseSync(join(directory, name));
  db.exec("pragma wal_checkpoint(truncate)");
  db.close();
  writeFileSync(join(folder, `${name}.gz`), gzipSync(readFileSync(join(directory, name)), { level: 9 }));
}
const options = ["--no-owner", "--no-privileges", "--inserts", "--schema=palimpsest", "--schema=accounts"];
const dump = execFileSync(pgDump, [...options, postgres], { encoding: "utf8" });
// Lines that only psql understands.
writeFileSync(join(folder, "wiki.sql"), dump.replaceAll(/^\\.*\n/gm, ""));
writeFileSync(join(folder, "expected.json"), `${JSON.stringify(expected)}\n`);
cpSync(attachments, join(folder, "files"), { recursive: true });
rmSync(directory, { recursive: true });
