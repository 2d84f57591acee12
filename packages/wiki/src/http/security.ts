import { CrossSiteRequestError } from "./request-errors.ts";

/**
 * On every answer. No script and no style runs but our own files; nobody frames the wiki, and it tells nobody where a
 * reader comes from. Pictures may come from other sites, over HTTPS, as pages name them.
 */
export const SECURITY_HEADERS = {
  "content-security-policy": [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' https:",
    "font-src 'self'",
    "connect-src 'self'",
    "manifest-src 'self'",
    "form-action 'self'",
    "frame-ancestors 'none'",
    "base-uri 'none'",
  ].join("; "),
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
  "referrer-policy": "same-origin",
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
} as const;

const SAFE_METHODS = new Set(["GET", "HEAD", "OPTIONS"]);

/** Whether a request changes nothing. */
export function isSafe({ method }: Request): boolean {
  return SAFE_METHODS.has(method);
}

/**
 * Throws `CrossSiteRequestError` where a browser sends a change from a page of another site. Browsers name the site that a
 * request comes from, and pages cannot forge that; a program that is no browser names none, and carries no cookie.
 */
export function assertSameSite(request: Request, ownOrigin?: string): void {
  if (isSafe(request)) return;
  const site = request.headers.get("sec-fetch-site");
  if (site !== null) {
    // `none` is the reader's own doing, such as a bookmark.
    if (site !== "same-origin" && site !== "none") throw new CrossSiteRequestError();
    return;
  }
  const origin = request.headers.get("origin");
  if (origin === null || origin === ownOrigin) return;
  if (hostOf(origin) !== request.headers.get("host")) throw new CrossSiteRequestError();
}

function hostOf(origin: string): string | undefined {
  return URL.canParse(origin) ? new URL(origin).host : undefined;
}
