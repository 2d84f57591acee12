import { z } from "zod";
import { assertInput } from "./invalid-input.ts";
import { slugFromPath } from "./slug.ts";

const MAX_UNITS = 255;

// Marks belong to the letters of many scripts. What is not seen is left out: two names that look the same would be two files.
const NAME_CHARACTER = /[[\p{L}\p{M}\p{Nd}\-_. ]--\p{Default_Ignorable_Code_Point}]/v;
const FIRST = /^[\p{L}\p{Nd}_]/u;
const EXTENSION = /\.[A-Za-z0-9]{1,16}$/;

/** What a file is called: `map.png`, `guides/Street map.png`; in canonical form, which `toAttachmentName` makes. */
export const AttachmentName = z
  .string("must be text")
  .min(1, { error: "must not be empty", abort: true })
  // Before anything else: to normalise a million combining marks takes minutes.
  .max(MAX_UNITS, { error: `must not be longer than ${MAX_UNITS} UTF-16 units`, abort: true })
  .refine((name) => name.isWellFormed() && name === name.normalize("NFC"), {
    error: "must be in Unicode normalisation form C",
    abort: true,
  })
  .refine((name) => [...name].every((character) => character === "/" || NAME_CHARACTER.test(character)), {
    error: "must be of letters, digits, hyphens, underscores, dots, spaces, and slashes between folders",
    abort: true,
  })
  .refine((name) => name.split("/").every((part) => FIRST.test(part) && !/[. ]$| {2}/.test(part)), {
    error:
      "must have names between slashes that begin with a letter, a digit or an underscore and end with no dot or space",
    abort: true,
  })
  .refine((name) => EXTENSION.test(name), "must end with an extension such as .png")
  .brand<"AttachmentName">();
export type AttachmentName = z.infer<typeof AttachmentName>;

/** The canonical form of a name: NFC. Throws `InvalidInputError` where it has none: nothing is guessed or left out. */
export function toAttachmentName(value: unknown): AttachmentName {
  return assertInput("name", AttachmentName, normalized(value));
}

/** The canonical form of a name; undefined where it has none. */
export function findAttachmentName(value: string): AttachmentName | undefined {
  return AttachmentName.safeParse(normalized(value)).data;
}

/** Where a page is, and where it stands in the repository it was imported from. */
export interface PagePlace {
  readonly slug: string;
  readonly path: string | null;
}

/**
 * The names under which a page may find a file by its path, the likeliest first: as it is seen from the slug; or as it is in the
 * repository of the page, whose folders may be written otherwise: for `my-docs/start` of `My Docs/Start.md`, `my-docs/Map.png`
 * is `My Docs/Map.png` too.
 */
export function attachmentNamesOfPath(path: string, page: PagePlace): readonly AttachmentName[] {
  const name = findAttachmentName(path);
  if (name === undefined) return [];
  const original = findAttachmentName(pathInRepository(name, page));
  return original === undefined || original === name ? [name] : [name, original];
}

function pathInRepository(path: string, page: PagePlace): string {
  const folders = page.slug.split("/").slice(0, -1);
  const originals = page.path?.split("/").slice(0, -1) ?? [];
  const parts = path.split("/");
  let common = 0;
  while (common < Math.min(folders.length, originals.length, parts.length - 1)) {
    const original = slugFromPath(originals.slice(0, common + 1).join("/"));
    // A page that moved is elsewhere, and so is what it means.
    if (parts[common] !== folders[common] || original !== folders.slice(0, common + 1).join("/")) break;
    common++;
  }
  return [...originals.slice(0, common), ...parts.slice(common)].join("/");
}

/** A name for a file that is called so on somebody's machine: what names do not take becomes a hyphen. */
export function attachmentNameOfFile(file: string): AttachmentName {
  const called = file.slice(-MAX_UNITS).normalize("NFC");
  const name = called.slice(Math.max(called.lastIndexOf("/"), called.lastIndexOf("\\")) + 1);
  const taken = [...name].map((character) => (NAME_CHARACTER.test(character) ? character : "-")).join("");
  return toAttachmentName(taken.replaceAll(/ {2,}/g, " ").replace(/^[^\p{L}\p{Nd}_]+/u, ""));
}

function normalized(value: unknown): unknown {
  return typeof value === "string" && value.length <= MAX_UNITS ? value.normalize("NFC") : value;
}
