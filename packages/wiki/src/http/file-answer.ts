import type { AttachmentContent, ByteRange } from "../domain/attachment-content.ts";
import { isShownType } from "../domain/media-types.ts";
import { isKnown } from "./answers.ts";

/** A file to send. */
export interface FileToSend extends AttachmentContent {
  readonly name: string;
  /** Whether the address stands for these bytes for ever. */
  readonly isFixed: boolean;
}

// Nothing in it runs, asks for anything or reaches the wiki: an SVG is a document, and can hold scripts.
const SANDBOX = "default-src 'none'; style-src 'unsafe-inline'; sandbox";
// What browsers put around a picture or a film; and Chromium shows no PDF in a sandbox.
const VIEWER = "default-src 'none'; img-src 'self'; media-src 'self'; object-src 'self'; style-src 'unsafe-inline'";
const YEAR = 31_536_000;

/** The answer to a request for a file, or for a part of it, so that nothing in it is taken for a page of the wiki. */
export async function answerWithFile(
  request: Request,
  file: FileToSend,
  read: (range?: ByteRange) => Promise<ReadableStream<Uint8Array>>,
): Promise<Response> {
  const { size, hash } = file;
  const etag = `"${hash.slice(0, 32)}"`;
  const headers = { ...headersOf(file), etag, "accept-ranges": "bytes" };
  if (isKnown(request.headers.get("if-none-match") ?? undefined, etag)) {
    return new Response(null, { status: 304, headers });
  }
  if (request.method === "HEAD") return new Response(null, { headers: { ...headers, "content-length": String(size) } });
  const range = rangeOf(request, { size, etag });
  if (range === "none") {
    return new Response(null, { status: 416, headers: { ...headers, "content-range": `bytes */${size}` } });
  }
  const length = range ? range.last - range.first + 1 : size;
  const part = range && { "content-range": `bytes ${range.first}-${range.last}/${size}` };
  return new Response(await read(range), {
    status: range ? 206 : 200,
    headers: { ...headers, ...part, "content-length": String(length) },
  });
}

function headersOf({ name, type, isFixed }: FileToSend): Record<string, string> {
  const isShown = isShownType(type);
  const isMedia = /^(?:image\/(?!svg)|audio\/|video\/|application\/pdf$)/.test(type);
  const mediaType = isShown ? type : "application/octet-stream";
  const file = name.slice(name.lastIndexOf("/") + 1);
  const ascii = file.replaceAll(/[^ -~]/g, "_");
  return {
    "content-type": mediaType === "text/plain" ? "text/plain; charset=utf-8" : mediaType,
    // Names have no quotes and no control characters in them.
    "content-disposition": `${isShown ? "inline" : "attachment"}; filename="${ascii}"; filename*=UTF-8''${encodeURIComponent(file)}`,
    "content-security-policy": isShown && isMedia ? VIEWER : SANDBOX,
    "x-content-type-options": "nosniff",
    "cache-control": isFixed ? `private, max-age=${YEAR}, immutable` : "private, no-cache",
  };
}

/** The part that is asked for; undefined for all of it, "none" where it lies behind the end. */
function rangeOf(
  { headers }: Request,
  { size, etag }: { readonly size: number; readonly etag: string },
): ByteRange | "none" | undefined {
  const condition = headers.get("if-range");
  if (condition !== null && condition !== etag) return undefined;
  // Several parts at once are not sent, and whoever asks for them takes all.
  const [, from = "", to = ""] = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(headers.get("range") ?? "") ?? [];
  if (from === "") {
    if (to === "") return undefined;
    return Number(to) === 0 ? "none" : { first: Math.max(0, size - Number(to)), last: size - 1 };
  }
  const [first, last] = [Number(from), to === "" ? size - 1 : Math.min(Number(to), size - 1)];
  if (to !== "" && Number(to) < first) return undefined;
  return first >= size ? "none" : { first, last };
}
