import { execFile } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "../../library.ts";

/** How a program ended, and what it wrote. */
export interface Ended {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Packs what was built, and installs it in an empty folder as it would be from npm; `root` is for what that needs. Nothing
 * is downloaded: what it depends on is packed from this workspace. Answers the paths of the files in the package.
 */
export async function installPackage(
  built: string,
  { into, root }: { readonly into: string; readonly root: string },
): Promise<readonly string[]> {
  const dependencies = allDependencies(built);
  const [packed, ...others] = await pack([built, ...dependencies.values()], root);
  if (!packed) throw new Error(`npm packed nothing in ${built}`);
  // What is packed here takes the place of what a registry would give.
  const overrides = Object.fromEntries(others.map(({ name, tarball }) => [name, `file:${tarball}`]));
  const project = {
    private: true,
    type: "module",
    dependencies: { [packed.name]: `file:${packed.tarball}` },
    overrides,
  };
  writeFileSync(join(into, "package.json"), JSON.stringify(project, null, 2));
  const quietly = ["--ignore-scripts", "--no-audit", "--no-fund"];
  await npm(["install", "--offline", ...quietly, "--cache", join(root, "cache")], into);
  return packed.files;
}

/** The folders of the packages that one depends on, and those they do, by their names. */
function allDependencies(folder: string, found = new Map<string, string>()): ReadonlyMap<string, string> {
  const { dependencies, optionalDependencies }: Manifest = JSON.parse(
    readFileSync(join(folder, "package.json"), "utf8"),
  );
  for (const name of Object.keys({ ...dependencies, ...optionalDependencies })) {
    const nested = join(folder, "node_modules", name);
    const installed = existsSync(nested) ? nested : join(ROOT, "node_modules", name);
    // Some are for other platforms, and not even here.
    if (found.has(name) || !existsSync(installed)) continue;
    found.set(name, installed);
    allDependencies(installed, found);
  }
  return found;
}

interface Manifest {
  readonly dependencies?: { readonly [name: string]: string };
  readonly optionalDependencies?: { readonly [name: string]: string };
}

interface Packed {
  readonly name: string;
  readonly tarball: string;
  readonly files: readonly string[];
}

async function pack(folders: readonly string[], destination: string): Promise<readonly Packed[]> {
  const flags = ["--json", "--ignore-scripts", "--pack-destination", destination];
  const answer = await npm(["pack", ...flags, ...folders], destination);
  const packed: readonly {
    readonly name: string;
    readonly filename: string;
    readonly files: readonly { readonly path: string }[];
  }[] = JSON.parse(answer);
  return packed.map(({ name, filename, files }) => ({
    name,
    tarball: join(destination, filename),
    files: files.map(({ path }) => path),
  }));
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
export function execute([program = "", ...flags]: readonly string[], cwd: string): Promise<Ended> {
  const { PATH = "", HOME = "", SystemRoot = "" } = process.env;
  const shell = process.platform === "win32" && program === "npm";
  return new Promise((resolve, reject) => {
    execFile(program, flags, { cwd, env: { PATH, HOME, SystemRoot }, shell }, (error, stdout, stderr) => {
      if (error && typeof error.code !== "number") reject(error);
      else resolve({ exitCode: Number(error?.code ?? 0), stdout, stderr });
    });
  });
}
