import { expect, test } from "vitest";
import { WikiApplication } from "../application/wiki-application.ts";
import { Page } from "../domain/page.ts";
import type { PageId } from "../domain/page-id.ts";
import { PageLookahead } from "./page-lookahead.ts";
import { passagesOf } from "./page-passage.ts";
import { PageStates } from "./page-states.ts";
import { PageSteps } from "./page-steps.ts";

test("reads the texts that stay, and those that somebody may have just written, not those that are long replaced", async () => {
  await using wiki = await WikiApplication.open({ store: "memory:", env: {} });
  const { pageId } = await wiki.createPage({ slug: "a", title: "A" });
  const { pageId: other } = await wiki.createPage({ slug: "b", title: "B" });
  for (let i = 0; i < 250; i++) await wiki.updateBody("a", `text ${i}`);
  const states = new PageStates(wiki.events);
  const lookahead = new PageLookahead(wiki.events, states);
  const settledAt = async (id: PageId, version: number) => {
    const events = (await wiki.events.repository.history(Page, id)).slice(version - 1, version);
    const settled = await lookahead.settled(passagesOf(await new PageSteps(states).of(events)));
    return settled.get(id)?.body.toString();
  };
  expect(await settledAt(pageId, 2)).toBeUndefined();
  expect(await settledAt(pageId, 200)).toBe("text 198");
  expect(await settledAt(pageId, 251)).toBe("text 249");
  expect(await settledAt(other, 1)).toBe("");
});
