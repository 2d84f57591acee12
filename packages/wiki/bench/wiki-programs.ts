import { join } from "node:path";
import { bundleWiki } from "../../../tools/build-wiki.ts";

/** The wiki as a command, and as a server without its limits on how much one client may ask. */
export interface WikiPrograms {
  readonly command: string;
  readonly server: string;
}

/** As they are run in a checkout. */
export const SOURCES: WikiPrograms = {
  command: join(import.meta.dirname, "../src/cli/main.ts"),
  server: join(import.meta.dirname, "processes/wiki-server.ts"),
};

// Packages that are installed beside the program are looked for from there: it must lie below this workspace.
const FOLDER = join(import.meta.dirname, "../dist/bench");

/** Builds them as they are in the package. */
export async function buildPrograms(): Promise<WikiPrograms> {
  const { command, server } = SOURCES;
  await bundleWiki(FOLDER, { main: command, "wiki-server": server });
  return { command: join(FOLDER, "main.js"), server: join(FOLDER, "wiki-server.js") };
}
