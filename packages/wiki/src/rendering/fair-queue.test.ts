import { expect, test } from "vitest";
import { FairQueue } from "./fair-queue.ts";

function drain(queue: FairQueue<string>): string {
  const order: string[] = [];
  for (let next = queue.shift(); next !== undefined; next = queue.shift()) order.push(next);
  return order.join(" ");
}

test("owners have turns, however many things one of them has brought", () => {
  const queue = new FairQueue<string>();
  for (const item of ["a1", "a2", "a3"]) queue.push("a", item, 0);
  queue.push("b", "b1", 0);
  queue.push("c", "c1", 0);
  expect(queue.size).toBe(5);
  expect(queue.shift()).toBe("a1");
  queue.push("b", "b2", 0);
  expect(drain(queue)).toBe("b1 c1 a2 b2 a3");
  expect(queue.size).toBe(0);
});

test("of one's own the cheap overtakes the expensive, so many times as that costs", () => {
  const queue = new FairQueue<string>();
  queue.push("a", "expensive", 2.5);
  for (const item of ["1", "2", "3", "4"]) queue.push("a", item, 0);
  expect(drain(queue)).toBe("1 2 expensive 3 4");
});
