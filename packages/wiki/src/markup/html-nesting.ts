import type { Token } from "markdown-it";
import { BOUNDARIES, FLOW, HEADING, IMPLIED, ONLY_ROWS_AND_CELLS, WITHIN } from "./html-elements.ts";
import { LIMITS } from "./limits.ts";

type OpenElement = { readonly name: string; readonly token: Token };
type NewToken = (type: string, tag: string, nesting: -1 | 0 | 1) => Token;

/**
 * Makes tokens of elements that take lines of their own, so that each is where a browser would have it, and ends within the
 * block of Markdown it began in. What a browser would make or end by itself is made and ended here; what it would ignore is.
 */
export class OpenElements {
  readonly tokens: Token[] = [];
  readonly #newToken: NewToken;
  /** For each block of Markdown around this place, the elements that are open in it. */
  readonly #blocks: OpenElement[][] = [[]];
  #depth = 0;

  constructor(newToken: NewToken) {
    this.#newToken = newToken;
  }

  beginBlock(token: Token): void {
    this.makeRoom();
    this.tokens.push(token);
    this.#blocks.push([]);
    this.#depth++;
  }

  endBlock(token: Token): void {
    this.#endTo(0);
    this.#blocks.pop();
    this.#depth--;
    this.tokens.push(token);
  }

  /** At the end of the text. */
  endAll(): void {
    this.#endTo(0);
  }

  /** Before Markdown goes on: what holds text alone ends. A paragraph that only begins here becomes a division, to hold it. */
  endLine(): void {
    const { name = "", token } = this.#open.at(-1) ?? {};
    if (name === "p" && token !== undefined && this.tokens.at(-1) === token) token.tag = "div";
    else if (name === "p" || name === "pre" || HEADING.test(name)) this.#end();
  }

  /** Within rows, what is no cell gets one. */
  makeRoom(): void {
    if (ONLY_ROWS_AND_CELLS.has(this.#open.at(-1)?.name ?? "")) this.open("td", () => {});
  }

  /** The element around this place, in the same block of Markdown. */
  get current(): string | undefined {
    return this.#open.at(-1)?.name;
  }

  open(name: string, describe: (token: Token) => void): boolean {
    // A table without room for a cell would hold text that may not stand there.
    if (this.#depth + (name === "table" ? 4 : 1) > LIMITS.nesting) return false;
    if (!this.#enterParent(name)) return false;
    const isHeading = HEADING.test(name);
    const token = this.#newToken(
      isHeading ? "heading_open" : "html_open",
      isHeading ? name : (FLOW.get(name) ?? name),
      1,
    );
    token.block = true;
    describe(token);
    this.tokens.push(token);
    this.#open.push({ name, token });
    this.#depth++;
    return true;
  }

  close(name: string): void {
    const isOfTable = IMPLIED.has(name) || ONLY_ROWS_AND_CELLS.has(name);
    for (let i = this.#open.length - 1; i >= 0; i--) {
      const other = this.#open[i]?.name ?? "";
      if (other === name || (HEADING.test(name) && HEADING.test(other))) {
        this.#endTo(i);
        return;
      }
      // Of a table within a cell no tag ends the cell.
      if (other === "table" || (!isOfTable && ["td", "th", "caption"].includes(other))) return;
    }
  }

  /** Ends what the element ends by beginning, and makes what it needs around it; says whether it may stand here then. */
  #enterParent(name: string): boolean {
    const parents = WITHIN.get(name);
    if (parents === undefined) {
      this.endParagraph();
      this.makeRoom();
      return true;
    }
    const parent = this.#findParent(name, parents);
    if (parent !== undefined) {
      this.#endTo(parent + 1);
      return true;
    }
    const implied = IMPLIED.get(name);
    return implied !== undefined && this.open(implied, () => {});
  }

  endParagraph(): void {
    const name = this.#open.at(-1)?.name ?? "";
    if (name === "p" || HEADING.test(name)) this.#end();
  }

  #findParent(name: string, parents: readonly string[]): number | undefined {
    const isOfTable = parents.includes("table") || IMPLIED.has(name);
    for (let i = this.#open.length - 1; i >= 0; i--) {
      const other = this.#open[i]?.name ?? "";
      if (parents.includes(other)) return i;
      if (isOfTable ? other === "table" : BOUNDARIES.has(other)) return undefined;
    }
    return undefined;
  }

  get #open(): OpenElement[] {
    return this.#blocks.at(-1) ?? [];
  }

  #endTo(length: number): void {
    while (this.#open.length > length) this.#end();
  }

  #end(): void {
    const element = this.#open.pop();
    if (element === undefined) return;
    this.#depth--;
    const { token } = element;
    // A heading without words is no section.
    if (token.type === "heading_open" && this.tokens.at(-1) === token) this.tokens.pop();
    else this.tokens.push(this.#newToken(token.type.replace("open", "close"), token.tag, -1));
  }
}
