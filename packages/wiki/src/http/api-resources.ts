import { z } from "zod";
import { apiView } from "../views/api.ts";
import type { ApiDocument } from "./open-api.ts";
import { listProblems } from "./problems.ts";
import { notShown, resource } from "./resource.ts";
import { frameFor, type Site } from "./site.ts";

const NO_INPUT = z.strictObject({});

/** The description of the API, for people. */
export function showApi(site: Site, document: () => ApiDocument) {
  return resource({
    summary: "What programs can ask of the wiki",
    input: NO_INPUT,
    output: z.undefined(),
    handle: async (_input, asked) => ({
      kind: "shown",
      data: document(),
      view: () => apiView(frameFor(site, asked), { document: document(), problems: listProblems() }),
    }),
  });
}

/** The description of the API, for programs. */
export function readApi(document: () => ApiDocument) {
  return resource({
    summary: "What programs can ask of the wiki, as an OpenAPI document",
    input: NO_INPUT,
    output: z.looseObject({ openapi: z.string() }),
    handle: async () => ({ kind: "shown", data: document(), view: notShown }),
  });
}
