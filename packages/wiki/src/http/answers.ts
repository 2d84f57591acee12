import { createHash } from "node:crypto";
import { promisify } from "node:util";
import { brotliCompress, constants, gzip } from "node:zlib";
import type { Encoded } from "./page-cache.ts";
import { SECURITY_HEADERS } from "./security.ts";

export type Encoding = keyof Encoded;

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

const gzipped = promisify(gzip);
const brotlied = promisify(brotliCompress);
// 5 is as fast as gzip, and a tenth smaller.
const BROTLI = { params: { [constants.BROTLI_PARAM_QUALITY]: 5 } };

/** A body in all encodings. */
export async function encode(identity: Buffer): Promise<Encoded> {
  const [gzip, br] = await Promise.all([encodeAs(identity, "gzip"), encodeAs(identity, "br")]);
  return { identity, gzip, br };
}

/** A body in one encoding. */
export async function encodeAs(identity: Buffer, encoding: Encoding): Promise<Buffer> {
  if (encoding === "identity") return identity;
  return encoding === "gzip" ? gzipped(identity) : brotlied(identity, BROTLI);
}

/** The headers of an answer that a client asks for again each time, and gets only when it has changed. */
export function pageHeaders(etag: string, encoding: Encoding): Record<string, string> {
  return {
    ...SECURITY_HEADERS,
    "content-type": "text/html; charset=utf-8",
    "cache-control": "private, no-cache",
    vary: "accept-encoding, cookie",
    etag,
    ...(encoding === "identity" ? {} : { "content-encoding": encoding }),
  };
}
