import type { MediaType } from "./attachment-content.ts";

/** Whatever is not known to be something else: browsers save it, and run nothing of it. */
export const BYTES = "application/octet-stream" as MediaType;

/** A kind of file that browsers show. */
interface KnownType {
  readonly type: string;
  /** Whether a file begins as such files do. */
  readonly begins: (head: Uint8Array) => boolean;
}

const isSvg = (head: Uint8Array) => !head.includes(0) && /<svg[\s>]/i.test(latin1(head));
// No byte of a text in any encoding that ASCII is part of.
const isText = (head: Uint8Array) => !head.includes(0);
const isMp4 = (brands: RegExp) => (head: Uint8Array) =>
  latin1(head, 4, 8) === "ftyp" && brands.test(latin1(head, 8, 32));
const begins =
  (...magics: readonly string[]) =>
  (head: Uint8Array) =>
    magics.some((magic) => latin1(head, 0, magic.length) === magic);
const isRiff = (form: string) => (head: Uint8Array) => begins("RIFF")(head) && latin1(head, 8, 12) === form;
// MP3 has a tag, or begins with the first eleven bits of a frame set.
const isMp3 = (head: Uint8Array) => begins("ID3")(head) || (head[0] === 0xff && ((head[1] ?? 0) & 0xe0) === 0xe0);

const PNG: KnownType = { type: "image/png", begins: begins("\x89PNG\r\n\x1a\n") };
const JPEG: KnownType = { type: "image/jpeg", begins: begins("\xff\xd8\xff") };
const TEXT: KnownType = { type: "text/plain", begins: isText };
const WEBM = begins("\x1a\x45\xdf\xa3");

/** By extension. What a file says it is and what its first bytes are must agree, or else it is only bytes. */
const KNOWN: { readonly [extension: string]: KnownType } = {
  png: PNG,
  jpg: JPEG,
  jpeg: JPEG,
  gif: { type: "image/gif", begins: begins("GIF87a", "GIF89a") },
  webp: { type: "image/webp", begins: isRiff("WEBP") },
  avif: { type: "image/avif", begins: isMp4(/avi[fs]/) },
  svg: { type: "image/svg+xml", begins: isSvg },
  pdf: { type: "application/pdf", begins: begins("%PDF-") },
  mp3: { type: "audio/mpeg", begins: isMp3 },
  ogg: { type: "audio/ogg", begins: begins("OggS") },
  wav: { type: "audio/wav", begins: isRiff("WAVE") },
  mp4: { type: "video/mp4", begins: isMp4(/./) },
  ogv: { type: "video/ogg", begins: begins("OggS") },
  webm: { type: "video/webm", begins: WEBM },
  ...Object.fromEntries(["csv", "json", "log", "tsv", "txt", "yaml", "yml"].map((extension) => [extension, TEXT])),
};

const SHOWN: ReadonlySet<string> = new Set(Object.values(KNOWN).map(({ type }) => type));

/** How many bytes `mediaTypeOf` looks at. */
export const HEAD_BYTES = 1_024;

/** What a file is, by its name and its first bytes: one of the types that browsers may show, or `BYTES`. */
export function mediaTypeOf(name: string, head: Uint8Array): MediaType {
  const extension = name.slice(name.lastIndexOf(".") + 1).toLowerCase();
  const known = Object.hasOwn(KNOWN, extension) ? KNOWN[extension] : undefined;
  return known?.begins(head) ? (known.type as MediaType) : BYTES;
}

/** Whether browsers may show files of a type, and need not save them. */
export function isShownType(type: MediaType): boolean {
  return SHOWN.has(type);
}

function latin1(bytes: Uint8Array, start = 0, end = bytes.length): string {
  return String.fromCharCode(...bytes.subarray(start, Math.min(end, HEAD_BYTES)));
}
