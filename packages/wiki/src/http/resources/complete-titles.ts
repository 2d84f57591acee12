import { z } from "zod";
import { LimitField } from "../list-fields.ts";
import { notShown, resource } from "../resource.ts";
import type { Site } from "../site.ts";

/** Titles as somebody types. */
export function completeTitles(site: Site) {
  return resource({
    summary: "Pages whose titles go on from what was typed",
    isKept: true,
    input: z.strictObject({
      typed: z.string("must be text").max(1_000, "must be at most 1,000 characters"),
      limit: LimitField,
    }),
    output: z.object({ pages: z.array(z.object({ pageId: z.uuid(), slug: z.string(), title: z.string() })) }),
    handle: async ({ typed, limit }, { viewer }) => {
      const pages = await site.access.for(viewer).listings.completeTitles(typed, limit);
      return { kind: "shown", data: { pages }, view: notShown };
    },
  });
}
