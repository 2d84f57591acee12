import { spawnSync } from "node:child_process";
import { chmodSync, mkdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterAll } from "vitest";
import { temporaryFile } from "../sqlite/temporary-file.ts";

/** A disk of its own whose power can be cut. */
export interface Disk {
  /** Where it is mounted. */
  readonly directory: string;
  /** Brings everything to it that was written so far. */
  readonly sync: () => void;
  /** From now on nothing reaches it; what has not been brought to it by an fsync is lost. */
  readonly cut: () => void;
  /** Takes it away and mounts it again, as after a start of the machine. Processes that use it must be about to end. */
  readonly restart: () => void;
}

const mounted = new Set<string>();

afterAll(unmountAll);

/** A new ext4 in a file, of 64 MiB by default. Throws where the system does not let us: it takes root and loop devices. */
export function mountDisk(mebibytes = 64): Disk {
  const [image, directory] = [temporaryFile("disk.image"), temporaryFile("disk")];
  mkdirSync(directory);
  // PostgreSQL is another user's.
  chmodSync(dirname(directory), 0o711);
  run("truncate", "-s", `${mebibytes}M`, image);
  run("mkfs.ext4", "-q", "-F", image);
  const mount = () => {
    run("mount", "-o", "loop", image, directory);
    mounted.add(directory);
  };
  mount();
  return {
    directory,
    sync: () => run("sync", "-f", directory),
    cut: () => run("perl", "-e", CUT, directory),
    restart: () => {
      // A process that was killed holds its files for a moment still.
      run(
        "sh",
        "-c",
        `for n in $(seq 100); do umount "$0" 2>/dev/null && exit; sleep 0.1; done; umount "$0"`,
        directory,
      );
      mount();
    },
  };
}

// EXT4_IOC_SHUTDOWN, `_IOR('X', 125, __u32)`, with EXT4_GOING_FLAGS_NOLOGFLUSH: the file system stops where it is, its
// journal included. Node has no ioctl, and each Debian has a perl.
const CUT = `
  open(my $directory, "<", $ARGV[0]) or die "$ARGV[0]: $!";
  my $flags = pack("L", 2);
  ioctl($directory, 0x8004587d, $flags) // die "ioctl: $!";
`;

function run(command: string, ...args: readonly string[]): void {
  const { status, stderr, error } = spawnSync(command, args);
  if (status !== 0) throw new Error(`${command}: ${error?.message ?? String(stderr).trim()}`);
}

/** For the names of tests that need it: why no power can be cut here; nothing where it can. */
export const unlessPower = whyNot();

function whyNot(): string {
  try {
    mountDisk().cut();
    return "";
  } catch (error) {
    return `NOT RUN, no power can be cut here (${error instanceof Error ? error.message : error}): `;
  } finally {
    // At once: where every test of a file is skipped, nothing is run after them.
    unmountAll();
  }
}

function unmountAll(): void {
  for (const directory of mounted) spawnSync("umount", ["-l", directory]);
  mounted.clear();
}

/** The path of a file on a disk. */
export function onDisk({ directory }: Disk, name: string): string {
  return join(directory, name);
}
