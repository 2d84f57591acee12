import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const ROOT = join(import.meta.dirname, "../..");

/**
 * The program that a document holds: its `ts` blocks in their order as one module, each line where it is in the document,
 * so that errors name the document's lines. `expression; // → value` asserts that the two are deeply equal; it takes one
 * line, and `const` declarations too. Undefined where the document holds no such block.
 */
export function programOf(document: string): string | undefined {
  const program = partOf(document, "ts");
  return program === undefined ? undefined : `${program.split("\n").map(toAssertion).join("\n")}\n${ASSERTION}`;
}

/** The modules that a document holds, by the names of their files: what it shows in blocks such as `ts order.ts`. */
export function modulesOf(document: string): ReadonlyMap<string, string> {
  if (/^ *```ts [a-z0-9-]+\.ts\n(?:(?! *```).*\n)*.*\/\/ →/m.test(document))
    throw new Error("a module shows no values");
  const fences = new Set([...document.matchAll(/^ *```(ts [a-z0-9-]+\.ts)$/gm)].map(([, fence = ""]) => fence));
  return new Map([...fences].map((fence) => [fence.slice("ts ".length), partOf(document, fence) ?? ""]));
}

/** The blocks of a document that begin with a fence, each line where it is in the document. */
function partOf(document: string, wanted: string): string | undefined {
  let opened: string | undefined;
  let blocks = 0;
  const lines = document.split("\n").map((line) => {
    const fence = /^ *```(.*)$/.exec(line)?.[1];
    if (fence === undefined) return opened === wanted ? line : "";
    opened = opened === undefined ? fence.trim() : undefined;
    if (/^(ts\W|typescript|tsx|js|mjs|javascript)/i.test(opened ?? "") && !/^ts [a-z0-9-]+\.ts$/.test(opened ?? "")) {
      throw new Error(`a block of "${opened}" is never run; make it "ts"`);
    }
    if (opened === wanted) blocks += 1;
    return "";
  });
  return blocks === 0 ? undefined : lines.join("\n");
}

// Not called `assert`, which snippets import; and without narrowing the type of what it looks at.
const ASSERTION = `
import { deepStrictEqual as deepStrictEqualOfSnippets } from "node:assert";
function assertShown(actual: unknown, expected: unknown): void {
  deepStrictEqualOfSnippets(actual, expected);
}
`;

function toAssertion(line: string): string {
  const [, indent, statement, value] = /^(\s*)(.*); \/\/ → (.*)$/.exec(line) ?? [];
  if (indent === undefined || statement === undefined || value === undefined) {
    if (line.includes("// →")) throw new Error(`"${line}" shows no value; write "expression; // → value"`);
    return line;
  }
  const declared = /^const (\w+)/.exec(statement)?.[1];
  return declared === undefined
    ? `${indent}assertShown(${statement}, ${value});`
    : `${indent}${statement}; assertShown(${declared}, ${value});`;
}

/** Programs in a temporary folder, where the packages of the workspace are installed as at a user's. */
export class SnippetFolder {
  readonly #path = mkdtempSync(join(tmpdir(), "snippets-"));

  constructor() {
    symlinkSync(join(ROOT, "node_modules"), join(this.#path, "node_modules"), "junction");
    const configuration = {
      extends: join(ROOT, "tsconfig.json"),
      compilerOptions: { noUnusedLocals: false, noUnusedParameters: false },
      include: ["*.ts"],
    };
    writeFileSync(join(this.#path, "tsconfig.json"), JSON.stringify(configuration));
    writeFileSync(join(this.#path, "package.json"), JSON.stringify({ type: "module" }));
  }

  /** Writes a program; answers the name of its file. */
  write(document: string, program: string): string {
    const file = `${document.replaceAll("/", "-")}.ts`;
    writeFileSync(join(this.#path, file), program);
    return file;
  }

  /** Writes a module that programs of all documents import. */
  writeModule(file: string, text: string): void {
    writeFileSync(join(this.#path, file), text, { flag: "wx" });
  }

  /** Runs a program, with no more of the environment than what is given. */
  run(file: string, env: { readonly [name: string]: string } = {}): Promise<Ended> {
    return this.#execute([file], env);
  }

  /** Checks the types of all programs written. */
  checkTypes(): Promise<Ended> {
    return this.#execute([join(ROOT, "node_modules/typescript/bin/tsc"), "-p", "."], {});
  }

  remove(): void {
    rmSync(this.#path, { recursive: true });
  }

  #execute(command: readonly string[], env: { readonly [name: string]: string }): Promise<Ended> {
    const { PATH = "", SystemRoot = "" } = process.env;
    const child = spawn(process.execPath, command, {
      cwd: this.#path,
      env: { PATH, SystemRoot, ...env },
      stdio: ["ignore", "pipe", "pipe"],
      detached: true,
    });
    // What a program started must not outlive it, nor the test that waits for it.
    const endAll = () => killGroup(child.pid);
    const limit = setTimeout(endAll, LONGEST_RUN);
    child.on("exit", () => {
      clearTimeout(limit);
      endAll();
    });
    const chunks: Buffer[] = [];
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk: Buffer) => chunks.push(chunk));
    return new Promise((resolve, reject) => {
      child.on("error", reject);
      child.on("close", (exitCode) => resolve({ exitCode, output: Buffer.concat(chunks).toString() }));
    });
  }
}

// In milliseconds, and less than a test may take.
const LONGEST_RUN = 100_000;

function killGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    // Windows has no groups of processes.
    process.kill(process.platform === "win32" ? pid : -pid, "SIGKILL");
  } catch {
    // It has ended, and so has all that it started.
  }
}

/** How a program ended, and what it wrote. */
export interface Ended {
  readonly exitCode: number | null;
  readonly output: string;
}
