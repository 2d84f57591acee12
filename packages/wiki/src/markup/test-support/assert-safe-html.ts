import { type DefaultTreeAdapterTypes, parseFragment } from "parse5";

type Element = DefaultTreeAdapterTypes.Element;
type Node = DefaultTreeAdapterTypes.Node;

const ELEMENTS = new Set(
  [
    "a b blockquote br code del details div em figure h2 h3 h4 h5 h6 hr i img input ins kbd label li mark ol p pre small",
    "span strong sub summary sup table tbody td th thead tr u ul",
    "svg g path rect ellipse circle polygon polyline line text tspan",
    "math annotation semantics menclose mfrac mi mn mo mover mpadded mphantom mroot mrow ms mspace msqrt mstyle msub",
    "msubsup msup mtable mtd mtext mtr munder munderover",
  ].flatMap((line) => line.split(" ")),
);
const ATTRIBUTES = new Set(
  [
    "alt aria-hidden aria-label checked class disabled href id loading referrerpolicy rel role scope src start tabindex",
    "title type",
  ].flatMap((line) => line.split(" ")),
);
const NAMESPACE_OF_HTML = "http://www.w3.org/1999/xhtml";

/**
 * Throws unless the HTML, as a browser reads it, has only elements and attributes that the renderer may write, only
 * addresses that may be followed, and ids that are prefixed and unique.
 */
export function assertSafeHtml(html: string): void {
  const ids = new Set<string>();
  for (const element of elementsOf(parseFragment(html))) {
    if (!ELEMENTS.has(element.tagName)) throw new Error(`element <${element.tagName}> in ${html}`);
    for (const { name, value } of element.attrs) {
      if (/^on|^style$|^xlink|^srcdoc$/i.test(name)) throw new Error(`attribute ${name} in ${html}`);
      if (element.namespaceURI === NAMESPACE_OF_HTML && !ATTRIBUTES.has(name)) throw new Error(`${name} in ${html}`);
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
