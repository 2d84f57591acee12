import axe from "axe-core";
import type { Page } from "playwright-core";

/** What of a page keeps some people from using it, as axe finds it. */
export async function findViolations(page: Page): Promise<readonly string[]> {
  // Evaluated by the debugger: the policy forbids a script that is not a file of the wiki.
  await page.evaluate(axe.source);
  const { violations } = await page.evaluate<{
    readonly violations: readonly { readonly id: string; readonly nodes: readonly { readonly html: string }[] }[];
  }>("axe.run()");
  return violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id} ${html.slice(0, 200)}`));
}
