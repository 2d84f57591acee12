import { describe, expect, test } from "vitest";
import { parsePage } from "./parse-page.ts";
import { assertSafeHtml } from "./test-support/assert-safe-html.ts";
import { render } from "./test-support/render.ts";

function html(text: string, options?: Parameters<typeof render>[1]): string {
  const { html: rendered } = render(text, options);
  assertSafeHtml(rendered);
  return rendered.replace(/<div class="table"[^>]*>(.*?<\/table>)<\/div>/gs, "$1").replace(/\n/g, "");
}

describe("blocks of HTML", () => {
  test.each([
    ["<div>a *b* &amp;amp;</div>", "<div><p>a *b* &amp;amp;</p></div>"],
    ["<div>\n\n*a*\n\n</div>\nb", "<div><p><em>a</em></p></div><p>b</p>"],
    ["a\n<hr>\nb", "<p>a</p><hr><p>b</p>"],
    ["<ul><li>a<li>b<ul><li>c</ul></ul>", "<ul><li>a</li><li>b<ul><li>c</li></ul></li></ul>"],
    ["<dl><dt>a<dd>b<dt>c</dl>", "<dl><dt>a</dt><dd>b</dd><dt>c</dt></dl>"],
    ["<p>a<p>b", "<p>a</p><p>b</p>"],
    ["<pre>a\n\n  *b* <b>c</b></pre>", '<pre tabindex="0">a  *b* <b>c</b></pre>'],
    ["<center>a</center>", '<div class="align-center"><p>a</p></div>'],
    ['<p align="center">\n\na\n\n</p>', '<div class="align-center"><p>a</p></div>'],
    [
      "<figure><img src='https://a.b/c.png'><figcaption>d</figcaption></figure>",
      /^<figure><img .*<figcaption>d<\/figcap/,
    ],
    ["<section><script>a</script></section>", "<div><p>&lt;script&gt;a&lt;/script&gt;</p></div>"],
    ["<unknown>\n*a*", "<p>&lt;unknown&gt;<em>a</em></p>"],
    ["    <div>", /^<pre tabindex="0"><code>&lt;div&gt;/],
  ])("%s", (text, expected) => {
    if (typeof expected === "string") expect(html(text)).toBe(expected);
    else expect(html(text)).toMatch(expected);
  });

  test("folded text opens and closes, with Markdown within", () => {
    expect(html("<details open>\n<summary>a <b>b</b></summary>\n\n- c\n\n</details>\n\nd")).toBe(
      "<details open><summary>a <b>b</b></summary><ul><li>c</li></ul></details><p>d</p>",
    );
  });

  test("tables are completed as browsers do, and hold Markdown", () => {
    const cells = "<table><tbody><tr><th>a</th><th>b</th></tr><tr><td>c</td><td>d</td></tr></tbody></table>";
    expect(html("<table><tr><th>a<th>b<tr><td>c<td>d</table>")).toBe(cells);
    expect(html("<table><th>a</th><th>b</th>\n<tr>\n<td>c</td><td>d</td></table>")).toBe(cells);
    expect(html('<table>\n<tr><td colspan="2" rowspan=0 bgcolor=red>\n\n**a**\n\n</td></tr>\n</table>')).toBe(
      '<table><tbody><tr><td colspan="2"><p><strong>a</strong></p></td></tr></tbody></table>',
    );
  });

  test("what may not stand in a table gets a cell, and none of it is moved out of the table", () => {
    expect(html("<table>a<tr>b</table>")).toBe("<table><tbody><tr><td>a</td></tr><tr><td>b</td></tr></tbody></table>");
    expect(html("<table>\n\n- a\n\n</table>")).toBe(
      "<table><tbody><tr><td><ul><li>a</li></ul></td></tr></tbody></table>",
    );
  });

  test("a cell of Markdown's tables may hold lists, whose text is Markdown", () => {
    expect(html("|a|\n|-|\n|<ul><li>*b*<li>c</ul>|\n|`<ul>` <b>d</b>|")).toBe(
      '<table><thead><tr><th scope="col">a</th></tr></thead><tbody><tr><td><ul><li><em>b</em></li><li>c</li></ul></td></tr>' +
        "<tr><td><code>&lt;ul&gt;</code> <b>d</b></td></tr></tbody></table>",
    );
  });

  test("an element ends where the Markdown around it does, and with the page", () => {
    expect(html("- <div>a\n\nb")).toBe("<ul><li><div><p>a</p></div></li></ul><p>b</p>");
    expect(html("> <table><tr><td>a\n\nb</table>")).toBe(
      "<blockquote><table><tbody><tr><td>a</td></tr></tbody></table></blockquote><p>b&lt;/table&gt;</p>",
    );
    expect(html("</div></td></main>\n\na\n\n</footer>")).toBe("<p>a</p>");
  });
});

