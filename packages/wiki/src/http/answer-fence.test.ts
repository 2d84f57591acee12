import { expect, test } from "vitest";
import type { ReadModelName } from "../read-models/read-models.ts";
import { AnswerFence } from "./answer-fence.ts";

test("has a model waited for once, and only one that is read", async () => {
  const asked: ReadModelName[] = [];
  const fence = new AnswerFence(async (model) => {
    asked.push(model);
    return true;
  });
  await Promise.all([fence.before("pages"), fence.before("pages"), fence.before("links")]);
  expect(asked).toEqual(["pages", "links"]);
  expect(await fence.held()).toBe(true);
});

test("did not hold where a model that was read lagged, whatever it shows by now", async () => {
  const shown = new Set<ReadModelName>(["pages"]);
  const fence = new AnswerFence(async (model) => shown.has(model));
  await fence.before("pages");
  expect(await fence.held()).toBe(true);
  await fence.before("links");
  shown.add("links");
  await fence.before("links");
  expect(await fence.held()).toBe(false);
});
