import fc from "fast-check";
import { expect, test } from "vitest";
import { BYTES, isShownType, mediaTypeOf } from "./media-types.ts";

const bytes = (text: string) => Buffer.from(text, "latin1");

test.each([
  ["a.png", "\x89PNG\r\n\x1a\n", "image/png"],
  ["a.JPEG", "\xff\xd8\xff\xe0", "image/jpeg"],
  ["a.gif", "GIF89a", "image/gif"],
  ["a.webp", "RIFF\x01\x02\x03\x04WEBPVP8 ", "image/webp"],
  ["a.avif", "\0\0\0 ftypavif", "image/avif"],
  ["a.mp4", "\0\0\0 ftypisom", "video/mp4"],
  ["a.mp3", "ID3\x04", "audio/mpeg"],
  ["a.mp3", "\xff\xfb\x90", "audio/mpeg"],
  ["a.pdf", "%PDF-1.7", "application/pdf"],
  ["a.svg", '<?xml version="1.0"?>\n<svg>', "image/svg+xml"],
  ["a.txt", "any text", "text/plain"],
  ["a.txt", "no\0text", BYTES],
  ["a.png", "<script>alert(1)</script>", BYTES],
  ["a.png", "GIF89a", BYTES],
  ["a.html", "<!doctype html>", BYTES],
  ["a.constructor", "text", BYTES],
  ["a.png", "", BYTES],
])("%s that begins with %j is %s", (name, head, type) => {
  expect(mediaTypeOf(name, bytes(head))).toBe(type);
});

test("nothing is shown that browsers take for a page, a script or a style sheet", () => {
  fc.assert(
    fc.property(fc.stringMatching(/^[a-z0-9]{1,8}$/), fc.uint8Array({ maxLength: 40 }), (extension, head) => {
      const type = mediaTypeOf(`a.${extension}`, head);
      expect(isShownType(type)).toBe(type !== BYTES);
      expect(type).toMatch(/^(?:image|audio|video)\/|^text\/plain$|^application\/(?:pdf|octet-stream)$/);
    }),
  );
});
