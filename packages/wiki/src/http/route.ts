import type { Resource } from "./resource.ts";

/** A resource, and where it is: for browsers, for programs, as plain text. Each address has a method before it. */
export interface Route {
  readonly html?: string;
  readonly api?: string;
  readonly markdown?: string;
  readonly resource: Resource;
  /** For whoever runs the wiki: answered however much there is to do. */
  readonly isOperation?: true;
}