describe("HTML within a line", () => {
  test.each([
    ['<abbr title="b &quot;c&quot;">a</abbr>', '<abbr title="b &quot;c&quot;">a</abbr>'],
    ['<span style="color:red" class="notice">*a*</span>', "<span><em>a</em></span>"],
    ["<font color=red>a</font> <tt>b</tt> <strike>c</strike>", "<span>a</span> <code>b</code> <s>c</s>"],
    ["<b>a <b>b</b> c</b>", "<b>a <b>b</b> c</b>"],
    ["<b>a <i>b</b> c</i>", "<b>a &lt;i&gt;b</b> c&lt;/i&gt;"],
    ["`<b>` a <b>b</b> \\<b>", "<code>&lt;b&gt;</code> a <b>b</b> &lt;b&gt;"],
    ["Sum<type T>(x List<Int>) a < b > c", "Sum&lt;type T&gt;(x List&lt;Int&gt;) a &lt; b &gt; c"],
    ["a <!-- b --> c", "a  c"],
    ["a <!-- b", "a &lt;!-- b"],
    ["a<wbr>b", "a<wbr>b"],
    ["a <div>b</div>", "a &lt;div&gt;b&lt;/div&gt;"],
  ])("%s", (text, expected) => {
    expect(html(text)).toBe(`<p>${expected}</p>`);
  });

  test("pictures are shown as those of Markdown are, in their size", () => {
    const files = ["guides/a.png"];
    expect(
      html('<img src="a.png" alt="b &amp; c" width="50%" height=20 onerror=alert(1)>', { slug: "guides/x", files }),
    ).toBe(
      '<p><img src="/attachments/guides/a.png" alt="b &amp; c" width="50%" height="20" loading="lazy" referrerpolicy="no-referrer"></p>',
    );
    expect(parsePage('<div><img src="a.png"></div>').attachments).toEqual(["a.png"]);
    expect(html("<img src='http://a.b/c.png' alt=d>")).toContain('<a href="http://a.b/c.png"');
    expect(html("<img src=javascript:alert(1)>")).toBe("<p>&lt;img src=javascript:alert(1)&gt;</p>");
  });

  test("links lead where those of Markdown do", () => {
    expect(parsePage('<td><a href="Other.md#part">a</a></td>\n\n<a href="/wiki/third">b</a>').links).toEqual([
      "other",
      "third",
    ]);
    expect(html('<div><a href="javascript:alert(1)">a</a></div>')).toBe("<div><p>a</p></div>");
  });
});

describe("headings and names", () => {
  test("a heading of HTML is one of the page: in its contents, and to be linked to", () => {
    const { contents } = render('# A\n\n<h2 align="center">B &amp; <i>c</i></h2>\n\n<h2></h2>');
    expect(contents).toEqual([
      { level: 2, id: "h-a", text: "A" },
      { level: 3, id: "h-b--c", text: "B & c" },
    ]);
  });

  test("a name leads to its element, unless a heading or another has it", () => {
    expect(html('<div id="x">a</div>\n\n<p id="x">b</p>\n\n<p id="y">c</p>\n\n# Y\n\n[d](#x)')).toMatch(
      /^<div id="h-x"><p>a<\/p><\/div><p>b<\/p><p>c<\/p><h2 id="h-y">.*<a href="#h-x">d<\/a>/,
    );
    expect(html('<h2 id="short">A long one</h2>')).toMatch(/^<h2 id="h-a-long-one"><span id="h-short"><\/span>A long/);
  });
});

test("search and excerpts see what a reader does", () => {
  const { plainText, excerpt } = parsePage(
    "<!-- hidden -->\n<div class='hidden'>\n  A first\n  <b>part</b></div>\n<table><tr><td>b<td title='hidden'>c</table>",
  );
  expect(plainText).toBe("A first part\nb\nc");
  expect(excerpt).toBe("A first part");
});

test("a section in an element is included up to the end of the element", () => {
  const pages = { b: "<table><tr><td>\n\n## One\n\n1\n\n</td><td>\n\n2\n\n</td></tr></table>\n\n## Two" };
  expect(html("![[b#One]]", { pages })).toMatch(/^<div class="include"><h2 .*<\/h2><p>1<\/p><\/div>$/);
});

test("what is nested too deep keeps its text and loses its elements", () => {
  const deep = html(`${"<div>".repeat(1_000)}a\n\n- b`);
  expect(deep.split("<div>").length - 1).toBeLessThanOrEqual(40);
  expect(deep).toContain("<p>a</p>");
  expect(html(`${"<b>".repeat(1_000)}a${"</b>".repeat(1_000)}`)).toContain("a");
});
