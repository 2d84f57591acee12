import { CodedError } from "@palimpsest/eventsourcing";
import type { UserId } from "../domain/current-user.ts";

/** Whoever asks, and what they are to the wiki. */
export interface Viewer {
  /** Null where nobody is signed in. */
  readonly userId: UserId | null;
  readonly role: Role;
}

/** Each may do what those before it may. */
export type Role = (typeof ROLES)[number];

const ROLES = ["reader", "editor", "administrator"] as const;

/** What can be asked of the wiki, and the least role that may. */
const LEAST_ROLES = {
  read: "reader",
  seeDeleted: "editor",
  edit: "editor",
  administrate: "administrator",
} as const satisfies { readonly [action: string]: Role };

export type Action = keyof typeof LEAST_ROLES;

/** The viewer may not do what was asked. */
class NotPermittedError extends CodedError {
  readonly code = "NOT_PERMITTED";
  readonly action: Action;

  constructor(action: Action) {
    super(`you may not do this ("${action}"); ask an administrator of this wiki for the right`);
    this.action = action;
  }
}

export function may({ role }: Viewer, action: Action): boolean {
  return ROLES.indexOf(role) >= ROLES.indexOf(LEAST_ROLES[action]);
}

/** All that an answer may follow from of who asks: viewers of the same rights are answered the same. */
export function rightsOf({ role }: Viewer): string {
  return role;
}

/** Throws `NotPermittedError`. */
export function assertMay(viewer: Viewer, action: Action): void {
  if (!may(viewer, action)) throw new NotPermittedError(action);
}
