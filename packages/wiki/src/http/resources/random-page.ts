import { z } from "zod";
import { apiPageAddress, pageAddress, pagesAddress } from "../../views/addresses.ts";
import { NotFoundError } from "../request-errors.ts";
import { resource } from "../resource.ts";
import type { Site } from "../site.ts";

/** A page by chance. */
export function randomPage(site: Site) {
  return resource({
    summary: "Leads to a page by chance",
    input: z.strictObject({}),
    output: z.undefined(),
    answers: { status: 302 },
    errors: ["NOT_FOUND"],
    handle: async (_input, asked) => {
      const page = await site.access.for(asked.viewer).listings.randomPage();
      if (asked.form === "json") {
        if (!page) throw new NotFoundError();
        return { kind: "moved", status: 302, to: apiPageAddress(page.slug) };
      }
      return { kind: "moved", status: 302, to: page ? pageAddress(page.slug) : pagesAddress() };
    },
  });
}
