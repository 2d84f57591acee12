import type { Token } from "markdown-it";

const EXCERPT_UNITS = 240;

/** Gathers what a reader reads, a line for each block. */
export class PlainText {
  readonly #lines: string[] = [];
  #excerpt = "";

  /** The text of inline tokens. */
  static of(tokens: readonly Token[]): string {
    let text = "";
    for (const token of tokens) {
      switch (token.type) {
        case "text":
        case "text_special":
        case "code_inline":
        case "math_inline":
          text += token.content;
          break;
        case "image":
          text += token.children === null ? token.content : PlainText.of(token.children);
          break;
        case "softbreak":
        case "hardbreak":
          text += " ";
          break;
      }
    }
    return text;
  }

  addBlock(tokens: readonly Token[], isParagraph: boolean): void {
    const text = PlainText.of(tokens);
    this.addLine(text);
    if (isParagraph && this.#excerpt.length < EXCERPT_UNITS) {
      this.#excerpt += ` ${text
        .slice(0, 2 * EXCERPT_UNITS)
        .replace(/\s+/g, " ")
        .trim()}`;
    }
  }

  addLine(text: string): void {
    const line = text.trim();
    if (line !== "") this.#lines.push(line);
  }

  get text(): string {
    return this.#lines.join("\n");
  }

  /** Cut between words where there are words, and never within a character. */
  get excerpt(): string {
    const excerpt = this.#excerpt.trim();
    if (excerpt.length <= EXCERPT_UNITS) return excerpt;
    const cut = excerpt.slice(0, EXCERPT_UNITS - 1).replace(/[\ud800-\udbff]$/, "");
    const lastSpace = cut.lastIndexOf(" ");
    return `${lastSpace > EXCERPT_UNITS / 2 ? cut.slice(0, lastSpace) : cut}…`;
  }
}
