import { describe, expect, test } from "vitest";
import { render } from "./test-support/render.ts";

function html(text: string, options?: Parameters<typeof render>[1]): string {
  return render(text, options).html.trim();
}

describe("text", () => {
  test.each([
    ["*a* **b** ~~c~~ `d`", "<p><em>a</em> <strong>b</strong> <del>c</del> <code>d</code></p>"],
    ["<script>alert(1)</script>", "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>"],
    ["a<br>b<BR/>c", "<p>a<br>\nb<br>\nc</p>"],
    ["<kbd>Ctrl</kbd> H<sub>2</sub>O", "<p><kbd>Ctrl</kbd> H<sub>2</sub>O</p>"],
    ["<b>never closed", "<p>&lt;b&gt;never closed</p>"],
    ['<b onclick="x">a</b>', "<p><b>a</b></p>"],
    ['"quotes" -- and (c)', "<p>&quot;quotes&quot; -- and (c)</p>"],
    ["7. a\n8. b", '<ol start="7">\n<li>a\n</li>\n<li>b\n</li>\n</ol>'],
  ])("%s", (text, expected) => {
    expect(html(text)).toBe(expected);
  });

  test("a task is a box that cannot be changed, labelled by its text", () => {
    expect(html("- [x] a\n- [ ] b\n- [] c")).toBe(
      '<ul><li class="task"><label><input type="checkbox" disabled checked> a</label>\n</li>\n' +
        '<li class="task"><label><input type="checkbox" disabled> b</label>\n</li>\n<li>[] c\n</li>\n</ul>',
    );
  });

  test("columns of a table are aligned by class", () => {
    const table = html("|a|b|\n|:-:|--:|\n|c|d|");
    expect(table).toContain('<th scope="col" class="align-center">a</th><th scope="col" class="align-right">b</th>');
    expect(table).toContain('<td class="align-center">c</td><td class="align-right">d</td>');
  });

  test("a quote that begins with what it is for is an alert, with a title of its own or that name", () => {
    expect(render("> [!NOTE]\n> one *two*\n>\n> three").html).toBe(
      '<div class="alert note" role="note"><p class="alert-title">Note</p>\n<p>one <em>two</em></p>\n<p>three</p>\n</div>\n',
    );
    expect(render("> [!danger]- Do **not**\n> - [ ] x").html).toMatch(
      /^<div class="alert caution" role="note"><p class="alert-title">Do <strong>not<\/strong><\/p>\n<ul>/,
    );
    expect(render("> [!tip]").html).toBe('<div class="alert tip" role="note"><p class="alert-title">Tip</p>\n</div>\n');
    for (const text of ["> [!other] x", "> x\n> [!note]", "> [!note](x)", "[!note]\nx", "> # [!note]"]) {
      expect(render(text).html).not.toContain("alert");
    }
  });

  test("what is nested too deep is shown as it was written, and the page says so", () => {
    const { html: deep, isLimited } = render(`${"> ".repeat(50)}the end`);
    expect(deep).toContain("the end");
    expect(deep).toContain('<p class="notice">');
    expect(isLimited).toBe(true);
  });
});

describe("headings", () => {
  test("begin at the second level, as the title of the page is the first", () => {
    expect(render("# A\n## B").contents).toEqual([
      { level: 2, id: "h-a", text: "A" },
      { level: 3, id: "h-b", text: "B" },
    ]);
    expect(render("### A\n# B").contents.map(({ level }) => level)).toEqual([4, 2]);
  });

  test("of the text's first line that says what stands above it is left out, once", () => {
    const text = "# My  Page\n\n## A\n\n# My Page";
    expect(render(text, { title: "my page" }).html).toMatch(/^<h3 id="h-a">A<a[^>]*><\/a><\/h3>\n<h2 id="h-my-page">/);
    expect(render("My-Page\n===\n\n## A", { title: "My page" }).html).toMatch(/^<h2 id="h-a">/);
    expect(render("## My Page", { title: "My Page" }).html).toContain("<h2");
    expect(render("# My Page", { title: "Other" }).contents).toHaveLength(1);
    expect(render("# My Page", { title: "My Page" })).toMatchObject({ html: "", contents: [] });
    expect(render("![[other]]", { title: "Other", pages: { other: "# Other" } }).html).toContain("h-other");
  });

  test("have ids as GitHub makes them, in any script, prefixed and numbered", () => {
    const text = "# What's *new*, `v2`?\n# 日本語 の\n# What's new v2\n# !\n# Cookie\n# whats-new-v2-1";
    expect(render(text).contents.map(({ id }) => id)).toEqual([
      "h-whats-new-v2",
      "h-日本語-の",
      "h-whats-new-v2-1",
      "h-section",
      "h-cookie",
      "h-whats-new-v2-1-1",
    ]);
  });

  test("keep their id before an anchor of that name", () => {
    expect(html('<a name="a"></a>\n\n# A\n\n<a id="b">c</a>')).toBe(
      '<p><span></span></p>\n<h2 id="h-a">A<a class="heading-anchor" href="#h-a" aria-hidden="true" tabindex="-1"></a></h2>\n' +
        '<p><span id="h-b">c</span></p>',
    );
  });
});

