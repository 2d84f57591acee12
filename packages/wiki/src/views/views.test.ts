import { describe, expect, test } from "vitest";
import { assertSoundDocument } from "./test-support/assert-sound-document.ts";
import { replaceTexts } from "./test-support/replace-texts.ts";
import { FRAME, SAMPLES } from "./test-support/samples.ts";

const ATTACKS: readonly string[] = [
  '"><script>alert(1)</script>',
  "'><img src=x onerror=alert(1)>",
  '" onfocus="alert(1)" autofocus="',
  "</title><script>alert(1)</script>",
  "</textarea><script>alert(1)</script>",
  "</script><svg onload=alert(1)>",
  "javascript:alert(1)",
  "//evil.example/a",
  "/\\evil.example",
  "<!--",
  "\u0001\u0007\u001b[31m\r\n",
  "\u202e\u2066right to left",
  "مرحبا بالعالم",
  "👩‍👩‍👧‍👦 e\u0301".repeat(12),
  "\n\nbreaks first",
  "W".repeat(255),
  "a b/c?d#e%f&g=h+i",
  "constructor",
];

describe.each(SAMPLES)("the view $name", ({ render }) => {
  test("is a sound document", () => {
    assertSoundDocument(render(FRAME).toString());
    assertSoundDocument(render({ ...FRAME, mayEdit: false, message: "Saved as version 12." }).toString());
  });

  test("takes nothing for markup, whatever stands in any field", () => {
    for (const attack of ATTACKS) {
      const frame = { ...FRAME, wikiName: attack, message: attack };
      const html = render(frame, (model) => replaceTexts(model, attack)).toString();
      assertSoundDocument(html);
      // Beside the one frame, every "<" is written by a template.
      expect(html).not.toMatch(/<(?:script>|svg onload|img src=x)/);
    }
  });

  test("offers nothing that changes the wiki to those who may not change it", () => {
    const html = render({ ...FRAME, mayEdit: false }).toString();
    const isForm = /class="(?:edit-form|error-page)"/.test(html);
    if (!isForm) expect(html).not.toMatch(/method="post"|href="\/(?:edit|new|rename|delete|restore)\b/);
  });
});

test("a text keeps the line breaks that it begins with", () => {
  const edit = SAMPLES.find(({ name }) => name === "edit");
  const html = edit?.render(FRAME, (model) => replaceTexts(model, "\n\nfirst")).toString();
  // The parser drops the one after the tag.
  expect(html).toMatch(/<textarea[^>]*>\n\n\nfirst<\/textarea>/);
});

describe("the check", () => {
  const sound = SAMPLES[0]?.render(FRAME).toString() ?? "";
  test.each([
    ["</main>", "<script>alert(1)</script></main>"],
    ["</main>", "<p onclick=x></p></main>"],
    ["</main>", '<p style="color: red"></p></main>'],
    ["</main>", '<a href="javascript:x">x</a></main>'],
    ["</main>", '<a href="//evil.example">x</a></main>'],
    ["</main>", '<form action="https://evil.example"></form></main>'],
    ["</main>", '<input name="a"></main>'],
    ["</main>", '<a href="/"></a></main>'],
    ["</main>", '<a href="#nowhere">x</a></main>'],
    ["</main>", '<p id="main"></p></main>'],
    ["</main>", "<h1>again</h1></main>"],
    ["</main>", "<h5>deep</h5></main>"],
    ["</main>", '<nav aria-label="Main"></nav></main>'],
    ["</main>", "<iframe></iframe></main>"],
    ["</main>", '<p a"b></p></main>'],
  ])("finds what is not sound: %s → %s", (place, replacement) => {
    expect(() => assertSoundDocument(sound.replace(place, replacement))).toThrow("unsound");
  });
});
