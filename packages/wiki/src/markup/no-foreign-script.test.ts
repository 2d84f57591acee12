import fc from "fast-check";
import { expect, test } from "vitest";
import { parsePage } from "./parse-page.ts";
import { assertSafeHtml } from "./test-support/assert-safe-html.ts";
import { render } from "./test-support/render.ts";

/** What opens doors elsewhere: tags, addresses, attributes, encodings, and the places of our own syntax for them. */
const ATTACKS: readonly string[] = [
  "<script>alert(1)</script>",
  "<img src=x onerror=alert(1)>",
  "<svg onload=alert(1)>",
  "<svg><animate onbegin=alert(1)>",
  '"><script>alert(1)</script>',
  "' onmouseover='alert(1)",
  '" onfocus="alert(1)" autofocus="',
  "javascript:alert(1)",
  "JaVaScRiPt:alert(1)",
  "java\tscript:alert(1)",
  "java&#x0A;script:alert(1)",
  "&#106;avascript:alert(1)",
  "javascript&colon;alert(1)",
  "\u0001javascript:alert(1)",
  "%6aavascript:alert(1)",
  "vbscript:msgbox(1)",
  "data:text/html;base64,PHNjcmlwdD4=",
  "data:image/svg+xml,<svg onload=alert(1)>",
  "file:///etc/passwd",
  "blob:https://a.b/c",
  "//evil.example",
  "/\\evil.example",
  "\\\\evil.example",
  "/%2Fevil.example",
  "/%5Cevil.example",
  "https:evil.example",
  "http://a.b/'onclick='alert(1)",
  "x` onclick=`alert(1)",
  "</a><script>alert(1)</script>",
  "</code></pre><script>alert(1)</script>",
  "-->&lt;script&gt;alert(1)",
  "\u202ejavascript:\u2066",
  "cookie",
  "__proto__",
  "constructor",
  "style=background:url(//evil.example)",
  // What opens and never closes, what a browser moves or closes by itself, and what it reads anew as something else.
  "<div><table><tr><td><ul><li><details><blockquote><pre>",
  "</div></main></body></html><footer>",
  "<form action=//evil.example><div></form><form>",
  "<base href=//evil.example><meta http-equiv=refresh content=0>",
  "<p><table><p><a href=/b><table><a href=/c></p></table>",
  "<table><b>x<tr>y<td><tr><table>z</table></b>w</table>",
  "<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=x onerror=alert(1)&gt;'>",
  "<svg></p><style><a id='</style><img src=x onerror=alert(1)>'>",
  "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
  "<select><template><table></select><option>",
  "<textarea></div><title><plaintext><xmp>",
  "<h1><h2><p><h3><div></h1></h2>",
  "<a id=h-a><p id=h-a><img id=cookie name=cookie src=/x><h2 id=location>",
  "<div class=notice style=position:fixed onclick=alert(1) hidden contenteditable>",
  "<td colspan=99999 rowspan=65535 background=//evil.example>",
  "<!--><img src=x onerror=alert(1)>-->",
  "<![CDATA[<p>]]><?php <p> ?><!DOCTYPE p [<p>]>",
];

const PLACES: ReadonlyArray<(attack: string) => string> = [
  (attack) => attack,
  (attack) => `# ${attack}`,
  (attack) => `[a](${attack})`,
  (attack) => `[a](<${attack}>)`,
  (attack) => `[a](b "${attack}")`,
  (attack) => `[a]\n\n[a]: ${attack} '${attack}'`,
  (attack) => `![${attack}](${attack} "${attack}")`,
  (attack) => `![[${attack}.png|${attack}]]`,
  (attack) => `<${attack}>`,
  (attack) => `<a href="${attack}">b</a>`,
  (attack) => `<a name='${attack}'></a>`,
  (attack) => `<kbd ${attack}>b</kbd>`,
  (attack) => `<kbd>${attack}</kbd>`,
  (attack) => `<div>\n${attack}\n</div>\n\n*a*`,
  (attack) => `<table><tr><td>${attack}\n\n${attack}\n\n</table>`,
  (attack) => `<div ${attack}>b</div>`,
  (attack) => `<p title="${attack}" align='${attack}' id="${attack}" width=${attack}>b</p>`,
  (attack) => `<img src="${attack}" alt="${attack}" title='${attack}' width="${attack}">`,
  (attack) => `<details>\n<summary>${attack}</summary>\n\n${attack}\n\n</details>`,
  (attack) => `<h2 id="${attack}">${attack}</h2>\n\n# ${attack}`,
  (attack) => `<pre>${attack}</pre><!--${attack}-->`,
  (attack) => `[[${attack}]] [[a|${attack}]] [[a#${attack}]]`,
  (attack) => `![[${attack}]]`,
  (attack) => `![[b#${attack}]]`,
  (attack) => `\`${attack}\``,
  (attack) => `\`\`\`${attack}\n${attack}\n\`\`\``,
  (attack) => `\`\`\`html\n${attack}\n\`\`\``,
  (attack) => `|${attack}|b|\n|-|:-:|\n|${attack}|`,
  (attack) => `- [ ] ${attack}\n- [x] ${attack}`,
  (attack) => `a[^${attack}] b[^1]\n\n[^1]: ${attack}\n\n[^${attack}]: c`,
  (attack) => `$${attack}$ $\\text{${attack}}$ $\\href{${attack}}{a}$ $\\htmlStyle{${attack}}{a}$ $\\url{${attack}}$`,
  (attack) =>
    `$\\includegraphics{${attack}}$ $\\color{${attack}}a$ $\\htmlData{a=${attack}}{b}$ $\\class{${attack}}{c}$`,
  (attack) => `\`\`\`nomnoml\n[${attack}|a] -${attack}> [b]\n#stroke: ${attack}\n#title: ${attack}\n\`\`\``,
  (attack) => `\`\`\`nomnoml\n#.${attack}: fill=${attack} visual=image\n[<${attack}> a]\n#import: ${attack}\n\`\`\``,
];

