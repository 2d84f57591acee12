import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildLibrary } from "../../build.ts";
import { ROOT } from "../../library.ts";
import { type Ended, execute, installPackage } from "./install-package.ts";

const LIBRARY_NAME = "@palimpsest/eventsourcing";

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
      await buildLibrary(join(root, "dist"));
      const packed = await installPackage(join(root, "dist"), { into: folder, root });
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

function writeJson(file: string, value: unknown): void {
  writeFileSync(file, JSON.stringify(value, null, 2));
}
