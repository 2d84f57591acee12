import type { Text } from "@codemirror/state";
import type { PageId } from "../../domain/page-id.ts";
import { textOf } from "../../domain/text.ts";
import { applyChange, type TextChange } from "../../domain/text-change.ts";
import { BoundedCache } from "../bounded-cache.ts";
import { sizeOf } from "../page-reading.ts";
import type { PageStates } from "../page-states.ts";
import type { PageStep, RecordedPageEvent } from "../page-steps.ts";
import type { PageChange } from "./page-change.ts";

interface Sized {
  readonly body: Text;
  /** Bytes of UTF-8. */
  readonly size: number;
}

// In UTF-16 units of text.
const MAX_UNITS = 4 * 2 ** 20;
// The texts of a page's versions share what did not change: each holds little more than this of its own.
const OWN_UNITS = 2_000;

/**
 * Tells how large texts were before and after each change, by what the changes take and bring: to fold and to check each
 * state would take ten times as long.
 */
export class TextSizes {
  readonly #states: PageStates;
  readonly #known = new BoundedCache<Sized>(MAX_UNITS, ({ body }) => Math.min(body.length, OWN_UNITS) + 100);

  constructor(states: PageStates) {
    this.#states = states;
  }

  async of({
    pageId,
    versionBefore,
    version,
    events,
  }: PageStep): Promise<Pick<PageChange, "sizeBefore" | "sizeAfter">> {
    const before = versionBefore === 0 ? undefined : await this.#at(pageId, versionBefore);
    const after = events.reduce<Sized | undefined>(advance, before);
    if (after) this.#known.keep(keyOf(pageId, version), after);
    return { sizeBefore: before?.size ?? 0, sizeAfter: after?.size ?? 0 };
  }

  async #at(pageId: PageId, version: number): Promise<Sized> {
    const known = this.#known.get(keyOf(pageId, version));
    if (known) return known;
    const { body } = await this.#states.at(pageId, version);
    return { body, size: sizeOf(body) };
  }
}

function advance(before: Sized | undefined, event: RecordedPageEvent): Sized | undefined {
  if (event.type === "Created") {
    const body = textOf(event.data.body);
    return { body, size: sizeOf(body) };
  }
  if (event.type !== "BodyUpdated" || before === undefined) return before;
  const { change } = event.data;
  return { body: applyChange(before.body, change), size: before.size + growthOf(change, before.body) };
}

/** By how many bytes a change makes a text longer. The half of a character counts 3 wherever it is cut: both sides have it. */
function growthOf({ parts }: TextChange, before: Text): number {
  let [growth, place] = [0, 0];
  for (const part of parts) {
    if (typeof part === "number") {
      place += part;
      continue;
    }
    const [deleted, ...lines] = part;
    growth += Buffer.byteLength(lines.join("\n")) - Buffer.byteLength(before.sliceString(place, place + deleted));
    place += deleted;
  }
  return growth;
}

function keyOf(pageId: PageId, version: number): string {
  return `${pageId}@${version}`;
}
