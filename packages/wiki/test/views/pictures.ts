// Makes pictures of all views: `node packages/wiki/test/views/pictures.ts FOLDER [NAME…]`, wide and narrow, light and dark.
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { launchBrowser } from "../../../../tools/testing/chromium.ts";
import { SAMPLES } from "../../src/views/test-support/samples.ts";
import { openSamples } from "./sample-browser.ts";

const [folder, ...names] = process.argv.slice(2);
if (folder === undefined) throw new Error("give a folder");
mkdirSync(folder, { recursive: true });

const browser = await launchBrowser();
for (const width of [1400, 360]) {
  for (const colorScheme of ["light", "dark"] as const) {
    const page = await openSamples(browser, { colorScheme, viewport: { width, height: width === 360 ? 740 : 900 } });
    for (const { name } of SAMPLES) {
      if (names.length > 0 && !names.includes(name)) continue;
      await page.goto(`http://wiki.test/sample/${name}`);
      await page.screenshot({ path: join(folder, `${name}-${width}-${colorScheme}.png`), fullPage: true });
    }
    await page.context().close();
  }
}
await browser.close();
