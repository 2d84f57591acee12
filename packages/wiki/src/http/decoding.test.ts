import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fieldsOfBody } from "./decoding.ts";
import { UnreadableRequestError } from "./request-errors.ts";

const toRequest = (body: string) =>
  new Request("http://127.0.0.1/", { method: "POST", body, headers: { "content-type": "application/json" } });

/** Lists in each other. */
function lists(levels: number): unknown {
  let value: unknown = "within";
  for (let level = 0; level < levels; level++) value = [value];
  return value;
}

describe("a body of JSON", () => {
  // What a reader of quotation marks could stumble over.
  const text = fc.string({ unit: fc.constantFrom('"', "\\", "{", "}", "[", "]", "a", "\n", "é") });

  it("is taken up to 20 levels and refused beyond, whatever its names and texts hold", async () => {
    const property = fc.asyncProperty(text, text, fc.integer({ min: 15, max: 25 }), async (name, value, levels) => {
      const fields = { [`a${name}`]: value, b: lists(levels - 1), c: value };
      const decoded = fieldsOfBody(toRequest(JSON.stringify(fields)));
      if (levels <= 20) expect(await decoded).toEqual(fields);
      else await expect(decoded).rejects.toThrow("deeper than 20 levels");
    });
    await fc.assert(property);
  });

  it.each(['{"a', '{"a\\', '{"a\\"', '"', '{"a":"\\\\\\"}'])(
    "is refused where it ends within a text: %s",
    async (body) => {
      await expect(fieldsOfBody(toRequest(body))).rejects.toThrow(UnreadableRequestError);
    },
  );
});
