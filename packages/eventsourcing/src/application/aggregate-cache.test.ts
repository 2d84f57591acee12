import { expect, test } from "vitest";
import { uuid7 } from "../domain/uuid.ts";
import { AggregateCache } from "./aggregate-cache.ts";

const at = (version: number) => ({ version, state: { version } });

test("keeps the aggregates that were used last", () => {
  const cache = new AggregateCache(2);
  const [a, b, c] = [uuid7(), uuid7(), uuid7()];
  cache.put("Page", a, at(1));
  cache.put("Page", b, at(1));
  cache.get("Page", a);
  cache.put("Page", c, at(1));
  expect([a, b, c].map((id) => cache.get("Page", id) !== undefined)).toEqual([true, false, true]);
});

test("never goes back to an older version", () => {
  const cache = new AggregateCache(2);
  const id = uuid7();
  cache.put("Page", id, at(5));
  cache.put("Page", id, at(4));
  expect(cache.get("Page", id)?.version).toBe(5);
});

test("answers nothing under the name of another aggregate, and keeps nothing where its size is 0", () => {
  const id = uuid7();
  const cache = new AggregateCache(2);
  cache.put("Page", id, at(1));
  expect(cache.get("Account", id)).toBeUndefined();
  const none = new AggregateCache(0);
  none.put("Page", id, at(1));
  expect(none.get("Page", id)).toBeUndefined();
});
