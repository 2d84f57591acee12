import { z } from "zod";
import { pageAddress, pagesAddress } from "../../views/addresses.ts";
import { welcomeView } from "../../views/welcome.ts";
import { resource } from "../resource.ts";
import { frameFor, type Site } from "../site.ts";
import { findBeginning, HOME_SLUG } from "./beginning.ts";

/** Where the wiki begins: its home page, or the list of all pages; where there is none, how to begin. */
export function showHome(site: Site) {
  return resource({
    summary: "The home page",
    input: z.strictObject({}),
    output: z.null(),
    handle: async (_input, asked) => {
      const { queries } = site.access.for(asked.viewer);
      const slug = await findBeginning(queries);
      if (slug !== undefined) return { kind: "moved", status: 302, to: pageAddress(slug) };
      if (!(await queries.isEmpty())) return { kind: "moved", status: 302, to: pagesAddress() };
      return { kind: "shown", data: null, view: () => welcomeView(frameFor(site, asked), { homeSlug: HOME_SLUG }) };
    },
  });
}
