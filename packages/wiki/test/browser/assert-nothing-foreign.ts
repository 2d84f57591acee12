import { type DefaultTreeAdapterTypes, parse } from "parse5";

type Element = DefaultTreeAdapterTypes.Element;
type Node = DefaultTreeAdapterTypes.Node;

// What views and the renderer of pages write, and nothing else.
const ELEMENTS = words(
  "html head meta title link script body header nav main article section aside footer h1 h2 h3 h4 h5 h6 p a span bdi b u i",
  "strong em ul ol li dl dt dd time code pre kbd mark del ins sub sup small br hr blockquote img figure div details summary",
  "abbr cite dfn q s samp var wbr figcaption caption tfoot",
  "table thead tbody tr th td form fieldset legend label input select option textarea button",
  "svg g path rect circle ellipse polygon polyline line text tspan",
  "math annotation semantics menclose mfrac mi mn mo mover mpadded mphantom mroot mrow ms mspace msqrt mstyle msub msubsup",
  "msup mtable mtd mtext mtr munder munderover",
);
const ATTRIBUTES = words(
  "colspan rowspan reversed",
  "action alt aria-current aria-describedby aria-hidden aria-invalid aria-label aria-labelledby autocomplete autofocus",
  "charset checked class content data-diff data-does data-key data-unsaved datetime dir disabled enctype for form",
  "formnovalidate height href id lang loading maxlength method name open placeholder readonly referrerpolicy rel required role",
  "rows scope selected spellcheck src start tabindex title type value width",
);
const SVG_AND_MATHML = words(
  "accent accentunder class columnalign columnlines columnspacing cx cy d depth display displaystyle dx dy encoding fence fill",
  "fill-rule focusable font-size font-style font-weight form height id largeop linebreak linethickness lspace mathsize",
  "mathbackground mathcolor mathvariant maxsize minsize movablelimits notation points r role rowlines rowspacing rspace rx ry scriptlevel separator",
  "side stretchy stroke stroke-dasharray stroke-linecap stroke-linejoin stroke-width symmetric text-anchor transform version",
  "viewBox voffset width x x1 x2 xmlns y y1 y2 aria-hidden aria-label",
);
const HTML = "http://www.w3.org/1999/xhtml";
const WIKI = "http://wiki.test";

/** Throws where a browser would read anything of this document that neither a view nor the renderer of pages writes. */
export function assertNothingForeign(html: string): void {
  for (const element of elementsOf(parse(html))) {
    const { tagName, attrs, namespaceURI } = element;
    if (!ELEMENTS.has(tagName)) fail(`<${tagName}>`);
    const allowed = namespaceURI === HTML ? ATTRIBUTES : SVG_AND_MATHML;
    const address: Record<string, string> = {};
    for (const { name, value } of attrs) {
      if (!allowed.has(name)) fail(`${name} of <${tagName}>`);
      if (name === "autofocus" && tagName !== "input") fail("autofocus");
      address[name] = value;
    }
    const { href, src, action } = address;
    if (href !== undefined && !mayFollow(href)) fail(`href ${href}`);
    if (action !== undefined && !isOurs(action)) fail(`action ${action}`);
    if (tagName === "img" && src !== undefined && !isOurs(src) && URL.parse(src)?.protocol !== "https:")
      fail(`src ${src}`);
    if (tagName === "link" && (href === undefined || !isOurs(href))) fail(`link to ${href}`);
    if (tagName === "script" && (!src?.startsWith("/assets/") || textOf(element) !== "")) fail("a script of its own");
  }
}

function mayFollow(address: string): boolean {
  const protocol = URL.parse(address, WIKI)?.protocol ?? "none:";
  return ["http:", "https:", "mailto:", "tel:", "none:"].includes(protocol);
}

function isOurs(address: string): boolean {
  return URL.parse(address, WIKI)?.origin === WIKI;
}

function elementsOf(node: Node): readonly Element[] {
  const children = "content" in node ? [node.content] : "childNodes" in node ? node.childNodes : [];
  const elements = children.flatMap(elementsOf);
  return "tagName" in node ? [node, ...elements] : elements;
}

function textOf(node: Node): string {
  if ("value" in node) return node.value;
  return "childNodes" in node ? node.childNodes.map(textOf).join("") : "";
}

function words(...lines: readonly string[]): ReadonlySet<string> {
  return new Set(lines.flatMap((line) => line.split(" ")));
}

function fail(what: string): never {
  throw new Error(`foreign in this document: ${what}`);
}
