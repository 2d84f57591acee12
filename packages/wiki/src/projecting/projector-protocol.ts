import type { Environment } from "@palimpsest/eventsourcing";

/** What the thread is given when it starts. */
export interface ProjectorSettings {
  readonly address: string;
  readonly env: Environment;
  /** Names who runs the read models. */
  readonly holder: string;
}

/** What the thread is told. */
export type ToThread =
  /** The log has grown. */
  | "grown"
  /** Somebody waits for what the log has. */
  | "wanted"
  /** Finish the batches under way, and end. */
  | "close";

/** What the thread tells. */
export type FromThread =
  | { readonly kind: "moved" }
  | { readonly kind: "warning"; readonly name: string; readonly message: string; readonly code: string | undefined };
