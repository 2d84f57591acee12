import type { Metadata } from "@palimpsest/eventsourcing";
import type { PageEvent } from "../../domain/page.ts";

/** What a save did to a page. Stored by their places in this list: a new one comes at its end. */
export const CHANGE_KINDS = [
  "created",
  "edited",
  "retitled",
  "renamed",
  "tagged",
  "deleted",
  "restored",
  "reverted",
] as const;
export type ChangeKind = (typeof CHANGE_KINDS)[number];

// Where the page stands in the repository it came from is nothing that its readers see.
const KIND_OF: { readonly [type in PageEvent["type"]]: ChangeKind | undefined } = {
  Created: "created",
  BodyUpdated: "edited",
  TitleUpdated: "retitled",
  SlugUpdated: "renamed",
  TagsUpdated: "tagged",
  PathUpdated: undefined,
  Deleted: "deleted",
  Restored: "restored",
};

/** The kinds of a change as bits. */
export function kindsOf(types: Iterable<PageEvent["type"]>, { revertedTo }: Metadata): number {
  let bits = revertedTo === undefined ? 0 : bitOf("reverted");
  for (const type of types) {
    const kind = KIND_OF[type];
    if (kind !== undefined) bits |= bitOf(kind);
  }
  return bits;
}

/** The kinds that bits stand for. */
export function toKinds(bits: number): readonly ChangeKind[] {
  return CHANGE_KINDS.filter((kind) => (bits & bitOf(kind)) !== 0);
}

export function bitOf(kind: ChangeKind): number {
  return 1 << CHANGE_KINDS.indexOf(kind);
}