test("no attack in any place makes an element, attribute or address that is not ours", () => {
  const pages = { b: ATTACKS.map((attack) => `# ${attack}\n\n${attack}`).join("\n\n") };
  for (const attack of ATTACKS) {
    for (const place of PLACES) assertSafeHtml(render(place(attack), { pages, files: [`${attack}.png`] }).html);
  }
});

test("the check itself finds what is not ours", () => {
  const unsafe = [
    "<script></script>",
    '<p style="color: red">',
    '<p onclick="x">',
    '<a href="javascript:x">',
    '<a href="//a.b">',
    '<img src="http://a.b">',
    '<p id="cookie">',
    '<p id="h-a"></p><p id="h-a">',
    "<svg><script></script></svg>",
    "<form>",
    "<iframe srcdoc=x>",
    '<div class="site-footer"></div>',
    "<p><p>a</p></p>",
    "<table><b>a</b></table>",
    '<p><a href="/b"><a href="/c"></a></a></p>',
  ];
  for (const html of unsafe) expect(() => assertSafeHtml(html), html).toThrow();
});

const TAGS =
  "div p table thead tr td th caption ul ol li dl dt dd details summary figure figcaption pre h1 h2 hr center span img".split(
    " ",
  );

const piece = fc.oneof(
  fc.constantFrom(
    ...[
      "*",
      "**",
      "_",
      "~~",
      "`",
      "```",
      "```go",
      "```nomnoml",
      "$",
      "$$",
      "\\",
      "[",
      "]",
      "(",
      ")",
      "![",
      "[[",
      "]]",
      "![[",
    ],
    ...[
      "|",
      "|-|-|",
      "#",
      "> ",
      "- ",
      "1. ",
      "[ ] ",
      "[^1]",
      "[^1]: ",
      "\n",
      "\n\n",
      "    ",
      "\t",
      " ",
      "---",
      "===",
      ":",
    ],
    ...[
      "<",
      ">",
      "</",
      '"',
      "'",
      "&",
      "&#",
      ";",
      "=",
      "<kbd>",
      "</kbd>",
      '<a href="',
      '">',
      "</a>",
      "<br>",
      "<b>",
      "</b>",
    ],
    ...TAGS.flatMap((tag) => [`<${tag}>`, `</${tag}>`, `\n\n<${tag} `]),
    ...[
      "https://",
      "javascript:",
      "data:",
      "mailto:a@b.c",
      "//",
      "#h-a",
      "onclick=",
      "style=",
      "a.png",
      "->",
      "\\frac",
      "{",
      "}",
    ],
    ...["\0", "\r", "\u0301", "\u202e", "\ud83d", "日本", "A"],
  ),
  fc.constantFrom(...ATTACKS),
  fc.tuple(fc.constantFrom(...PLACES), fc.constantFrom(...ATTACKS)).map(([place, attack]) => place(attack)),
  fc.string({ unit: "grapheme", maxLength: 4 }),
);
const markdownish = fc.array(piece, { maxLength: 40 }).map((pieces) => pieces.join(""));

test("no text at all makes anything that is not ours, and none is refused", () => {
  fc.assert(
    fc.property(markdownish, markdownish, (text, included) => {
      const pages = { a: included, b: `${included}\n\n![[c]]`, c: text };
      const { html } = render(`${text}\n\n![[b]]`, {
        slug: "guides/a",
        pages,
        files: ["a.png", "guides/a.png"],
      });
      assertSafeHtml(html);
    }),
    { numRuns: 1000 },
  );
});

test("any string is a page", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary", maxLength: 200 }), (text) => {
      assertSafeHtml(render(text).html);
      expect(parsePage(text).excerpt.length).toBeLessThanOrEqual(240);
    }),
    { numRuns: 300 },
  );
});
