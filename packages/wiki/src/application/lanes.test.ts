import { expect, test } from "vitest";
import { Lanes } from "./lanes.ts";

/** A call that notes when it starts and ends, and waits in between until it is let go. */
function gate(name: string, notes: string[]) {
  const { promise, resolve } = Promise.withResolvers<void>();
  const call = async () => {
    notes.push(`${name} starts`);
    await promise;
    notes.push(`${name} ends`);
    return name;
  };
  return { call, open: resolve };
}

test("runs calls of one lane in turn, and calls of different lanes at once", async () => {
  const lanes = new Lanes();
  const notes: string[] = [];
  const [a, b, c] = [gate("a", notes), gate("b", notes), gate("c", notes)];
  const results = [lanes.run("one", a.call), lanes.run("one", b.call), lanes.run("two", c.call)];
  b.open();
  c.open();
  await results[2];
  expect(notes).toEqual(["a starts", "c starts", "c ends"]);
  a.open();
  expect(await Promise.all(results)).toEqual(["a", "b", "c"]);
  expect(notes.slice(3)).toEqual(["a ends", "b starts", "b ends"]);
});

test("goes on after a call that fails, and tells its caller alone", async () => {
  const lanes = new Lanes();
  const failed = lanes.run("one", () => Promise.reject(new Error("no")));
  const next = lanes.run("one", async () => "next");
  await expect(failed).rejects.toThrow("no");
  expect(await next).toBe("next");
});
