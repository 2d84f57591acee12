import { describe, expect, it } from "vitest";
import { oneEachTurn } from "./turns.ts";

describe("turns", () => {
  it("come one after another in the order of asking, and let others in between", async () => {
    const turn = oneEachTurn();
    const seen: string[] = [];
    const work = ["a", "b", "c"].map(async (name) => {
      await turn();
      seen.push(name);
      // What a turn still does in microtasks belongs to it.
      await Promise.resolve();
      seen.push(`${name}, end`);
      setImmediate(() => seen.push("other"));
    });
    await Promise.all(work);
    expect(seen).toEqual(["a", "a, end", "b", "b, end", "other", "c", "c, end"]);
  });

  it("are given again after all have been taken", async () => {
    const turn = oneEachTurn();
    const seen: string[] = [];
    for (let n = 1; n <= 3; n++) {
      await turn();
      setImmediate(() => seen.push("other"));
      await turn();
      seen.push(`turn ${n}`);
    }
    expect(seen).toEqual(["turn 1", "other", "turn 2", "other", "turn 3"]);
  });
});
