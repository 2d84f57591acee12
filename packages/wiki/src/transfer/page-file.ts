import { isUtf8 } from "node:buffer";
import { AttachmentName } from "../domain/attachment-name.ts";
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
  if (!EXTENSION.test(path)) return NO_MARKDOWN;
  if (path.startsWith("\0")) return NOT_UTF8;
  const checked = PagePath.safeParse(path);
  return checked.success ? undefined : `has a name that ${checked.error.issues[0]?.message}`;
}

/** What a file of a repository can be by its name and mode; a reason why it can be nothing is the end of a sentence. */
export type FileKind =
  | { readonly kind: "page" }
  | { readonly kind: "file"; readonly name: AttachmentName }
  | { readonly kind: "refused"; readonly reason: string };

/** Markdown files are pages, others are attached under their paths. */
export function kindOfFile(path: string, mode = REGULAR): FileKind {
  const reason = faultOfFile(path, mode);
  if (reason === undefined) return { kind: "page" };
  if (reason !== NO_MARKDOWN) return { kind: "refused", reason };
  if (path.startsWith("\0")) return { kind: "refused", reason: NOT_UTF8 };
  // To normalise a very long one could take minutes; it is refused by its length.
  const checked = AttachmentName.safeParse(path.length > MAX_NORMALIZED ? path : path.normalize("NFC"));
  if (checked.success) return { kind: "file", name: checked.data };
  return { kind: "refused", reason: `has a name that ${checked.error.issues[0]?.message}` };
}

const REGULAR = "100644";
const NO_MARKDOWN = "is no Markdown file";
const NOT_UTF8 = "has a name that is not UTF-8";
const MAX_NORMALIZED = 1_000;

/** The largest page whose content is looked at. */
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
