import { readFile } from "node:fs/promises";
import { type AssetFiles, unpackAssets } from "./asset-files.ts";

/** The files that browsers get: made of their sources in a checkout, read as they were built in the package. */
export async function loadAssets(): Promise<AssetFiles> {
  // What makes them is not loaded where they are made already: stripping types takes 30 ms and 15 MB.
  if (import.meta.url.endsWith(".ts")) return (await import("./make-assets.ts")).makeAssets();
  return unpackAssets(await readFile(new URL("./assets.json", import.meta.url), "utf8"));
}
