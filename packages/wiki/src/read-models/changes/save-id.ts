import type { Uuid } from "@palimpsest/eventsourcing";

/** The 16 bytes of an id: half of what its text takes. */
export function bytesOf(id: Uuid): Uint8Array {
  return Buffer.from(id.replaceAll("-", ""), "hex");
}

/** The id of 16 bytes. */
export function uuidOf(bytes: Uint8Array): Uuid {
  const hex = Buffer.from(bytes).toString("hex");
  // Written by `bytesOf`.
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5") as Uuid;
}
