// Makes the pictures of the README: `npm run pictures`. They show a wiki in memory, as a browser shows it.
import { mkdirSync, statSync } from "node:fs";
import { join } from "node:path";
import type { BrowserContextOptions } from "playwright-core";
import { launchBrowser } from "../../../../tools/testing/chromium.ts";
import { openWiki } from "../../src/compose.ts";
import { serveWiki } from "../../src/http/wiki-server.ts";
import { writeSampleWiki } from "./sample-wiki.ts";

const FOLDER = join(import.meta.dirname, "../../../../docs/pictures");
const MAX_BYTES = 200_000;
const WIDE = { width: 1_200, height: 750 };

interface Picture {
  readonly name: string;
  readonly path: string;
  readonly options: BrowserContextOptions;
}

const PICTURES: readonly Picture[] = [
  { name: "page", path: "/wiki/bread/sourdough", options: { viewport: WIDE } },
  { name: "diff", path: "/diff/bread/sourdough?from=3&to=5&layout=side", options: { viewport: WIDE } },
  { name: "search", path: "/search?q=starter", options: { viewport: WIDE, colorScheme: "dark" } },
  { name: "history", path: "/history/bread/sourdough", options: { viewport: WIDE } },
  {
    name: "phone",
    path: "/wiki/bread/sourdough",
    options: { viewport: { width: 360, height: 750 }, deviceScaleFactor: 1.5 },
  },
];

mkdirSync(FOLDER, { recursive: true });
const parts = await openWiki("memory:", { env: {} });
parts.projector.start();
const userId = await writeSampleWiki(parts);
const server = await serveWiki(parts, {
  ...{ host: "127.0.0.1", port: 0, name: "The Bakery" },
  viewer: { userId, role: "editor" },
  onError: (error) => console.error(error),
});
const browser = await launchBrowser();
for (const { name, path, options } of PICTURES) {
  const page = await browser.newPage(options);
  await page.goto(server.address + path);
  const file = join(FOLDER, `${name}.png`);
  await page.screenshot({ path: file });
  await page.close();
  const { size } = statSync(file);
  if (size > MAX_BYTES) throw new Error(`${file} has ${size} bytes; a picture of the README has at most ${MAX_BYTES}`);
}
await browser.close();
await server.stop(0);
await parts.close();
