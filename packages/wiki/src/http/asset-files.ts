import type { Assets } from "../views/assets.ts";
import { EncodedBody } from "./encoded-body.ts";

/** A file that browsers keep for ever: its name changes with what it holds. */
export interface AssetFile {
  readonly type: string;
  readonly body: EncodedBody;
}

/** The files of the wiki in memory, by their addresses, and the addresses for views. */
export interface AssetFiles {
  readonly assets: Assets;
  readonly files: ReadonlyMap<string, AssetFile>;
}

interface PackedAssets {
  readonly assets: Assets;
  readonly files: readonly { readonly address: string; readonly type: string; readonly text: string }[];
}

/** The files as the text of one file, for the package. */
export function packAssets({ assets, files }: AssetFiles): string {
  const packed: PackedAssets = {
    assets,
    files: [...files].map(([address, { type, body }]) => ({ address, type, text: body.identity.toString() })),
  };
  return JSON.stringify(packed);
}

/** What `packAssets` packed. */
export function unpackAssets(packed: string): AssetFiles {
  // Our own file.
  const { assets, files } = JSON.parse(packed) as PackedAssets;
  return {
    assets,
    files: new Map(files.map(({ address, type, text }) => [address, { type, body: new EncodedBody(text) }])),
  };
}
