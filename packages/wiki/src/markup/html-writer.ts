import type { Html } from "./rendered-page.ts";

/** Writes HTML in which each element that was opened is closed, in order, whatever happens in between. */
export class HtmlWriter {
  #html = "";
  readonly #ends: string[] = [];

  get units(): number {
    return this.#html.length;
  }

  get depth(): number {
    return this.#ends.length;
  }

  write(html: string): void {
    this.#html += html;
  }

  begin(start: string, end: string): void {
    this.#html += start;
    this.#ends.push(end);
  }

  end(): void {
    this.#html += this.#ends.pop() ?? "";
  }

  endTo(depth: number): void {
    while (this.#ends.length > depth) this.end();
  }

  finish(): Html {
    this.endTo(0);
    return this.#html as Html;
  }
}
