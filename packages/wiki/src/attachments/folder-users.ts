import { mkdir, open, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import type { LogIdentity } from "@palimpsest/eventsourcing";
import { codeOf, syncFolder } from "./files.ts";

/**
 * Notes in a folder that a wiki keeps files there, as an empty file in `used-by/`. Two wikis may have one folder, such as
 * one and the copy of it that was restored beside it: none of them may then say that nobody needs a file.
 */
export async function markUser(folder: string, user: string): Promise<void> {
  await mkdir(join(folder, USERS), { recursive: true });
  await using file = await open(join(folder, USERS, user), "a");
  await file.sync();
  await syncFolder(join(folder, USERS));
  await syncFolder(folder);
}

export async function unmarkUser(folder: string, user: string): Promise<void> {
  await rm(join(folder, USERS, user), { force: true });
}

/** The paths of the marks of others. */
export async function otherUsers(folder: string, user: string): Promise<readonly string[]> {
  const names = await readdir(join(folder, USERS)).catch((error: unknown) => {
    if (codeOf(error) === "ENOENT") return [];
    throw error;
  });
  return names.filter((name) => name !== user).map((name) => join(folder, USERS, name));
}

/** How a log is called there. One that was restored has another epoch, and goes its own way from then on. */
export function userOf({ logId, epoch }: LogIdentity): string {
  return `${logId}.${epoch}`;
}

const USERS = "used-by";
