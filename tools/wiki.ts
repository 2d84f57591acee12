import { join } from "node:path";
import { ROOT } from "./library.ts";

/** The folder of the wiki, `palimpsest`. */
export const WIKI = join(ROOT, "packages/wiki");
