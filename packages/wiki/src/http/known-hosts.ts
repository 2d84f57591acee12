import { isIP } from "node:net";
import { UnknownHostError } from "./request-errors.ts";

/** Where a wiki is found. */
export interface KnownPlaces {
  /** The address of this machine that the server listens on. */
  readonly host: string;
  /** Where people open it, such as `https://wiki.example`. */
  readonly origin?: string | undefined;
}

/** Whether an address or a name is that of this machine for itself alone. */
export function isLoopback(host: string): boolean {
  return host === "localhost" || host === "::1" || /^127(\.\d{1,3}){3}$/.test(host);
}

/**
 * Makes a check that throws `UnknownHostError` where a request asks for a name that the wiki does not have. Any site can
 * have its own name lead to this machine, and its pages would then read and write the wiki in the name of whoever looks at
 * them (DNS rebinding). Numeric addresses are no names. Where all of a network may come and no origin is given, nobody
 * knows the names of the wiki, and none is refused.
 */
export function hostCheck({ host, origin }: KnownPlaces): (url: URL) => void {
  if (origin === undefined && !isLoopback(host)) return () => {};
  const names = new Set([host, ...(origin === undefined ? [] : [new URL(origin).hostname])]);
  return ({ hostname }) => {
    const name = hostname.replace(/\.$/, "");
    const isKnown = names.has(name) || name === "localhost" || name.endsWith(".localhost") || isNumeric(name);
    if (!isKnown) throw new UnknownHostError(hostname);
  };
}

function isNumeric(hostname: string): boolean {
  return isIP(hostname) !== 0 || hostname.startsWith("[");
}
