import { type DefaultTreeAdapterTypes, parseFragment } from "parse5";

type Element = DefaultTreeAdapterTypes.Element;
type Node = DefaultTreeAdapterTypes.Node;

const ELEMENTS = new Set(
  [
    "a abbr b bdi blockquote br caption cite code dd del details dfn div dl dt em figcaption figure h2 h3 h4 h5 h6 hr i img",
    "input ins kbd label li mark ol p pre q s samp small span strong sub summary sup table tbody td tfoot th thead tr u ul",
    "var wbr",
    "svg g path rect ellipse circle polygon polyline line text tspan",
    "math annotation semantics menclose mfrac mi mn mo mover mpadded mphantom mroot mrow ms mspace msqrt mstyle msub",
    "msubsup msup mtable mtd mtext mtr munder munderover",
  ].flatMap((line) => line.split(" ")),
);
const ATTRIBUTES = new Set(
  [
    "alt aria-hidden aria-label checked class colspan dir disabled height href id lang loading open referrerpolicy rel",
    "reversed role rowspan scope src start tabindex title type value width",
  ].flatMap((line) => line.split(" ")),
);
const NAMESPACE_OF_HTML = "http://www.w3.org/1999/xhtml";

const CLASSES =
  /^(?:alert (?:note|tip|important|warning|caution)|alert-title|missing|external|notice|include|table|math|diagram|task|footnotes|footnote-ref|footnote-back|heading-anchor|not-shown|align-(?:left|center|right)|(?:hljs|language)[\w+#. -]*)$/;

/**
 * Throws unless the HTML, as a browser reads it, has only elements and attributes that the renderer may write, only
 * addresses that may be followed, ids that are prefixed and unique, and each element where it was written.
 */
export function assertSafeHtml(html: string): void {
  assertReadAsWritten(html);
  const ids = new Set<string>();
  for (const element of elementsOf(parseFragment(html))) {
    if (!ELEMENTS.has(element.tagName)) throw new Error(`element <${element.tagName}> in ${html}`);
    for (const { name, value } of element.attrs) {
      if (/^on|^style$|^xlink|^srcdoc$/i.test(name)) throw new Error(`attribute ${name} in ${html}`);
      if (element.namespaceURI === NAMESPACE_OF_HTML && !ATTRIBUTES.has(name)) throw new Error(`${name} in ${html}`);
      if (name === "class" && element.namespaceURI === NAMESPACE_OF_HTML && !CLASSES.test(value)) {
        throw new Error(`class ${value} in ${html}`);
      }
      if (name === "href" && !isSafeAddress(value)) throw new Error(`href ${value} in ${html}`);
      if (name === "src" && !/^(?:https:|\/(?![/\\]))/i.test(value)) throw new Error(`src ${value} in ${html}`);
      if (name === "id") {
        if (!/^(?:i\d+-)?(?:h|fn|fnref)-/.test(value) || ids.has(value)) throw new Error(`id ${value} in ${html}`);
        ids.add(value);
      }
    }
  }
}

/** Read as a browser does, which leaves out white space and control characters. */
function isSafeAddress(address: string): boolean {
  const url = URL.parse(address, "http://wiki.test/page");
  // What is no address leads nowhere.
  if (url === null) return true;
  if (address.startsWith("/")) return url.origin === "http://wiki.test";
  return ["http:", "https:", "mailto:", "tel:"].includes(url.protocol);
}

function elementsOf(node: Node): Element[] {
  const elements = "childNodes" in node ? node.childNodes.flatMap(elementsOf) : [];
  return "tagName" in node ? [node, ...elements] : elements;
}

const PIECE = /<(\/?)([A-Za-z][^\s/>]*)[^>]*?(\/?)>|([^<]+)/g;
const VOID = new Set(["br", "hr", "img", "input", "wbr"]);

/** A browser that moves, ends or makes elements by itself may take what was harmless for something else. */
function assertReadAsWritten(html: string): void {
  let written = "";
  for (const [, slash = "", name = "", selfClosing = "", text = ""] of html.matchAll(PIECE)) {
    if (name === "") written += decoded(text);
    else if (slash === "/") written += `</${name}>`;
    else written += VOID.has(name) || selfClosing === "/" ? `<${name}></${name}>` : `<${name}>`;
  }
  const read = outlineOf(parseFragment(html));
  if (written.replace(/\s+/g, "") !== read.replace(/\s+/g, "")) throw new Error(`${html} is read as ${read}`);
}

function outlineOf(node: Node): string {
  if ("value" in node) return node.value;
  const inside = "childNodes" in node ? node.childNodes.map(outlineOf).join("") : "";
  return "tagName" in node ? `<${node.tagName}>${inside}</${node.tagName}>` : inside;
}

function decoded(text: string): string {
  const entities: Readonly<Record<string, string>> = {
    amp: "&",
    lt: "<",
    gt: ">",
    quot: '"',
    "#39": "'",
    apos: "'",
    "#x27": "'",
  };
  return text.replace(/&(amp|lt|gt|quot|#39|#x27|apos);/g, (entity, name: string) => entities[name] ?? entity);
}
