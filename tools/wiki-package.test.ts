import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { buildWiki } from "./build-wiki.ts";
import { execute, installPackage } from "./testing/package-user/install-package.ts";
import { createTestDatabase } from "./testing/test-database.ts";

describe("the package of the wiki", () => {
  let root: string;
  let folder: string;
  let packed: readonly string[];

  beforeAll(async () => {
    root = mkdtempSync(join(tmpdir(), "wiki-package-"));
    folder = join(root, "project");
    mkdirSync(folder);
    await buildWiki(join(root, "dist"));
    packed = await installPackage(join(root, "dist"), { into: folder, root });
  }, 120_000);

  afterAll(() => rmSync(root, { recursive: true, force: true }));

  const installed = (path: string) => join(folder, "node_modules/palimpsest", path);

  /** The program as npm links it; npm makes a script of its own on Windows, so it is run by its file. */
  const palimpsest = (...args: readonly string[]) =>
    execute([process.execPath, installed("lib/palimpsest.cjs"), ...args], folder);

  async function serve(...args: readonly string[]): Promise<Served> {
    const child = spawn(
      process.execPath,
      [installed("lib/palimpsest.cjs"), "serve", "--port", "0", "--json", ...args],
      // No cache of an earlier run, and none left behind.
      { cwd: folder, env: { XDG_CACHE_HOME: join(root, "cache") }, stdio: ["ignore", "pipe", "inherit"] },
    );
    return { child, address: await addressOf(child) };
  }

  test("holds JavaScript, what browsers get, licences, and no source", () => {
    const chunks = packed.filter((path) => /^lib\/[\w-]+\.js$/.test(path));
    const others = ["LICENSE", "README.md", "THIRD-PARTY-LICENSES.txt", "package.json"];
    expect(packed.toSorted()).toEqual([...others, "lib/assets.json", "lib/palimpsest.cjs", ...chunks].sort());
    expect(chunks).toContain("lib/sqlite-writer-thread.js");
    const licences = readFileSync(installed("THIRD-PARTY-LICENSES.txt"), "utf8");
    for (const name of ["hono", "kysely", "markdown-it", "zod"]) {
      expect(licences).toMatch(new RegExp(`^${name} \\d+\\.\\d+\\.\\d+$`, "m"));
      expect(existsSync(join(folder, "node_modules", name))).toBe(false);
    }
    expect(readFileSync(installed("README.md"), "utf8")).not.toMatch(/\]\(\.\./);
  });

  test("is a program that npm links, and tells its version and commands", async () => {
    expect(existsSync(join(folder, "node_modules/.bin/palimpsest"))).toBe(true);
    expect(await palimpsest("--version")).toEqual({ exitCode: 0, stdout: "palimpsest 0.1.0\n", stderr: "" });
    expect((await palimpsest("import", "git", "--help")).stdout).toContain("Usage: palimpsest import git");
  });

  test("says on an old Node what it needs", async () => {
    const pretending = `
      const { default: program } = await import("node:fs");
      const process = { versions: { node: "20.19.0" }, execPath: "/usr/bin/node", exit: (code) => { throw new Error("exit " + code); } };
      const text = program.readFileSync(${JSON.stringify(installed("lib/palimpsest.cjs"))}, "utf8").replace(/^#!.*/, "");
      new Function("process", "console", text.replace("import(", "imported("))(process, console);`;
    const { exitCode, stderr } = await execute([process.execPath, "--input-type=module", "-e", pretending], folder);
    expect(exitCode).toBe(1);
    expect(stderr).toContain("palimpsest needs Node 24 or newer, but this is Node 20.19.0 (/usr/bin/node)");
    expect(stderr).toContain("Error: exit 1");
  });

  test("serves a wiki on SQLite: pages with code, formulas and diagrams, and what browsers need for them", async () => {
    // What only PostgreSQL needs may be missing.
    renameSync(join(folder, "node_modules/pg"), join(root, "pg"));
    const { child, address } = await serve("--database", "sqlite:wiki.db");
    try {
      const body = "```js\nconst a = 1;\n```\n\n$x^2$\n\n```nomnoml\n[a] -> [b]\n```\n";
      const created = await post(`${address}/api/v1/pages`, { title: "Home", slug: "home", body });
      expect(created.status).toBe(201);
      const html = await (await fetch(`${address}/wiki/home`)).text();
      expect(html).toContain("hljs-keyword");
      expect(html).toContain("<math");
      expect(html).toContain("<svg");
      const assets = [...html.matchAll(/"(\/assets\/[^"]+)"/g)].map(([, path]) => path);
      expect(assets.length).toBeGreaterThanOrEqual(3);
      for (const path of assets) {
        const answer = await fetch(address + path);
        expect([path, answer.status]).toEqual([path, 200]);
        expect((await answer.text()).length).toBeGreaterThan(50);
      }
      expect((await (await fetch(`${address}/api/v1/search?q=const`)).json()).total).toBe(1);
    } finally {
      expect(await stop(child)).toBe(0);
      renameSync(join(root, "pg"), join(folder, "node_modules/pg"));
    }
    const verified = await palimpsest("verify", "--database", "sqlite:wiki.db");
    expect(verified.exitCode).toBe(0);
    expect((await palimpsest("backup", "wiki.backup", "--database", "sqlite:wiki.db")).exitCode).toBe(0);
    expect((await palimpsest("restore", "wiki.backup", "--database", "sqlite:again.db")).exitCode).toBe(0);
  });

  test("serves a wiki on PostgreSQL", async () => {
    await using database = await createTestDatabase();
    const { child, address } = await serve("--database", database.connectionString);
    try {
      expect((await post(`${address}/api/v1/pages`, { title: "Home", slug: "home", body: "Hello" })).status).toBe(201);
      expect(await (await fetch(`${address}/wiki/home`)).text()).toContain("Hello");
    } finally {
      expect(await stop(child)).toBe(0);
    }
  });
});

interface Served {
  readonly child: ChildProcess;
  readonly address: string;
}

/** The server goes on to say things, which must be read. */
function addressOf(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let said = "";
    child.stdout?.on("data", (part: Buffer) => {
      said += part;
      const found = /"address":"([^"]+)"/.exec(said)?.[1];
      if (found !== undefined) resolve(found);
    });
    child.once("exit", (code) => reject(new Error(`the server ended with ${code}: ${said}`)));
  });
}

async function stop(child: ChildProcess): Promise<number | null> {
  if (child.exitCode === null) {
    child.kill("SIGTERM");
    await once(child, "exit");
  }
  return child.exitCode;
}

function post(address: string, fields: object): Promise<Response> {
  return fetch(address, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(fields),
  });
}
