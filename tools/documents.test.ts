import { existsSync, globSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { modulesOf, programOf, SnippetFolder } from "./testing/snippets.ts";
import { createTestDatabase, type TestDatabase } from "./testing/test-database.ts";

const ROOT = join(import.meta.dirname, "..");
const DOCUMENTS = globSync(["*.md", "docs/**/*.md", "packages/*/*.md"], { cwd: ROOT })
  .map((path) => path.replaceAll("\\", "/"))
  .sort();

// It shows how tests are written, which only a test can run.
const NOT_RUN = ["CONTRIBUTING.md"];

const textOf = (document: string) => readFileSync(join(ROOT, document), "utf8");

describe("the code in the documents", () => {
  const programs = DOCUMENTS.filter((document) => !NOT_RUN.includes(document)).flatMap((document) => {
    const program = programOf(textOf(document));
    return program === undefined ? [] : [{ document, program }];
  });
  let folder: SnippetFolder;
  let database: TestDatabase;

  beforeAll(async () => {
    folder = new SnippetFolder();
    for (const document of DOCUMENTS) {
      for (const [file, text] of modulesOf(textOf(document))) folder.writeModule(file, text);
    }
    database = await createTestDatabase();
  });

  afterAll(async () => {
    folder.remove();
    await database.drop();
  });

  test.each(programs)("of $document runs and gives the values it shows", async ({ document, program }) => {
    const file = folder.write(document, program);
    const { exitCode, output } = await folder.run(file, { DATABASE_URL: database.connectionString });
    expect(exitCode, output).toBe(0);
  });

  test("has the types it says", async () => {
    for (const { document, program } of programs) folder.write(document, program);
    const { output } = await folder.checkTypes();
    // What is wrong elsewhere is for `npm run check`; lines of files elsewhere begin with "../", further lines of one with a space.
    expect(output.split("\n").filter((line) => /^(?!\.\.\/|\s)./.test(line))).toEqual([]);
  });
});

describe("the check of the code in the documents", () => {
  const documentWith = (...lines: string[]) => ["Some text.", "```ts", ...lines, "```", "More."].join("\n");

  const run = async (document: string) => {
    const folder = new SnippetFolder();
    try {
      const file = folder.write("sample.md", programOf(document) ?? "");
      return { ran: await folder.run(file), checked: await folder.checkTypes() };
    } finally {
      folder.remove();
    }
  };

  test("takes the blocks of a document as one program", async () => {
    const { ran, checked } = await run(`${documentWith("const a = 1 + 1; // → 2")}\n${documentWith("[a]; // → [2]")}`);
    expect([ran.exitCode, checked.exitCode, ran.output, checked.output]).toEqual([0, 0, "", ""]);
  });

  test("fails where a value is another than shown, and names the line of the document", async () => {
    const { ran } = await run(documentWith("const list = [1];", "list; // → [2]"));
    expect(ran.exitCode).toBe(1);
    expect(ran.output).toContain("sample.md.ts:4");
    expect((await run(documentWith("const sum = 1 + 1; // → 3"))).ran.exitCode).toBe(1);
  });

  test("fails where a program throws, does not parse, imports what is not there or has a wrong type", async () => {
    expect((await run(documentWith('throw new Error("no");'))).ran.exitCode).toBe(1);
    expect((await run(documentWith("const ;"))).ran.exitCode).toBe(1);
    expect(
      (await run(documentWith('import { nobody } from "@palimpsest/eventsourcing";', "nobody;"))).ran.exitCode,
    ).toBe(1);
    const { ran, checked } = await run(documentWith("const text: string = 5 as number; // → 5"));
    expect(ran.exitCode).toBe(0);
    expect(checked.output).toContain("Type 'number' is not assignable to type 'string'");
  });

  test("takes a block with the name of a file as a module", () => {
    const document = "```ts one.ts\nexport const one = 1;\n```\n```ts\none; // → 1\n```";
    expect(modulesOf(document)).toEqual(new Map([["one.ts", "\nexport const one = 1;\n\n\n\n"]]));
    expect(programOf(document)?.split("\n").slice(0, 6)).toEqual(["", "", "", "", "assertShown(one, 1);", ""]);
    expect(modulesOf(documentWith("1;"))).toEqual(new Map());
    expect(() => programOf("```ts one\n1;\n```")).toThrow("never run");
    expect(() => modulesOf("```ts one.ts\n2;\n1; // → 1\n```")).toThrow("shows no values");
  });

  test("refuses a value that it cannot see and a block that is never run", () => {
    expect(() => programOf(documentWith("list // → [2]"))).toThrow("shows no value");
    expect(() => programOf("```typescript\n1;\n```")).toThrow("never run");
    expect(() => programOf("```js\n1;\n```")).toThrow("never run");
    expect(programOf("```sh\nnpm ci\n```")).toBeUndefined();
  });
});

describe("the links in the documents", () => {
  const linksOf = (text: string) => [...proseOf(text).matchAll(/\]\(([^)\s]+)\)/g)].map(([, link = ""]) => link);

  const proseOf = (text: string) => text.replaceAll(/^ *```[\s\S]*?^ *```$/gm, "").replaceAll(/`[^`\n]*`/g, "");

  const broken = (document: string, text: string) =>
    linksOf(text).filter((link) => {
      if (/^https?:/.test(link)) return false;
      const [path = "", anchor] = link.split("#", 2);
      const target = path === "" ? document : join(dirname(document), path);
      if (!existsSync(join(ROOT, target))) return true;
      return anchor !== undefined && !anchorsOf(path === "" ? text : textOf(target)).includes(anchor);
    });

  // As GitHub makes them.
  const anchorsOf = (text: string) =>
    [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading = ""]) =>
      heading
        .toLowerCase()
        .replaceAll(/[^\p{L}\p{N}_ -]/gu, "")
        .replaceAll(" ", "-"),
    );

  test.each(DOCUMENTS)("of %s lead to files and headings that exist", (document) => {
    expect(broken(document, textOf(document))).toEqual([]);
  });

  test("are found where they lead nowhere", () => {
    const text = "# One\n[a](README.md) [b](#one) [c](https://example.org/x) [d](none.md) [e](#two) [f](docs/none/)";
    expect(broken("README.md", text)).toEqual(["none.md", "#two", "docs/none/"]);
    expect(broken("README.md", "`[a](in-code)` [`b`](none)\n```md\n[c](in-a-block)\n```\n[d](nil)")).toEqual([
      "none",
      "nil",
    ]);
  });
});
