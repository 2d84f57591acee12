import { brotliDecompressSync, gunzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { EncodedBody } from "./encoded-body.ts";

describe("a body", () => {
  it("is encoded once for all who ask, and says what it takes in memory", async () => {
    const text = "text ".repeat(1_000);
    const body = new EncodedBody(text);
    const grown: number[] = [];
    body.onGrown = (bytes) => grown.push(bytes);
    const [gzip, again] = await Promise.all([body.in("gzip"), body.in("gzip")]);
    expect(gzip).toBe(again);
    // Without waiting from then on.
    expect(body.in("gzip")).toBe(gzip);
    const br = await body.in("br");
    expect([gunzipSync(gzip), brotliDecompressSync(br), body.in("identity")].map(String)).toEqual([text, text, text]);
    expect(grown).toEqual([gzip.length, br.length]);
    expect(body.bytes).toBe(text.length + gzip.length + br.length);
  });

  it("keeps no more memory alive than its own bytes", async () => {
    for (const text of ["short", "text ".repeat(1_000)]) {
      const body = new EncodedBody(text);
      for (const encoding of ["identity", "gzip", "br"] as const) {
        const bytes = await body.in(encoding);
        expect(bytes.buffer.byteLength).toBe(bytes.length);
      }
    }
  });

  it("is sent as it is where the headers of an encoding would weigh more", () => {
    expect(new EncodedBody("short").encodingFor("br")).toBe("identity");
    expect(new EncodedBody("text ".repeat(1_000)).encodingFor("br")).toBe("br");
  });
});
