import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { findViolations } from "./find-violations.ts";

const OUTLINE =
  "document.title + [...document.querySelectorAll('main *')].map((it) => it.tagName + '.' + it.className).join()";
const looked = new Set<string>();

/** Somebody with a browser window of their own, who looks at each page closely. */
export class Visitor {
  readonly page: Page;
  /** Whatever was wrong with a page: errors of scripts, what the policy refused, what failed to load, what axe found. */
  readonly complaints: string[] = [];
  readonly #address: string;
  readonly #hasScripts: boolean;

  private constructor(page: Page, address: string, hasScripts: boolean) {
    this.page = page;
    this.#address = address;
    this.#hasScripts = hasScripts;
    const complain = (what: string) => void this.complaints.push(`${page.url()}: ${what}`);
    page.on("pageerror", ({ message }) => complain(message));
    page.on("requestfailed", (request) => {
      const reason = request.failure()?.errorText;
      // Whoever goes on to another page does not wait for the pictures of the one before.
      if (reason !== "net::ERR_ABORTED") complain(`${request.url()} ${reason}`);
    });
    page.on("console", (message) => {
      // Chromium says so of every document that is answered with 404 or 409, which is as it should be.
      const isDocument = message.location().url === page.url() && message.text().startsWith("Failed to load resource");
      if (!isDocument) complain(message.text());
    });
    page.on("response", (response) => {
      if (response.status() >= 500) complain(`${response.status()} ${response.url()}`);
    });
  }

  static async arrive(browser: Browser, address: string, options: BrowserContextOptions = {}): Promise<Visitor> {
    const context = await browser.newContext({ baseURL: address, ...options });
    // Less than a test has, so that it says what it waited for.
    context.setDefaultTimeout(60_000);
    // Also what is refused without a word on the console.
    await context.addInitScript(`addEventListener("securitypolicyviolation", (event) =>
      console.error("policy violated: " + event.violatedDirective + " " + event.blockedURI));`);
    return new Visitor(await context.newPage(), address, options.javaScriptEnabled !== false);
  }

  /** The path and query of the page. */
  get at(): string {
    return this.page.url().replace(this.#address, "");
  }

  async goto(path: string): Promise<void> {
    await this.page.goto(path);
    await this.#look();
  }

  async follow(link: string): Promise<void> {
    await this.#leaveBy(() => this.page.getByRole("link", { name: link }).first().click());
  }

  async press(button: string): Promise<void> {
    await this.#leaveBy(() => this.page.getByRole("button", { name: button, exact: true }).first().click());
  }

  /** Of the menu of a page. */
  async choose(item: string): Promise<void> {
    await this.page.locator(".page-actions summary").click();
    await this.follow(item);
  }

  async type(fields: Readonly<Record<string, string>>): Promise<void> {
    for (const [name, text] of Object.entries(fields)) await this.page.locator(`main [name=${name}]`).fill(text);
  }

  async search(words: string): Promise<void> {
    await this.page.locator("#site-search").fill(words);
    await this.#leaveBy(() => this.page.locator("#site-search").press("Enter"));
  }

  valueOf(field: string): Promise<string> {
    return this.page.locator(`main [name=${field}]`).inputValue();
  }

  /** All that stands in an element, the first of that kind. */
  async read(selector = "main"): Promise<string> {
    return (await this.page.locator(selector).first().innerText()).replace(/\s+/g, " ");
  }

  async leave(): Promise<void> {
    await this.page.context().close();
  }

  async #leaveBy(act: () => Promise<void>): Promise<void> {
    await Promise.all([this.page.waitForEvent("load"), act()]);
    await this.#look();
  }

  async #look(): Promise<void> {
    if (!this.#hasScripts) return;
    // Once at each form that a view takes: looking takes longer than all else.
    const form = await this.page.evaluate<string>(OUTLINE);
    if (looked.has(form)) return;
    looked.add(form);
    for (const violation of await findViolations(this.page)) this.complaints.push(`${this.page.url()}: ${violation}`);
  }
}
