import { describe, expect, test } from "vitest";
import { orderCommits } from "./commit-order.ts";

/** Commits written as `id` or `id < parents`, parents before children. */
function nodes(...lines: readonly string[]) {
  return lines.map((line) => {
    const [id = "", parents = ""] = line.split(" < ");
    return { id, parents: parents === "" ? [] : parents.split(" ") };
  });
}

function order(lines: readonly string[], head: string, from: string | null = null) {
  const ordered = orderCommits(nodes(...lines), head, from);
  return ordered?.map(
    ({ id, base, main }) => `${main ? "" : "beside "}${id}${base === undefined ? "" : ` from ${base}`}`,
  );
}

describe("the order of commits", () => {
  test("is that of a line", () => {
    expect(order(["a", "b < a", "c < b"], "c")).toEqual(["a", "b from a", "c from b"]);
  });

  test("has what a merge brought in just before the merge", () => {
    expect(order(["a", "s < a", "b < a", "t < s", "m < b t", "c < m"], "c")).toEqual([
      ...["a", "b from a", "beside s from a", "beside t from s", "m from b", "c from m"],
    ]);
  });

  test("has branches of branches, merges of several, and histories that begin apart", () => {
    expect(order(["a", "s < a", "u < s", "v < s", "w < u v", "o", "m < a w o"], "m")).toEqual([
      ...["a", "beside s from a", "beside u from s", "beside v from s", "beside w from u", "beside o", "m from a"],
    ]);
  });

  test("takes each commit once where a branch was merged twice", () => {
    expect(order(["a", "s < a", "m < a s", "t < s", "n < m t"], "n")).toEqual([
      ...["a", "beside s from a", "m from a", "beside t from s", "n from m"],
    ]);
  });

  test("goes on from what was imported, also where that was merged into another line since", () => {
    expect(order(["b < a"], "b", "a")).toEqual(["b from a"]);
    // `h` was imported; upstream went on from an older commit, and merged it in.
    expect(order(["x < old", "y < x", "m < y h", "c < m"], "c", "h")).toEqual([
      ...["beside x from old", "beside y from x", "m from h", "c from m"],
    ]);
  });

  test("does not exist for what does not descend from what was imported, and has nothing where nothing is new", () => {
    expect(order(["x < old", "y < x"], "y", "h")).toBeUndefined();
    expect(order([], "h", "h")).toEqual([]);
  });

  test("takes a history that is longer than a stack is deep", () => {
    const line = Array.from({ length: 50_000 }, (_, n) => ({ id: `${n}`, parents: n === 0 ? [] : [`${n - 1}`] }));
    expect(orderCommits(line, "49999", null)).toHaveLength(50_000);
  });
});
