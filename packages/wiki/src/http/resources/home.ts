import { z } from "zod";
import { pageAddress } from "../../views/addresses.ts";
import { welcomeView } from "../../views/welcome.ts";
import { resource } from "../resource.ts";
import { frameFor, type Site } from "../site.ts";

const HOME_SLUG = "home";

/** Where the wiki begins: its home page, or how to begin one. */
export function showHome(site: Site) {
  return resource({
    summary: "The home page",
    input: z.strictObject({}),
    output: z.null(),
    handle: async (_input, asked) => {
      const { queries } = site.access.for(asked.viewer);
      if (!(await queries.isEmpty())) return { kind: "moved", status: 302, to: pageAddress(HOME_SLUG) };
      return { kind: "shown", data: null, view: () => welcomeView(frameFor(site, asked), { homeSlug: HOME_SLUG }) };
    },
  });
}
