import { z } from "zod";
import { SITEMAP } from "../../views/addresses.ts";
import { resource } from "../resource.ts";
import { originFor, type Site } from "../site.ts";

const TYPE = "text/plain; charset=utf-8";
// What is nothing for a search engine: forms, histories, and lists without an end.
const CLOSED = [
  "/api/",
  "/changes",
  "/delete/",
  "/diff/",
  "/edit/",
  "/history/",
  "/new",
  "/random",
  "/rename/",
  "/restore/",
  "/search",
];

/** What robots are asked to leave alone. */
export function robots(site: Site) {
  const rules = CLOSED.map((path) => `Disallow: ${path}`).join("\n");
  return resource({
    summary: "What robots are asked to leave alone",
    isKept: true,
    input: z.strictObject({}),
    output: z.string(),
    answers: { type: TYPE },
    handle: async (_input, asked) => ({
      kind: "written",
      type: TYPE,
      text: `User-agent: *\n${rules}\nSitemap: ${originFor(site, asked)}${SITEMAP}\n`,
    }),
  });
}
