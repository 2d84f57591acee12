import type { Token } from "markdown-it";
import { highlightCode } from "./code-highlighting.ts";
import { countBoxes, renderDiagram } from "./diagrams.ts";
import { escapeHtml } from "./escape-html.ts";
import { renderFormula } from "./formulas.ts";
import { LIMITS } from "./limits.ts";
import type { Rendering } from "./rendering.ts";

// Code that is wider than the page scrolls, which takes the keyboard only where it can be focused.
const CODE_START = '<pre tabindex="0"><code';

/** A block between fences: code, or what its language makes of it. */
export function renderFence(page: Rendering, token: Token): void {
  const language = /^[\w+#.-]{1,30}/.exec(token.info.trim())?.[0] ?? "";
  if (language === "math") renderFormulaBlock(page, token.content.trim());
  else if (language === "nomnoml") renderDiagramBlock(page, token.content);
  else renderCode(page, token.content, language);
}

export function renderPlainBlock(page: Rendering, text: string): void {
  page.out.write(`${CODE_START}>${escapeHtml(text)}</code></pre>\n`);
}

export function renderFormulaBlock(page: Rendering, tex: string): void {
  const mathml = mathmlOf(page, tex, true);
  page.out.write(
    mathml === undefined
      ? `<pre class="not-shown" tabindex="0"><code>${escapeHtml(tex)}</code></pre>\n`
      : `<div class="math" role="group" aria-label="Formula" tabindex="0">${mathml}</div>\n`,
  );
}

export function renderFormulaInline(page: Rendering, token: Token): void {
  const { content: tex, markup } = token;
  const mathml = mathmlOf(page, tex, markup === "$$");
  page.out.write(mathml ?? `<code class="not-shown">${escapeHtml(markup + tex + markup)}</code>`);
}

function mathmlOf(page: Rendering, tex: string, isBlock: boolean): string | undefined {
  const cost = LIMITS.formulaStartUnits + tex.length;
  return page.spend("formulasUnits", cost) ? renderFormula(tex, isBlock) : undefined;
}

function renderCode(page: Rendering, code: string, language: string): void {
  const html = language !== "" && page.spend("codeUnits", code.length) ? highlightCode(code, language) : undefined;
  const className = language === "" ? "" : ` class="language-${escapeHtml(language)}"`;
  page.out.write(`${CODE_START}${className}>${html ?? escapeHtml(code)}</code></pre>\n`);
}

/** With its source, which is what a screen reader reads. */
function renderDiagramBlock(page: Rendering, source: string): void {
  const svg = page.spend("diagramsBoxes", 10 + countBoxes(source)) ? renderDiagram(source) : undefined;
  if (svg === undefined) {
    page.out.write(`<pre class="not-shown" tabindex="0"><code>${escapeHtml(source)}</code></pre>\n`);
    return;
  }
  const image = svg.replace(/^<svg/, '<svg role="img" aria-label="Diagram"');
  page.out.write(`<figure class="diagram">${image}<details><summary>Source of the diagram</summary>`);
  renderPlainBlock(page, source);
  page.out.write("</details></figure>\n");
}