describe("links", () => {
  const pages = { home: "", "guides/start": "", "go-1-6": "" };

  test.each([
    ["[[Home]]", '<a href="/wiki/home">Home</a>'],
    ["[[guides/start#First steps|begin]]", '<a href="/wiki/guides/start#h-first-steps">begin</a>'],
    ["[[#First steps]]", '<a href="#h-first-steps">#First steps</a>'],
    ["[[Go 1.6]]", '<a href="/wiki/go-1-6">Go 1.6</a>'],
    ["[[Nowhere]]", '<a href="/wiki/nowhere" class="missing" rel="nofollow">Nowhere</a>'],
    ["[[???]]", '<span class="missing">???</span>'],
    ["[[a|<b>]]", '<a href="/wiki/a" class="missing" rel="nofollow">&lt;b&gt;</a>'],
    ["[a](Home)", '<a href="/wiki/home">a</a>'],
    ["[a](./Home.md#Top)", '<a href="/wiki/home#h-top">a</a>'],
    ["[a](/wiki/Home)", '<a href="/wiki/home">a</a>'],
    ['[a](Home "b\\"c")', '<a href="/wiki/home" title="b&quot;c">a</a>'],
    ["[a](/wiki/)", '<a href="/">a</a>'],
    ["[a](#h-first-steps)", '<a href="#h-first-steps">a</a>'],
    ["[a](/doc/x?y=1)", '<a href="/doc/x?y=1">a</a>'],
    ["<https://a.b>", '<a href="https://a.b" class="external" rel="nofollow noreferrer">https://a.b</a>'],
    ["https://a.b/c.", '<a href="https://a.b/c" class="external" rel="nofollow noreferrer">https://a.b/c</a>.'],
    ['<a href="Home">a</a>', '<a href="/wiki/home">a</a>'],
    ["[[1]](Home)", '<a href="/wiki/home">[1]</a>'],
    ["README.md and golang.org", "README.md and golang.org"],
    ["[[a\nb]]", "[[a\nb]]"],
    ["[[[Home]]]", '[<a href="/wiki/home">Home</a>]'],
    ["[[ ]]", "[[ ]]"],
    ["`[[Home]]`", "<code>[[Home]]</code>"],
    ["[a](//evil.example)", "[a](//evil.example)"],
    ["[a](javascript:alert)", "[a](javascript:alert)"],
    ["[a](%2F/evil.example)", '<span class="missing">a</span>'],
  ])("%s", (text, expected) => {
    expect(html(text, { pages })).toBe(`<p>${expected}</p>`);
  });

  test("relative addresses are seen from the folder of the page, double brackets from the root", () => {
    const slug = "guides/start";
    expect(html("[a](intro)", { slug })).toContain('href="/wiki/guides/intro"');
    expect(html("[a](../home)", { slug })).toContain('href="/wiki/home"');
    expect(html("[a](../../home)", { slug })).toContain('class="missing">a');
    expect(html("[[intro]]", { slug })).toContain('href="/wiki/intro"');
  });

  test("no link stands within a link", () => {
    expect(html("[a <https://b.c> d](Home)", { pages })).toBe('<p><a href="/wiki/home">a https://b.c d</a></p>');
  });

  test("what it was told of the wiki is answered, with included pages", () => {
    const { dependsOn } = render("[[a]] ![[b]] ![[d.png]]\n\n![[b]]", { pages: { b: "[[c]] [[a]]" } });
    expect(dependsOn).toEqual({ links: ["a", "b", "c"], includes: ["b"], attachments: ["d.png"] });
  });
});

describe("images", () => {
  const files = ["map.png", "img/a b.svg"];

  test.each([
    ["![a](map.png)", '<img src="/attachments/map.png" alt="a" loading="lazy" referrerpolicy="no-referrer">'],
    ["![[map.png|b]]", '<img src="/attachments/map.png" alt="b" loading="lazy" referrerpolicy="no-referrer">'],
    ["![a](img/a%20b.svg)", '<img src="/attachments/img/a b.svg" alt="a" loading="lazy" referrerpolicy="no-referrer">'],
    ["![a](gone.png)", '<span class="missing">a</span>'],
    ["![](https://a.b/c.png)", '<img src="https://a.b/c.png" alt="" loading="lazy" referrerpolicy="no-referrer">'],
    ["![a](http://a.b/c.png)", '<a href="http://a.b/c.png" class="external" rel="nofollow noreferrer">a</a>'],
    ["![a](data:image/png;base64,AA)", "![a](data:image/png;base64,AA)"],
    ["[a](map.png)", '<a href="/attachments/map.png">a</a>'],
  ])("%s", (text, expected) => {
    expect(html(text, { files })).toBe(`<p>${expected}</p>`);
  });
});

