import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import pg from "pg";
import { expect, test } from "vitest";
import { startPostgres } from "./postgres-server.ts";
import { isRunning } from "./postmaster-file.ts";
import { createTestDatabase } from "./test-database.ts";

test("a test database is empty, in UTF-8, and gone after it is dropped", async () => {
  const database = await createTestDatabase();
  const [row] = await query(database.connectionString, "select current_setting('server_encoding') as encoding");
  expect(row).toEqual({ encoding: "UTF8" });

  await database.drop();

  await expect(query(database.connectionString, "select 1")).rejects.toThrow("does not exist");
});

test("a private server keeps its committed rows when it is killed and when it is stopped", async () => {
  await using server = await startPostgres({ settings: { max_connections: "10" } });
  expect(await query(server.connectionString, "show max_connections")).toEqual([{ max_connections: "10" }]);
  await query(server.connectionString, "create table kept (n integer)");
  await query(server.connectionString, "insert into kept values (1)");

  await server.kill();
  await expect(query(server.connectionString, "select * from kept")).rejects.toThrow("ECONNREFUSED");
  await server.start();
  expect(await query(server.connectionString, "select * from kept")).toEqual([{ n: 1 }]);

  await server.stop();
  await server.start();
  expect(await query(server.connectionString, "select * from kept")).toEqual([{ n: 1 }]);
});

test("a server and its folder vanish when the process that started it is killed", async () => {
  const program = `
    import { readPostmaster } from "./postmaster-file.ts";
    import { startPostgres } from "./postgres-server.ts";
    const { folder } = await startPostgres();
    console.log(JSON.stringify({ folder, pid: readPostmaster(folder).pid }));
    setInterval(() => {}, 1_000);
  `;
  const parent = spawn(process.execPath, ["--input-type=module", "--eval", program], {
    cwd: import.meta.dirname,
    stdio: ["ignore", "pipe", "inherit"],
  });
  const [line] = await once(parent.stdout, "data");
  const { folder, pid }: { folder: string; pid: number } = JSON.parse(String(line));
  expect(isRunning(pid)).toBe(true);

  parent.kill("SIGKILL");

  await expect.poll(() => isRunning(pid) || existsSync(folder)).toBe(false);
});

async function query(connectionString: string, statement: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString });
  try {
    await client.connect();
    return (await client.query(statement)).rows;
  } finally {
    await client.end();
  }
}
