import { z } from "zod";
import { InvalidSlugError, type InvalidSlugReason } from "./invalid-slug.ts";
import { isWord, wordsIn } from "./slug-word.ts";

const MAX_UNITS = 200;

/** A page's name in its address, in canonical form: `guides/getting-started`, `日本`, `café`. `toSlug` makes it. */
export type Slug = z.infer<typeof Slug>;
export const Slug = z
  .string()
  .max(MAX_UNITS, { abort: true })
  .refine(isSlug, "must be a slug in canonical form")
  .brand<"Slug">();

/**
 * The canonical form of a slug: NFKC, lower case, hyphens for white space and underscores, 1 to 200 UTF-16 units; names
 * between slashes, each of words between hyphens, each of letters of one script and digits. Throws `InvalidSlugError`
 * where there is none: nothing is guessed or left out, so that an address leads to one page or to none.
 */
export function toSlug(input: string): Slug {
  // Before anything else: to normalise a million combining marks takes minutes.
  if (input.length > MAX_UNITS) throw new InvalidSlugError({ input, reason: "length" });
  const slug = fold(input);
  const reason = findFault(slug);
  if (reason !== undefined) throw new InvalidSlugError({ input, reason });
  return slug as Slug;
}

/**
 * A slug for a page with this title, without what slugs do not take; its end is cut off where it is too long.
 * Throws `InvalidSlugError` where nothing is left.
 */
export function slugFromTitle(title: string): Slug {
  return toSlug(unreserved(nameFrom(title, MAX_UNITS - SUFFIX.length)));
}

/**
 * A slug for a page at this path, as `slugFromTitle` makes it of each name between slashes: `Guides/Getting Started`
 * becomes `guides/getting-started`. Names of which nothing is left are called `page`.
 */
export function slugFromPath(path: string): Slug {
  let slug = "";
  for (const part of path.split("/")) {
    const name = nameFrom(part, MAX_UNITS - SUFFIX.length - slug.length - 1) || "page";
    const longer = slug === "" ? name : `${slug}/${name}`;
    if (longer.length > MAX_UNITS - SUFFIX.length) break;
    slug = longer;
  }
  const [first = "", ...others] = slug.split("/");
  return toSlug([unreserved(first), ...others].join("/"));
}

function nameFrom(title: string, maxUnits: number): string {
  const text = fold(title.slice(0, MAX_UNITS))
    .slice(0, Math.max(0, maxUnits))
    .replace(/['’]/gu, "")
    .replace(/([[\p{scx=Latin}\p{scx=Greek}\p{scx=Cyrillic}]&&\p{L}])\p{M}+/gv, "$1");
  let name = "";
  for (const word of wordsIn(text)) {
    const longer = name === "" ? word : `${name}-${word}`;
    if (longer.length > maxUnits) break;
    name = longer;
  }
  return name;
}

function unreserved(name: string): string {
  return RESERVED.has(name) ? name + SUFFIX : name;
}

const SUFFIX = "-page";

// First names of addresses that the wiki has for itself, or may want one day: they cannot be had back from a page.
const RESERVED: ReadonlySet<string> = new Set([
  ...["account", "accounts", "admin", "api", "assets", "attachments", "auth", "changes", "drafts", "edit", "export"],
  ...["favicon", "feed", "feeds", "health", "import", "invite", "login", "logout", "metrics", "new", "pages", "people"],
  ...["recent", "robots", "search", "session", "sessions", "settings", "setup", "sitemap", "static", "tags", "upload"],
  ...["uploads", "user", "users", "well-known", "wiki"],
]);

function isSlug(value: string): boolean {
  return fold(value) === value && findFault(value) === undefined;
}

function fold(input: string): string {
  return (
    input
      .normalize("NFKC")
      .toLowerCase()
      // The lower case of İ is an i with a second dot above, which nobody types.
      .replaceAll("i\u0307", "i")
      .replace(/[\p{White_Space}_]/gu, "-")
      .normalize("NFKC")
  );
}

function findFault(slug: string): InvalidSlugReason | undefined {
  if (slug === "") return "empty";
  // Normalising can make it longer, 18 times at most.
  if (slug.length > MAX_UNITS) return "length";
  if (/[^\p{L}\p{M}\p{Nd}\u3007\-/]|\p{Default_Ignorable_Code_Point}/u.test(slug)) return "character";
  const names = slug.split("/");
  if (names.includes("")) return "slash";
  const words = names.flatMap((name) => name.split("-"));
  if (words.includes("")) return "hyphen";
  const fault = words.find((word) => !isWord(word));
  if (fault !== undefined) return isWord(fault.replace(/\p{M}/gu, "")) ? "mark" : "script";
  return RESERVED.has(names[0] ?? "") ? "reserved" : undefined;
}
