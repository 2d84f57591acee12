import { expect, test } from "vitest";
import { uuid7 } from "../domain/uuid.ts";
import { AggregateCache } from "./aggregate-cache.ts";

const at = (version: number, bytes = 0) => ({ version, state: { bytes } });

/** Of states that tell how large they are. */
function aCache(size: number, bytes = 0): AggregateCache {
  return new AggregateCache({
    size,
    bytes,
    sizeOf: (_aggregate, state) => ("bytes" in state ? Number(state.bytes) : 0),
  });
}

test("keeps the aggregates that were used last", () => {
  const cache = aCache(2);
  const [a, b, c] = [uuid7(), uuid7(), uuid7()];
  cache.put("Page", a, at(1));
  cache.put("Page", b, at(1));
  cache.get("Page", a);
  cache.put("Page", c, at(1));
  expect([a, b, c].map((id) => cache.get("Page", id) !== undefined)).toEqual([true, false, true]);
});

test("keeps no more bytes than it may, of states as large as they are by now", () => {
  const cache = aCache(10, 100);
  const [a, b, c, d] = [uuid7(), uuid7(), uuid7(), uuid7()];
  const kept = () => [a, b, c, d].map((id) => cache.get("Page", id) !== undefined);
  cache.put("Page", a, at(1, 40));
  cache.put("Page", b, at(1, 40));
  cache.put("Page", b, at(2, 60));
  expect(kept()).toEqual([true, true, false, false]);
  cache.put("Page", c, at(1, 30));
  expect(kept()).toEqual([false, true, true, false]);
  cache.put("Page", b, at(3, 10));
  cache.put("Page", d, at(1, 60));
  expect(kept()).toEqual([false, true, true, true]);
});

test("keeps the others where one is too large, and nothing old of that one", () => {
  const cache = aCache(10, 100);
  const [a, b] = [uuid7(), uuid7()];
  cache.put("Page", a, at(1, 10));
  cache.put("Page", b, at(1, 10));
  cache.put("Page", b, at(2, 101));
  expect(cache.get("Page", b)).toBeUndefined();
  expect(cache.get("Page", a)?.version).toBe(1);
});

test("never goes back to an older version", () => {
  const cache = aCache(2);
  const id = uuid7();
  cache.put("Page", id, at(5));
  cache.put("Page", id, at(4));
  expect(cache.get("Page", id)?.version).toBe(5);
});

test("answers nothing under the name of another aggregate, and keeps nothing where its size is 0", () => {
  const id = uuid7();
  const cache = aCache(2);
  cache.put("Page", id, at(1));
  expect(cache.get("Account", id)).toBeUndefined();
  const none = aCache(0);
  none.put("Page", id, at(1));
  expect(none.get("Page", id)).toBeUndefined();
});
