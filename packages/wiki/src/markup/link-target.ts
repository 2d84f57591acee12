import { type Slug, slugFromTitle, toSlug } from "../domain/slug.ts";
import { LIMITS } from "./limits.ts";
import type { LinkTarget } from "./parsed-page.ts";
import { toSectionId } from "./section-ids.ts";

/** Addresses that may stand in a link. Not a word of script, data or files. */
const SCHEMES: ReadonlySet<string> = new Set(["http", "https", "mailto", "tel"]);
const SCHEME = /^([a-z][a-z0-9+.-]*):/i;

// A name with a dot may be a page ("Node.js", "Go 1.6"): only these are files.
const FILE =
  /\.(?:avif|bmp|csv|docx?|epub|gif|gz|ico|jpe?g|json|log|mp[34]|odp|ods|odt|og[gv]|pdf|png|pptx?|svg|tar|tgz|tiff?|tsv|txt|wav|webm|webp|xlsx?|ya?ml|zip)$/i;

/** Whether an address has no scheme or one that is allowed, and nothing in it that browsers read differently. */
export function isAllowedUrl(url: string): boolean {
  if (hasControlOrBackslash(url) || url.startsWith("//")) return false;
  const scheme = SCHEME.exec(url)?.[1];
  return scheme === undefined || SCHEMES.has(scheme.toLowerCase());
}

/**
 * Where the address of a Markdown link leads, seen from the page with this slug; undefined where it leads nowhere.
 * Relative addresses are those of a folder of Markdown files: `Other`, `Other.md`, `./a/Other#part`, `../Other`.
 */
export function resolveAddress(address: string, from: Slug | undefined): LinkTarget | undefined {
  if (!isAllowedUrl(address)) return undefined;
  if (SCHEME.test(address)) return { kind: "external", url: address };
  if (address.length > LIMITS.targetUnits) return undefined;
  const [, path = "", fragment = ""] = /^([^?#]*)(?:\?[^#]*)?(?:#(.*))?$/s.exec(address) ?? [];
  const decoded = decode(path);
  if (decoded === undefined || hasControlOrBackslash(decoded) || decoded.startsWith("//")) return undefined;
  if (decoded === "") return fragment === "" ? undefined : { kind: "section", section: toSection(fragment) };
  // Where other wikis begin.
  if (decoded === "/wiki/" || decoded === "/wiki") return { kind: "site", path: "/" };
  if (decoded.startsWith("/wiki/")) return toPage(decoded.slice("/wiki/".length), fragment);
  if (decoded.startsWith("/")) return { kind: "site", path: address };
  return resolveName(joinPath(folderOf(from), decoded), fragment);
}

/** Where the target in `[[target]]` leads, from any page: `Page title`, `guides/start#Part`, `#Part`, `map.png`. */
export function resolveWikiTarget(target: string): LinkTarget | undefined {
  const at = target.indexOf("#");
  const name = (at < 0 ? target : target.slice(0, at)).trim();
  const fragment = at < 0 ? "" : target.slice(at + 1);
  if (name === "") return fragment.trim() === "" ? undefined : { kind: "section", section: toSection(fragment) };
  return resolveName(name, fragment);
}

/** Whether this names a file that could be attached, not a page. */
export function isFileName(name: string): boolean {
  return FILE.test(name);
}

function resolveName(name: string | undefined, fragment: string): LinkTarget | undefined {
  if (name === undefined) return undefined;
  return isFileName(name) ? { kind: "attachment", path: name } : toPage(name, fragment);
}

function toPage(name: string, fragment: string): LinkTarget | undefined {
  const slug = findSlug(name.replace(/\.(?:md|markdown)$/i, ""));
  if (slug === undefined) return undefined;
  return { kind: "page", slug, section: fragment === "" ? undefined : toSection(fragment) };
}

/** The slug that is written, or else the one that a page with this title would be given. */
function findSlug(name: string): Slug | undefined {
  for (const toSlugOf of [toSlug, slugFromTitle]) {
    try {
      return toSlugOf(name);
    } catch {
      // Not a slug, or no letter in it.
    }
  }
  return undefined;
}

function toSection(fragment: string): string {
  return toSectionId(decode(fragment) ?? fragment);
}

function folderOf(slug: Slug | undefined): string {
  return slug === undefined ? "" : slug.slice(0, slug.lastIndexOf("/") + 1);
}

function joinPath(folder: string, path: string): string | undefined {
  const names: string[] = [];
  for (const name of (folder + path).split("/")) {
    if (name === "..") {
      if (names.pop() === undefined) return undefined;
    } else if (name !== "." && name !== "") names.push(name);
  }
  return names.length === 0 ? undefined : names.join("/");
}

function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

function hasControlOrBackslash(text: string): boolean {
  return /[\p{Cc}\\]/u.test(text);
}
