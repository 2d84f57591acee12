import { existsSync } from "node:fs";
import { join } from "node:path";
import { rolldown } from "rolldown";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { exportsOf, LIBRARY, readDoors } from "./library.ts";
import { UserProject } from "./testing/package-user/project.ts";
import { createTestDatabase } from "./testing/test-database.ts";

describe("the package of the library", () => {
  let project: UserProject;

  beforeAll(async () => {
    project = await UserProject.create();
  }, 120_000);

  afterAll(() => project?.remove());

  // What Ana has in the end, what the projection says, and what happened.
  const RESULT = `[{"owner":"Ana","balance":7},7,["Account.Created","Account.Deposited","AccountOpened","Account.Deposited"]]\n`;

  test("holds JavaScript with its declarations, and nothing else but what npm shows", () => {
    const modules = project.packed.filter((path) => /^lib\/[a-z0-9/-]+\.js$/.test(path));
    const expected = ["LICENSE", "README.md", "package.json", ...modules, ...modules.map(toDeclaration)];
    expect(project.packed.toSorted()).toEqual(expected.toSorted());
    expect(modules).toContain("lib/adapters/sqlite/sqlite-writer-thread.js");
    expect(modules.filter((path) => !existsSync(join(LIBRARY, toSource(path))))).toEqual([]);
  });

  test("keeps doc comments, has no link that leads out of it, and names no file of the sources", () => {
    expect(project.read("lib/domain/define-aggregate.d.ts")).toContain("Declares an aggregate: its events");
    expect(project.read("README.md")).not.toMatch(/\]\(\.\./);
    const importing = /(from |import\()"\.[^"]*\.ts"/;
    const texts = project.packed.filter((path) => path.startsWith("lib/"));
    expect(texts.filter((path) => importing.test(project.read(path)))).toEqual([]);
  });

  test("works in memory and on a SQLite file that two processes use, with schemas written by hand", async () => {
    expect(await project.run("program.ts")).toEqual({ exitCode: 0, stdout: RESULT, stderr: "" });
    expect(await project.run("program.ts", "sqlite:bank.db")).toEqual({ exitCode: 0, stdout: RESULT, stderr: "" });
  });

  test("has at each door the values that the sources have there", async () => {
    const doors = readDoors().map(({ name }) => name);
    project.write(
      "doors.ts",
      `const names: string[][] = [];
      for (const door of ${JSON.stringify(doors)}) names.push(Object.keys(await import(door)).sort());
      console.log(JSON.stringify(names));`,
    );
    const { stdout, stderr } = await project.run("doors.ts");
    const sources = await Promise.all(doors.map(async (door) => Object.keys(await import(door)).sort()));
    expect(stderr).toBe("");
    expect(JSON.parse(stdout)).toEqual(sources);
    expect(sources.flat().length).toBeGreaterThan(50);
  });

  test("says what to install for PostgreSQL, and works when it is", async () => {
    await using database = await createTestDatabase();
    const { exitCode, stderr } = await project.run("program.ts", database.connectionString);
    expect(exitCode).toBe(1);
    expect(stderr).toContain("needs the package pg; install it with `npm install pg`");
    project.add("pg");
    const { stdout } = await project.run("program.ts", database.connectionString);
    expect(stdout).toBe(RESULT);
  });

  test("has types that a strict compiler accepts, declarations included", async () => {
    project.add("@types/node");
    expect(await project.checkTypes("program.ts")).toBe("");
    const wrong = `import { defineAggregate } from "@palimpsest/eventsourcing";\ndefineAggregate({ name: 5 });\n`;
    project.write("wrong.ts", wrong);
    expect(await project.checkTypes("wrong.ts")).toContain("Type 'number' is not assignable to type 'string'");
  });

  test("has at each door the types that the sources have there", async () => {
    project.add("@types/pg");
    const lines = readDoors().map((door, index) => {
      const names = exportsOf(door).map(({ name }) => `${name} as ${name}${index}`);
      return `export type { ${names.join(", ")} } from "${door.name}";\n`;
    });
    project.write("types.ts", lines.join(""));
    expect(await project.checkTypes("types.ts")).toBe("");
    project.write("types.ts", `${lines.join("")}export type { Absent } from "@palimpsest/eventsourcing";\n`);
    expect(await project.checkTypes("types.ts")).toContain("has no exported member 'Absent'");
  });

  test("leaves out of a bundle what a program does not use", async () => {
    const declaring = await bundled("import { defineAggregate as used } from '@palimpsest/eventsourcing';");
    expect(declaring).toContain("lib/domain/define-aggregate.js");
    expect(declaring.filter((path) => !path.startsWith("lib/domain/"))).toEqual([]);
    const opening = await bundled("import { openRecorder as used } from '@palimpsest/eventsourcing';");
    expect(opening).toContain("lib/adapters/postgres/postgres-recorder.js");
  });

  test("says what is missing where a program on SQLite was bundled whole, and works with the thread beside it", async () => {
    project.write("bundled.js", PROGRAM_ON_SQLITE);
    const thread = "node_modules/@palimpsest/eventsourcing/lib/adapters/sqlite/sqlite-writer-thread.js";
    await write("bundle-alone", { main: "bundled.js" });
    const alone = await project.run("bundle-alone/main.js");
    expect(alone.exitCode).toBe(1);
    expect(alone.stderr).toContain("sqlite-writer-thread.js is missing");
    expect(alone.stderr).toContain("leave @palimpsest/eventsourcing out of the bundle");
    await write("bundle-both", { main: "bundled.js", "sqlite-writer-thread": thread });
    expect(await project.run("bundle-both/main.js")).toEqual({ exitCode: 0, stdout: "1\n", stderr: "" });
    await write("bundle-without", { main: "bundled.js" }, ["@palimpsest/eventsourcing"]);
    expect(await project.run("bundle-without/main.js")).toEqual({ exitCode: 0, stdout: "1\n", stderr: "" });
  });

  async function write(folder: string, input: Record<string, string>, external: string[] = []): Promise<void> {
    const bundle = await rolldown({ cwd: project.folder, input, platform: "node", external: ["pg", ...external] });
    await bundle.write({ dir: join(project.folder, folder), format: "esm" });
    await bundle.close();
  }

  /** The modules of the package that a program, once bundled, holds. */
  async function bundled(imports: string): Promise<readonly string[]> {
    project.write("entry.js", `${imports}\nconsole.log(used);\n`);
    const bundle = await rolldown({
      input: join(project.folder, "entry.js"),
      platform: "node",
      external: ["pg", "uuid"],
    });
    const { output } = await bundle.generate();
    await bundle.close();
    const rendered = output.flatMap((chunk) =>
      chunk.type === "chunk"
        ? Object.entries(chunk.modules).filter(([, { renderedLength }]) => renderedLength > 0)
        : [],
    );
    return rendered.flatMap(([id]) => /eventsourcing\/(lib\/.*)$/.exec(id.replaceAll("\\", "/"))?.[1] ?? []);
  }
});

const PROGRAM_ON_SQLITE = `
import { Application, defineAggregate } from "@palimpsest/eventsourcing";
const Note = defineAggregate({ name: "Note", events: { Created: {} }, create: () => ({}), apply: {} });
const store = "sqlite:" + import.meta.dirname + "/notes.db";
const app = await Application.open({ name: "Notes", aggregates: [Note], store });
await app.save(Note.create({}));
console.log(await app.notificationLog.head());
await app.close();
`;

function toDeclaration(path: string): string {
  return path.replace(/\.js$/, ".d.ts");
}

function toSource(path: string): string {
  return path.replace(/^lib\//, "src/").replace(/\.js$/, ".ts");
}
