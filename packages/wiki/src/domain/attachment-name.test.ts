import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Attachment } from "./attachment.ts";
import {
  AttachmentName,
  attachmentNameOfFile,
  attachmentNamesOfPath,
  findAttachmentName,
  toAttachmentName,
} from "./attachment-name.ts";
import { InvalidInputError } from "./invalid-input.ts";

const anything = fc.string({ unit: "binary", maxLength: 300 });
const nameLike = fc
  .array(
    fc.constantFrom(
      "/",
      ".",
      "..",
      " ",
      "-",
      "_",
      "a",
      "É",
      "e\u0301",
      "日本",
      "ไทย",
      "\u200b",
      "\u202e",
      "\\",
      "\0",
      "7",
    ),
  )
  .map((parts) => `${parts.join("")}.png`);

describe("toAttachmentName", () => {
  test("answers a canonical name that leads nowhere else, or refuses", () => {
    fc.assert(
      fc.property(fc.oneof(nameLike, anything), (input) => {
        const name = findAttachmentName(input);
        if (name === undefined) {
          expect(() => toAttachmentName(input)).toThrow(InvalidInputError);
          return;
        }
        expect(toAttachmentName(input)).toBe(name);
        expect(toAttachmentName(name)).toBe(name);
        expect(name).toBe(input.normalize("NFC"));
        expect(name.length).toBeLessThanOrEqual(255);
        expect(new URL(name.replaceAll(" ", "%20"), "http://wiki/attachments/").pathname).toMatch(/^\/attachments\//);
        for (const part of name.split("/")) expect(part).toMatch(/^[^\s.\-\\\p{C}][^\\\p{C}]*$/u);
      }),
    );
  });

  test("gives names that differ by how they are composed alone one file, and others their own", () => {
    const [composed, decomposed] = [toAttachmentName("É.png"), toAttachmentName("E\u0301.png")];
    expect(Attachment.idOf({ name: composed })).toBe(Attachment.idOf({ name: decomposed }));
    expect(Attachment.idOf({ name: toAttachmentName("E.png") })).not.toBe(Attachment.idOf({ name: composed }));
  });

  test("looks at the length before it composes anything, which can take minutes", () => {
    const longer = `${"e\u0301".repeat(130)}.png`;
    expect(longer.normalize("NFC").length).toBeLessThan(255);
    expect(() => toAttachmentName(longer)).toThrow("must not be longer than 255");
  });
});

describe("attachmentNamesOfPath", () => {
  const imported = { slug: "my-docs/node-js/start", path: "My Docs/Node.js/Start.md" };

  test.each([
    ["my-docs/node-js/Map.png", imported, ["my-docs/node-js/Map.png", "My Docs/Node.js/Map.png"]],
    ["my-docs/node-js/Sub/Map.png", imported, ["my-docs/node-js/Sub/Map.png", "My Docs/Node.js/Sub/Map.png"]],
    ["my-docs/Map.png", imported, ["my-docs/Map.png", "My Docs/Map.png"]],
    ["my-docs/Other/Map.png", imported, ["my-docs/Other/Map.png", "My Docs/Other/Map.png"]],
    ["Map.png", imported, ["Map.png"]],
    ["../Map.png", imported, []],
    ["guides/Map.png", { slug: "guides/start", path: "guides/start.md" }, ["guides/Map.png"]],
    ["moved/Map.png", { slug: "moved/start", path: "My Docs/Start.md" }, ["moved/Map.png"]],
    ["my-docs/Map.png", { slug: "my-docs/start", path: null }, ["my-docs/Map.png"]],
  ])("of %j on %j are %j", (path, page, names) => {
    expect(attachmentNamesOfPath(path, page)).toEqual(names);
  });
});

describe("attachmentNameOfFile", () => {
  test.each([
    ["Street map (1).png", "Street map -1-.png"],
    ["C:\\Users\\ana\\map.png", "map.png"],
    ["../../etc/notes.txt", "notes.txt"],
    ["..hidden.png", "hidden.png"],
    ["a\u202egnp.exe", "a-gnp.exe"],
    [`${"long ".repeat(100)}end.png`, `${"long ".repeat(100)}end.png`.slice(-255).replace(/^\s+/, "")],
  ])("makes of %j a name that is taken", (file, name) => {
    expect(attachmentNameOfFile(file)).toBe(name);
  });

  test("gives a name, or refuses", () => {
    fc.assert(
      fc.property(fc.oneof(nameLike, anything), (file) => {
        try {
          expect(AttachmentName.safeParse(attachmentNameOfFile(file)).success).toBe(true);
        } catch (error) {
          expect(error).toBeInstanceOf(InvalidInputError);
        }
      }),
    );
  });
});
