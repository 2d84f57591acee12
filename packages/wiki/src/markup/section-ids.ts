const PREFIX = "h-";
const MAX_UNITS = 100;

/**
 * The id of a section from its heading, or from what a link says after "#": letters, marks and digits of any script in
 * lower case, hyphens for spaces, as GitHub makes them. The prefix keeps headings from naming what scripts look up
 * in the document (`document.cookie`, a form's `action`). What is an id already stays as it is.
 */
export function toSectionId(text: string): string {
  // Cut before normalising, which takes minutes for a million combining marks.
  const start = text.trim().slice(0, 2 * MAX_UNITS);
  const name = (/^h-[^\s\p{Lu}]/u.test(start) ? start.slice(PREFIX.length) : start)
    .toLowerCase()
    .replace(/[^\p{L}\p{M}\p{N}\p{Pc}\- ]|\p{Default_Ignorable_Code_Point}/gu, "")
    .replaceAll(" ", "-")
    .normalize("NFC")
    .slice(0, MAX_UNITS)
    .replace(/[\ud800-\udbff]$/, "");
  return PREFIX + (name === "" ? "section" : name);
}

/** Gives each heading of a page an id of its own: the second "Notes" is `h-notes-1`. */
export class SectionIds {
  readonly #taken = new Set<string>();
  readonly #next = new Map<string, number>();

  add(heading: string): string {
    const base = toSectionId(heading);
    let n = this.#next.get(base) ?? 0;
    let id = n === 0 ? base : `${base}-${n}`;
    // No number is tried twice for a base, so that thousands of equal headings take thousands of steps.
    while (this.#taken.has(id)) id = `${base}-${++n}`;
    this.#next.set(base, n + 1);
    this.#taken.add(id);
    return id;
  }

  /** The id for exactly this name, where no heading and no other anchor has it. */
  claim(name: string): string | undefined {
    const id = toSectionId(name);
    if (this.#taken.has(id)) return undefined;
    this.#taken.add(id);
    return id;
  }
}