describe("includes", () => {
  test("a page, and a section of it with its notes, stand where they are included", () => {
    const pages = { b: "intro\n\n## One\n\nx[^1]\n\n### Deeper\n\n## Two\n\n[^1]: note" };
    expect(html("a\n![[B]]\nc", { pages })).toMatch(/^<p>a<\/p>\n<div class="include"><p>intro<\/p>/);
    const section = html("![[b#One]]", { pages });
    expect(section).toContain('<h2 id="i1-h-one">One');
    expect(section).toContain("Deeper");
    expect(section).toContain('<li id="i1-fn-1"><p>note');
    expect(section).not.toContain("Two");
    expect(section).not.toContain("intro");
  });

  test.each([
    ["the page itself", "![[a]]", { a: "" }, "this is a part of it"],
    ["a page that includes it", "![[b]]", { b: "![[a]]" }, "this is a part of it"],
    ["a missing page", "![[b]]", {}, "there is no such page"],
    ["a missing section", "![[b#c]]", { b: "" }, "it has no such section"],
    ["one nested too deep", "![[b]]", { b: "![[c]]", c: "![[d]]", d: "![[e]]", e: "![[f]]", f: "![[g]]" }, "too deep"],
  ])("a notice says why %s is not included", (_what, text, pages, reason) => {
    expect(html(text, { slug: "a", pages })).toContain(reason);
  });

  test("are bounded in number, as each may include ten others", () => {
    const ten = (name: string) => Array.from({ length: 10 }, (_, i) => `![[${name}${i}]]`).join("\n");
    const pages = Object.fromEntries(
      "bcd".split("").flatMap((name, n) => Array.from({ length: 10 }, (_, i) => [`${name}${i}`, ten("cde"[n] ?? "")])),
    );
    const { isLimited, html: limited } = render(ten("b"), { pages });
    expect(isLimited).toBe(true);
    expect(limited.split('class="include"').length).toBeLessThanOrEqual(101);
  });
});

describe("footnotes", () => {
  test("are numbered as the text refers to them, and lead back to each place", () => {
    expect(html("a[^b] c[^a] d[^b]\n\n[^a]: A\n[^b]: B\n\n    more\n[^c]: never shown\n\n[^x]")).toBe(
      '<p>a<sup class="footnote-ref"><a id="fnref-1" href="#fn-1" aria-label="Footnote 1">1</a></sup> ' +
        'c<sup class="footnote-ref"><a id="fnref-2" href="#fn-2" aria-label="Footnote 2">2</a></sup> ' +
        'd<sup class="footnote-ref"><a id="fnref-1-1" href="#fn-1" aria-label="Footnote 1">1</a></sup></p>\n' +
        "<p>[^x]</p>\n" +
        '<div class="footnotes"><hr><ol>\n<li id="fn-1"><p>B</p>\n<p>more ' +
        '<a class="footnote-back" href="#fnref-1" aria-label="Back to the text">↩</a> ' +
        '<a class="footnote-back" href="#fnref-1-1" aria-label="Back to the text">↩</a></p>\n</li>\n' +
        '<li id="fn-2"><p>A <a class="footnote-back" href="#fnref-2" aria-label="Back to the text">↩</a></p>\n</li>\n</ol></div>',
    );
  });
});

describe("code, formulas, diagrams", () => {
  test("known languages have classes, others none, and neither has styles", () => {
    expect(html("```go\nvar a = 1\n```")).toContain('<code class="language-go"><span class="hljs-keyword">var</span>');
    expect(html("```brainfuck\n<>\n```")).toBe(
      '<pre tabindex="0"><code class="language-brainfuck">&lt;&gt;\n</code></pre>',
    );
    expect(html("    <>")).toBe('<pre tabindex="0"><code>&lt;&gt;\n</code></pre>');
  });

  test.each(["$x^2$", "$$x^2$$", "$$\nx^2\n$$", "```math\nx^2\n```"])("%j is MathML", (text) => {
    expect(html(text)).toMatch(/<math xmlns="[^"]+"[^>]*><semantics><mrow><msup><mi>x<\/mi><mn>2<\/mn>/);
  });

  test.each(["$5 and $10", "a$b$c", "$ a $", "\\$a$", "`$a$`", "$$\n\na\n$$"])("%j is no formula", (text) => {
    expect(html(text)).not.toContain("<math");
  });

  test.each(["\\def\\a{b}\\a", "\\newcommand{\\a}{b}\\a", "\\global\\let\\a=b", "\\href{https://a.b}{c}", "\\frac"])(
    "a formula that is none, or would define or link (%s), is shown as it was written",
    (tex) => {
      expect(html(`$${tex}$`)).not.toContain("href=");
      if (!tex.startsWith("\\href")) expect(html(`$${tex}$`)).toContain('<code class="not-shown">$');
    },
  );

  test("a diagram is an image in the colours of the text, with its source", () => {
    const diagram = html('```nomnoml\n#stroke: red\n[a<b>|c] -> [d "e"]\n```');
    expect(diagram).toMatch(/^<figure class="diagram"><svg role="img" aria-label="Diagram"/);
    expect(diagram).toContain('stroke="currentColor"');
    expect(diagram).not.toContain('"red"');
    expect(diagram).toContain("<summary>Source of the diagram</summary>");
    expect(html("```nomnoml\n[a\n```")).toBe('<pre class="not-shown" tabindex="0"><code>[a\n</code></pre>');
  });
});
