import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { RENDERER_VERSION } from "./render-page.ts";
import { render } from "./test-support/render.ts";

// Caches of pages outlive an upgrade of the wiki. Where this fails, raise RENDERER_VERSION and keep the new HTML under
// the new name; a new version of KaTeX, highlight.js, nomnoml or markdown-it may be the reason.
test("this version of the renderer makes this HTML", () => {
  const { html } = render(read("sample.md"), {
    slug: "guides/start",
    pages: { home: "## Home\n\nWelcome." },
    files: ["guides/map.png"],
  });
  expect(html).toBe(read(`rendered-v${RENDERER_VERSION}.txt`));
});

function read(name: string): string {
  return readFileSync(new URL(`fixtures/${name}`, import.meta.url), "utf8");
}
