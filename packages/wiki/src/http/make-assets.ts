import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { stripTypeScriptTypes } from "node:module";
import { SCRIPT_NAMES, type ScriptName, STYLE_FILES } from "../views/assets.ts";
import type { AssetFile, AssetFiles } from "./asset-files.ts";
import { EncodedBody } from "./encoded-body.ts";

/** Makes the files of their sources: the style sheets, joined to one, and the scripts, which become JavaScript. */
export async function makeAssets(): Promise<AssetFiles> {
  const files = new Map<string, AssetFile>();
  const add = async (name: string, extension: string, type: string, text: string): Promise<string> => {
    const hash = createHash("sha256").update(text).digest("base64url").slice(0, 12);
    const address = `/assets/${name}.${hash}.${extension}`;
    files.set(address, { type, body: new EncodedBody(text) });
    return address;
  };
  const styles = await Promise.all(STYLE_FILES.map((file) => readView(`styles/${file}`)));
  const script = async (name: ScriptName) =>
    [name, await add(name, "js", "text/javascript; charset=utf-8", await readScript(name))] as const;
  const [stylesheet, icon, ...scripts] = await Promise.all([
    add("style", "css", "text/css; charset=utf-8", styles.join("\n")),
    readView("icon.svg").then((svg) => add("icon", "svg", "image/svg+xml", svg)),
    ...SCRIPT_NAMES.map(script),
  ]);
  // One for each name.
  return {
    assets: { stylesheet, icon, scripts: Object.fromEntries(scripts) as AssetFiles["assets"]["scripts"] },
    files,
  };
}

function readView(file: string): Promise<string> {
  return readFile(new URL(`../views/${file}`, import.meta.url), "utf8");
}

async function readScript(name: ScriptName): Promise<string> {
  const source = await readFile(new URL(`../client/${name}.ts`, import.meta.url), "utf8");
  const { emitWarning } = process;
  // Node runs our own sources by the same means, and says of this call alone that it is new.
  process.emitWarning = () => {};
  try {
    return stripTypeScriptTypes(source);
  } finally {
    process.emitWarning = emitWarning;
  }
}
