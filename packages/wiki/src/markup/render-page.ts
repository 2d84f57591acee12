import type { ParsedPage } from "./parsed-page.ts";
import type { RenderContext, RenderedPage } from "./rendered-page.ts";
import { Rendering } from "./rendering.ts";
import { renderTokens } from "./token-renderers.ts";

/** Changes with anything that changes the HTML of a page, a version of a library too: part of the key of every cache. */
export const RENDERER_VERSION = 2;

/**
 * The page as HTML: the only door from text to HTML. Every element and attribute in it is one that this folder writes,
 * with escaped text; there is no script, no style and no form in it, whatever the text says.
 */
export function renderPage(parsed: ParsedPage, context: RenderContext): RenderedPage {
  const rendering = new Rendering(parsed, context);
  renderTokens(rendering, parsed.content.tokens);
  return rendering.finish();
}
