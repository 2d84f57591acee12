import { type DefaultTreeAdapterTypes, parse } from "parse5";

type Element = DefaultTreeAdapterTypes.Element;
type Node = DefaultTreeAdapterTypes.Node;

const ELEMENTS = new Set(
  [
    "html head meta title link script body header nav main article section aside footer h1 h2 h3 h4 h5 h6 p a span bdi strong",
    "em ul ol li dl dt dd time code pre kbd mark del ins table thead tbody tr th td form label input select option textarea",
    "button fieldset legend details summary svg path img div hr br blockquote sup sub small figure b i u",
    // Formulas and diagrams.
    "g rect ellipse circle polygon polyline line text tspan math annotation semantics mfrac mi mn mo mrow msup msub mstyle",
  ].flatMap((line) => line.split(" ")),
);
const ATTRIBUTES = new Set(
  [
    "action alt aria-current aria-describedby aria-hidden aria-invalid aria-label aria-labelledby autocomplete autofocus",
    "charset checked class content data-diff data-does data-key data-unsaved datetime dir disabled enctype for form",
    "formnovalidate height href id lang loading maxlength method name open placeholder readonly referrerpolicy rel required role",
    "rows scope selected spellcheck src start tabindex title type value width",
  ].flatMap((line) => line.split(" ")),
);
const HTML = "http://www.w3.org/1999/xhtml";
const FIELDS = new Set(["input", "select", "textarea"]);

/** Throws unless a browser reads of this document what our templates may write, and a screen reader finds its way. */
export function assertSoundDocument(html: string): void {
  const document = parse(html, { onParseError: ({ code }) => assertReadable(code) });
  const elements = elementsOf(document);
  assertAllowed(elements);
  assertReferences(elements);
  assertLabels(elements);
  assertOutline(elements);
}

/** A text may hold control characters, which browsers show as nothing. */
function assertReadable(errorCode: string): void {
  if (errorCode !== "control-character-in-input-stream") fail(`parse error ${errorCode}`);
}

function assertAllowed(elements: readonly Element[]): void {
  for (const { tagName, attrs, namespaceURI } of elements) {
    if (!ELEMENTS.has(tagName)) fail(`element <${tagName}>`);
    for (const { name, value } of attrs) {
      if (/^on|^style$|^srcdoc$|^xlink/i.test(name)) fail(`attribute ${name}`);
      if (namespaceURI === HTML && !ATTRIBUTES.has(name)) fail(`attribute ${name} of <${tagName}>`);
      if ((name === "src" || name === "action") && !/^\/(?![/\\])/.test(value)) fail(`${name} ${value}`);
      if (name === "href" && !/^(?:\/(?![/\\])|#|https:\/\/example\.com\/)/.test(value)) fail(`href ${value}`);
    }
    if (tagName === "script" && !attrs.some(({ name }) => name === "src")) fail("a script of its own");
  }
}

/** Each id once, and each reference to one that is there. */
function assertReferences(elements: readonly Element[]): void {
  const ids = new Set<string>();
  for (const id of elements.flatMap((element) => get(element, "id") ?? [])) {
    if (ids.has(id) || /\s/.test(id) || id === "") fail(`id "${id}"`);
    ids.add(id);
  }
  for (const element of elements) {
    const href = get(element, "href");
    const targets = [
      ...["aria-labelledby", "aria-describedby"].flatMap((name) => get(element, name)?.split(" ") ?? []),
      get(element, "for") ?? [],
      get(element, "form") ?? [],
      href?.startsWith("#") ? decodeURIComponent(href.slice(1)) : [],
    ].flat();
    for (const target of targets) if (!ids.has(target)) fail(`nothing has the id "${target}"`);
  }
}

/** What is pressed or typed into says what it is. */
function assertLabels(elements: readonly Element[]): void {
  const labelled = new Set(elements.flatMap((it) => (it.tagName === "label" ? (get(it, "for") ?? []) : [])));
  const wrapped = new Set(elements.flatMap((it) => (it.tagName === "label" ? elementsOf(it) : [])));
  for (const element of elements) {
    const isField = FIELDS.has(element.tagName) && get(element, "type") !== "hidden";
    if (isField && !labelled.has(get(element, "id") ?? "") && !wrapped.has(element)) {
      fail(`no label for ${element.tagName} ${get(element, "name")}`);
    }
    const isPressed = ["a", "button", "summary"].includes(element.tagName) && get(element, "aria-hidden") !== "true";
    if (isPressed && textOf(element).trim() === "" && !get(element, "aria-label")) fail(`an empty ${element.tagName}`);
    if (element.tagName === "img" && get(element, "alt") === undefined) fail("a picture without an alternative");
  }
}

/** One h1, no level left out, one main part, and navigations that are told apart. What users wrote has its own levels. */
function assertOutline(elements: readonly Element[]): void {
  const written = new Set(elements.filter((it) => get(it, "class") === "content").flatMap(elementsOf));
  const levels = elements.flatMap((it) =>
    /^h[1-6]$/.test(it.tagName) && !written.has(it) ? Number(it.tagName[1]) : [],
  );
  if (levels.filter((level) => level === 1).length !== 1) fail("not one h1");
  // The contents and the tree stand beside the main part, in whatever order.
  const main = elementsOf(elements.find(({ tagName }) => tagName === "main") ?? fail("no main part"));
  const inMain = main.flatMap((it) => (/^h[1-6]$/.test(it.tagName) && !written.has(it) ? Number(it.tagName[1]) : []));
  inMain.reduce((before, level) => (level > before + 1 ? fail(`h${level} after h${before}`) : level), 0);
  const landmarks = elements.flatMap((it) =>
    it.tagName === "nav" ? (get(it, "aria-label") ?? get(it, "aria-labelledby") ?? "") : [],
  );
  if (new Set(landmarks).size < landmarks.length || landmarks.includes(""))
    fail(`navigations: ${landmarks.join(", ")}`);
  for (const name of ["header", "main", "footer", "title"]) {
    if (!elements.some(({ tagName }) => tagName === name)) fail(`no ${name}`);
  }
}

function elementsOf(node: Node): Element[] {
  const elements = "childNodes" in node ? node.childNodes.flatMap(elementsOf) : [];
  return "tagName" in node ? [node, ...elements] : elements;
}

function get({ attrs }: Element, attribute: string): string | undefined {
  return attrs.find(({ name }) => name === attribute)?.value;
}

function textOf(node: Node): string {
  if ("value" in node) return node.value;
  return "childNodes" in node ? node.childNodes.map(textOf).join("") : "";
}

function fail(what: string): never {
  throw new Error(`unsound document: ${what}`);
}
