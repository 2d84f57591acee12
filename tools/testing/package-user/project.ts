import { execFile } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildLibrary } from "../../build.ts";
import { ROOT } from "../../library.ts";

const LIBRARY_NAME = "@palimpsest/eventsourcing";

/** How a program ended, and what it wrote. */
export interface Ended {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** An empty project in a temporary folder, in which the library is installed as it would be from npm. */
export class UserProject {
  /** The paths of the files in the package. */
  readonly packed: readonly string[];
  readonly folder: string;
  readonly #root: string;

  private constructor(root: string, folder: string, packed: readonly string[]) {
    this.#root = root;
    this.folder = folder;
    this.packed = packed;
  }

  /** Builds and packs the library, and installs it. Nothing is downloaded. */
  static async create(): Promise<UserProject> {
    const root = mkdtempSync(join(tmpdir(), "package-user-"));
    try {
      const folder = join(root, "project");
      mkdirSync(folder);
      const packed = await install(root, folder);
      for (const file of ["program.ts", "schema.ts"]) cpSync(join(import.meta.dirname, file), join(folder, file));
      return new UserProject(root, folder, packed);
    } catch (error) {
      rmSync(root, { recursive: true });
      throw error;
    }
  }

  /** The file of the package as it was installed. */
  read(path: string): string {
    return readFileSync(join(this.folder, "node_modules", LIBRARY_NAME, path), "utf8");
  }

  write(file: string, text: string): void {
    writeFileSync(join(this.folder, file), text);
  }

  /** Installs a package of the workspace beside the library. */
  add(name: string): void {
    const target = join(this.folder, "node_modules", name);
    mkdirSync(join(target, ".."), { recursive: true });
    symlinkSync(join(ROOT, "node_modules", name), target, "junction");
  }

  /** Runs a file of the project. */
  run(...command: readonly [file: string, ...flags: readonly string[]]): Promise<Ended> {
    return execute([process.execPath, ...command], this.folder);
  }

  /** Checks the types of some files as strictly as can be, in declarations too. */
  async checkTypes(...files: readonly string[]): Promise<string> {
    writeJson(join(this.folder, "tsconfig.json"), {
      compilerOptions: {
        ...{ target: "es2024", lib: ["es2024"], module: "nodenext", types: ["node"], noEmit: true },
        ...{ strict: true, exactOptionalPropertyTypes: true, noUncheckedIndexedAccess: true, skipLibCheck: false },
        ...{ allowImportingTsExtensions: true, verbatimModuleSyntax: true },
      },
      files,
    });
    return (await this.run(join(ROOT, "node_modules/typescript/bin/tsc"), "-p", ".")).stdout;
  }

  remove(): void {
    rmSync(this.#root, { recursive: true });
  }
}

/** Answers the files of the package. */
async function install(root: string, folder: string): Promise<readonly string[]> {
  await buildLibrary(join(root, "dist"));
  const library = await pack(join(root, "dist"), root);
  // What is packed here takes the place of what a registry would give.
  const overrides: Record<string, string> = {};
  for (const name of Object.keys(readPackage(join(root, "dist")).dependencies ?? {})) {
    overrides[name] = `file:${(await pack(join(ROOT, "node_modules", name), root)).tarball}`;
  }
  const dependencies = { [LIBRARY_NAME]: `file:${library.tarball}` };
  writeJson(join(folder, "package.json"), { private: true, type: "module", dependencies, overrides });
  await npm(["install", "--offline", "--ignore-scripts", "--cache", join(root, "cache")], folder);
  return library.files;
}

interface Packed {
  readonly tarball: string;
  readonly files: readonly string[];
}

async function pack(folder: string, destination: string): Promise<Packed> {
  const answer = await npm(["pack", "--json", "--ignore-scripts", "--pack-destination", destination], folder);
  const [packed]: readonly {
    readonly filename: string;
    readonly files: readonly { readonly path: string }[];
  }[] = JSON.parse(answer);
  if (!packed) throw new Error(`npm packed nothing in ${folder}`);
  return { tarball: join(destination, packed.filename), files: packed.files.map(({ path }) => path) };
}

/** Runs npm, the one that runs this where one does. */
async function npm(flags: readonly string[], cwd: string): Promise<string> {
  const { npm_execpath: program } = process.env;
  const command = program?.endsWith(".js") ? [process.execPath, program] : ["npm"];
  const ended = await execute([...command, ...flags], cwd);
  if (ended.exitCode !== 0) throw new Error(`npm ${flags.join(" ")} failed:\n${ended.stderr}${ended.stdout}`);
  return ended.stdout;
}

/** Without the settings that an npm around this one puts into the environment. */
function execute([program = "", ...flags]: readonly string[], cwd: string): Promise<Ended> {
  const { PATH = "", HOME = "", SystemRoot = "" } = process.env;
  const shell = process.platform === "win32" && program === "npm";
  return new Promise((resolve, reject) => {
    execFile(program, flags, { cwd, env: { PATH, HOME, SystemRoot }, shell }, (error, stdout, stderr) => {
      if (error && typeof error.code !== "number") reject(error);
      else resolve({ exitCode: Number(error?.code ?? 0), stdout, stderr });
    });
  });
}

function readPackage(folder: string): { readonly dependencies?: { readonly [name: string]: string } } {
  return JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
}

function writeJson(file: string, value: unknown): void {
  writeFileSync(file, JSON.stringify(value, null, 2));
}
