import { readFileSync } from "node:fs";
import { stripTypeScriptTypes } from "node:module";
import { join } from "node:path";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { STYLE_FILES } from "../../src/views/assets.ts";
import { replaceTexts } from "../../src/views/test-support/replace-texts.ts";
import { FRAME, SAMPLES } from "../../src/views/test-support/samples.ts";

const SRC = join(import.meta.dirname, "../../src");
const CONTENT_SECURITY_POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' https:; form-action 'self'; base-uri 'none'";

/** A browser page to which `http://wiki.test/sample/NAME` shows a sample, as a server would send it. */
export async function openSamples(browser: Browser, options: BrowserContextOptions = {}): Promise<Page> {
  const context = await browser.newContext(options);
  await context.route("**", async (route) => {
    const { pathname } = new URL(route.request().url());
    const answer = answerTo(pathname);
    if (answer === undefined) return route.fulfill({ status: 404, body: "" });
    return route.fulfill({
      body: answer.body,
      contentType: answer.type,
      headers: { "content-security-policy": CONTENT_SECURITY_POLICY },
    });
  });
  return context.newPage();
}

function stylesheet(): string {
  return STYLE_FILES.map((file) => readFileSync(join(SRC, "views/styles", file), "utf8")).join("\n");
}

function answerTo(path: string): { readonly body: string; readonly type: string } | undefined {
  if (path === FRAME.assets.stylesheet) return { body: stylesheet(), type: "text/css" };
  if (path === FRAME.assets.icon)
    return { body: readFileSync(join(SRC, "views/icon.svg"), "utf8"), type: "image/svg+xml" };
  const script = /^\/assets\/([\w-]+)\.1\.js$/.exec(path)?.[1];
  if (script !== undefined) {
    const source = readFileSync(join(SRC, "client", `${script}.ts`), "utf8");
    return { body: stripTypeScriptTypes(source), type: "text/javascript" };
  }
  // `/long/NAME` is the sample with one long word in the place of each text.
  const [, kind, name] = /^\/(sample|long)\/(.+)$/.exec(path) ?? [];
  const sample = SAMPLES.find((it) => it.name === name);
  const isFile = /\.\w+$/.test(path);
  if (sample === undefined && isFile) return undefined;
  const change = (model: unknown) => (kind === "long" ? replaceTexts(model, "W".repeat(255)) : model);
  return { body: sample?.render(FRAME, change).toString() ?? "Another page", type: "text/html; charset=utf-8" };
}
