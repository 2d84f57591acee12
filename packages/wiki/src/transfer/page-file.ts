import { isUtf8 } from "node:buffer";
import { PagePath } from "../domain/page-path.ts";
import { Body, Title } from "../domain/page-text.ts";
import { type Slug, slugFromPath, toSlug } from "../domain/slug.ts";

/** What a file holds: the text of a page, or a reason why it can be none, as the end of a sentence. */
export type FileContent =
  | { readonly kind: "text"; readonly text: Body }
  | { readonly kind: "refused"; readonly reason: string };

const EXTENSION = /\.(?:md|markdown)$/i;

/** Why a file with this name and mode cannot be a page; undefined where it can. */
export function faultOfFile(path: string, mode: string): string | undefined {
  if (mode === "160000") return "is a submodule";
  if (mode === "120000") return "is a symbolic link";
  if (!EXTENSION.test(path)) return "is no Markdown file";
  if (path.startsWith("\0")) return "has a name that is not UTF-8";
  const checked = PagePath.safeParse(path);
  return checked.success ? undefined : `has a name that ${checked.error.issues[0]?.message}`;
}

/** The largest file whose content is looked at. */
export const MAX_FILE_BYTES = 2 ** 20;

/** The text in the bytes of a file, byte for byte: line ends and a byte order mark stay. */
export function toFileContent(bytes: Buffer): FileContent {
  if (!isUtf8(bytes)) return { kind: "refused", reason: "is not UTF-8" };
  const text = bytes.toString("utf8");
  // All that is asked of a text, asked of its bytes, where it is cheap.
  if (bytes.length <= MAX_FILE_BYTES && !bytes.includes(0)) return { kind: "text", text: text as Body };
  const checked = Body.safeParse(text);
  if (checked.success) return { kind: "text", text: checked.data };
  return { kind: "refused", reason: checked.error.issues[0]?.message ?? "is no text" };
}

/** A title for a page at a path: the name of the file, spaces for dashes. */
export function titleOf(path: string): Title {
  const name = path.slice(path.lastIndexOf("/") + 1).replace(EXTENSION, "");
  const line = name
    .replaceAll("-", " ")
    .replaceAll(/[\p{Cc}\u2028-\u202e\u2066-\u2069]+/gu, " ")
    .replaceAll(/\s+/g, " ")
    .slice(0, 255)
    .toWellFormed()
    .trim();
  const checked = Title.safeParse(line);
  return checked.success ? checked.data : Title.parse("Untitled");
}

/** The slugs that a page at a path may have, in the order of preference. */
export function* slugsFor(path: string): Generator<Slug, never> {
  const slug = slugFromPath(path.replace(EXTENSION, ""));
  yield slug;
  for (let n = 2; ; n++) yield toSlug(`${slug}-${n}`);
}

/** Whether a page has one of the slugs that its path gives, and nobody chose another one for it. */
export function isSlugOf(slug: Slug, path: string): boolean {
  const own = slugFromPath(path.replace(EXTENSION, ""));
  return slug === own || (slug.startsWith(`${own}-`) && /^\d+$/.test(slug.slice(own.length + 1)));
}
