/** Every address of the wiki is made here. The parts are percent-encoded; a slug keeps its slashes. */

export const HOME = "/";
export const TAGS = "/tags";
export const MISSING_PAGES = "/missing";
export const ORPHANS = "/orphans";
export const RANDOM_PAGE = "/random";
export const ATTACHMENTS = "/attachments";
export const API = "/api";
export const API_DOCUMENT = "/api/v1/openapi.json";
export const ATOM_FEED = "/feeds/changes.atom";
export const SITEMAP = "/sitemap.xml";
export const JSON_FEED = "/feeds/changes.json";

/** The page as it is, or as one of its versions was. */
export function pageAddress(slug: string, version?: number): string {
  return `/wiki/${path(slug)}${query({ version })}`;
}

/** The page's text, as Markdown. */
export function sourceAddress(slug: string, version?: number): string {
  return `/wiki/${path(slug)}.md${query({ version })}`;
}

/** The page for programs. */
export function apiPageAddress(slug: string): string {
  return `/api/v1/pages/${path(slug)}`;
}

export function newPageAddress(fields: { readonly slug?: string; readonly title?: string } = {}): string {
  return `/new${query({ slug: fields.slug, title: fields.title })}`;
}

export function editAddress(slug: string): string {
  return `/edit/${path(slug)}`;
}

export function renameAddress(slug: string): string {
  return `/rename/${path(slug)}`;
}

export function deleteAddress(slug: string): string {
  return `/delete/${path(slug)}`;
}

export function restoreAddress(slug: string): string {
  return `/restore/${path(slug)}`;
}

/** Takes a POST alone. */
export function revertAddress(slug: string): string {
  return `/revert/${path(slug)}`;
}

export function backlinksAddress(slug: string, after?: string): string {
  return `/links/${path(slug)}${query({ after })}`;
}

/** Which changes to list; `before` is the position that the last list ended with. Dates are `2026-11-23`. */
export interface ChangesQuery {
  readonly author?: string | undefined;
  readonly kind?: string | undefined;
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  readonly before?: number | undefined;
}

export function historyAddress(slug: string, changes: ChangesQuery = {}): string {
  return `/history/${path(slug)}${query({ ...changes })}`;
}

export function changesAddress(changes: ChangesQuery = {}): string {
  return `/changes${query({ ...changes })}`;
}

export type DiffLayout = "inline" | "side";

export function diffAddress(
  slug: string,
  versions: { readonly from?: number; readonly to?: number; readonly layout?: DiffLayout } = {},
): string {
  const { from, to, layout } = versions;
  return `/diff/${path(slug)}${query({ from, to, layout: layout === "side" ? layout : undefined })}`;
}

export interface SearchQuery {
  readonly q?: string | undefined;
  readonly tag?: string | undefined;
  readonly author?: string | undefined;
  readonly titles?: "only" | undefined;
  readonly offset?: number | undefined;
}

export function searchAddress(search: SearchQuery = {}): string {
  return `/search${query({ ...search })}`;
}

export interface PagesQuery {
  readonly under?: string | undefined;
  readonly order?: string | undefined;
  readonly after?: string | undefined;
}

export function pagesAddress(pages: PagesQuery = {}): string {
  return `/pages${query({ ...pages })}`;
}

export function tagAddress(tag: string, after?: string): string {
  return `${TAGS}/${path(tag)}${query({ after })}`;
}

/** The file itself, today's or one of its versions. */
export function attachmentAddress(name: string, version?: number): string {
  return `${ATTACHMENTS}/${path(name)}${query({ version })}`;
}

/** The page about a file: its versions and what shows it. */
export function attachmentHistoryAddress(name: string, after?: string): string {
  return `${ATTACHMENTS}/${path(name)}${query({ view: "history", after })}`;
}

/** Takes a POST alone. */
export function deleteAttachmentAddress(name: string): string {
  return `${ATTACHMENTS}/${path(name)}/delete`;
}

/** Takes a POST alone. */
export function restoreAttachmentAddress(name: string): string {
  return `${ATTACHMENTS}/${path(name)}/restore`;
}

export function missingPagesAddress(after?: string): string {
  return `${MISSING_PAGES}${query({ after })}`;
}

export function orphansAddress(after?: string): string {
  return `${ORPHANS}${query({ after })}`;
}

export function tagsAddress(after?: string): string {
  return `${TAGS}${query({ after })}`;
}

function path(names: string): string {
  return names.split("/").map(encode).join("/");
}

function query(fields: { readonly [name: string]: string | number | undefined }): string {
  let text = "";
  for (const name in fields) {
    const value = fields[name];
    if (value !== undefined && value !== "") text += `${text === "" ? "?" : "&"}${name}=${encode(String(value))}`;
  }
  return text;
}

/** Halves of surrogate pairs, which have no encoding, become the replacement character. */
function encode(text: string): string {
  return encodeURIComponent(text.toWellFormed());
}

/** Where a code of an error is explained. */
export function problemAddress(code: string): string {
  return `/api#${problemId(code)}`;
}

export function problemId(code: string): string {
  return `error-${code.toLowerCase().replaceAll(/[^a-z0-9]+/g, "-")}`;
}
