import { userInfo } from "node:os";
import type { People } from "../accounts/people.ts";
import type { UserId } from "../domain/current-user.ts";
import { toTitle } from "../domain/page-text.ts";
import { UsageError } from "./usage-error.ts";

/** For the help of commands that write. */
export const USER_HELP = `  --user NAME          who writes, as the history names them (default: your name on this machine)`;

/** The id of whoever writes, who is noted in the directory once. Throws `UsageError` for what is no name. */
export async function ensurePerson(people: People, name: string | undefined, command: string): Promise<UserId> {
  const identity = { name: toName(name ?? nameOfUser(), command), email: "" };
  return (await people.ensure([identity]))(identity);
}

function toName(name: string, command: string): string {
  try {
    // What a title takes, a name takes: one line that can be seen.
    return toTitle(name.trim());
  } catch {
    throw new UsageError(`--user takes a name of one line, not ${JSON.stringify(name.slice(0, 60))}`, command);
  }
}

function nameOfUser(): string {
  try {
    return userInfo().username;
  } catch {
    // In a container the user may have no name.
    return "owner";
  }
}
