import type { Resource } from "./resource.ts";
import { readPage } from "./resources/read-page.ts";
import type { Site } from "./site.ts";

/** A resource, and where it is: for browsers, for programs, as plain text. Each address has a method before it. */
export interface Route {
  readonly html?: string;
  readonly api?: string;
  readonly markdown?: string;
  readonly resource: Resource;
}

const SLUG = ":slug{.+}";

/** Every address of the wiki. */
export function routesOf(site: Site): readonly Route[] {
  return [
    {
      html: `GET /wiki/${SLUG}`,
      api: `GET /api/v1/pages/${SLUG}`,
      markdown: "GET /wiki/:slug{.+\\.md}",
      resource: readPage(site),
    },
  ];
}
