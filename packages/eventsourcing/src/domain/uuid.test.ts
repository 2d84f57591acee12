import assert from "node:assert/strict";
import { describe, it } from "vitest";
import { ProgrammingError } from "./errors.ts";
import { isUuid, NAMESPACE_URL, toUuid, uuid5, uuid7 } from "./uuid.ts";

describe("a version-5 UUID", () => {
  for (const [name, expected] of [
    ["/page_log", "fd6e4a52-f7ea-5160-af5e-894173986caf"],
    ["/slugs/welcome", "1e408ba4-b5cb-5242-91b9-0a42edbca2a0"],
    ["/slugs/a", "0216b9f1-38b6-5fd4-9e0e-4e01f7f00136"],
    ["/slugs/日本", "bb47ed4e-d346-5003-bdea-b7cea2e7783d"],
  ] as const) {
    it(`of ${name} is the one of the reference`, () => assert.equal(uuid5(NAMESPACE_URL, name), expected));
  }

  it("differs by namespace", () => {
    assert.notEqual(uuid5(uuid5(NAMESPACE_URL, "a"), "/slugs/a"), uuid5(NAMESPACE_URL, "/slugs/a"));
  });
});

describe("a version-7 UUID", () => {
  it("is canonical, of version 7, and carries the time it was made", () => {
    const before = Date.now();
    const id = uuid7();
    assert.ok(isUuid(id));
    assert.match(id, /^.{14}7.{4}[89ab]/);
    const madeAt = Number.parseInt(id.replace("-", "").slice(0, 12), 16);
    assert.ok(madeAt >= before && madeAt <= Date.now(), `${madeAt} is not now`);
  });

  it("is never made twice, and sorts in the order of making", () => {
    const ids = Array.from({ length: 20_000 }, () => uuid7());
    assert.equal(new Set(ids).size, ids.length);
    assert.deepEqual(ids.toSorted(), ids);
  });
});

describe("the canonical form", () => {
  const id = "1e408ba4-b5cb-5242-91b9-0a42edbca2a0";
  const others = [
    id.toUpperCase(),
    id.replaceAll("-", ""),
    `{${id}}`,
    `urn:uuid:${id}`,
    ` ${id}`,
    `${id}\n`,
    id.slice(0, -1),
    `${id}0`,
    id.replace("a", "g"),
    "",
  ];

  it("is the only one that is taken", () => {
    assert.equal(toUuid(id), id);
    for (const other of others) {
      assert.equal(isUuid(other), false, other);
      assert.throws(() => toUuid(other), ProgrammingError, other);
    }
    for (const value of [undefined, null, 1, {}, [id]]) assert.equal(isUuid(value), false);
  });
});
