import { createHash } from "node:crypto";
import type { Encoding } from "./encoded-body.ts";

/** The best encoding that a client takes. */
export function encodingFor(acceptEncoding: string | undefined): Encoding {
  if (acceptEncoding === undefined) return "identity";
  // Who takes none of them by `q=0` is no browser: it gets what it refuses least, which every client can read.
  if (/\bbr\b(?!\s*;\s*q=0(?:\.0*)?\s*(?:,|$))/i.test(acceptEncoding)) return "br";
  if (/\bgzip\b(?!\s*;\s*q=0(?:\.0*)?\s*(?:,|$))/i.test(acceptEncoding)) return "gzip";
  return "identity";
}

/** Whether the client has a version already. */
export function isKnown(ifNoneMatch: string | undefined, etag: string): boolean {
  if (ifNoneMatch === undefined) return false;
  return ifNoneMatch
    .split(",")
    .some((candidate) => candidate.trim().replace(/^W\//, "") === etag || candidate.trim() === "*");
}

/** Names a body by what is in it. */
export function etagOf(body: Uint8Array): string {
  return `"${createHash("sha256").update(body).digest("base64url").slice(0, 22)}"`;
}

/** The headers of an answer that a client asks for again each time, and gets only when it has changed. */
export function answerHeaders(etag: string): Record<string, string> {
  return { "cache-control": "private, no-cache", vary: "accept-encoding, cookie", etag };
}

/** The same with those of its body. */
export function keptHeaders(
  { etag, type }: { readonly etag: string; readonly type: string },
  encoding: Encoding,
): Record<string, string> {
  return { ...answerHeaders(etag), ...bodyHeaders(type, encoding) };
}

export function bodyHeaders(type: string, encoding: Encoding): Record<string, string> {
  return { "content-type": type, ...(encoding === "identity" ? {} : { "content-encoding": encoding }) };
}
