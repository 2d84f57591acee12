import { type DefaultTreeAdapterTypes, parse } from "parse5";

type Element = DefaultTreeAdapterTypes.Element;
type Node = DefaultTreeAdapterTypes.Node;

/** A document as a browser reads it. */
export class HtmlDocument {
  readonly #elements: readonly Element[];

  constructor(html: string) {
    this.#elements = elementsOf(parse(html));
  }

  /** The fields of the form that posts to an address, as a browser fills and would send them. */
  fieldsOf(action: string): Record<string, string> {
    const form = this.find("form", (it) => attribute(it, "action") === action && attribute(it, "method") === "post");
    const fields: Record<string, string> = {};
    for (const element of elementsOf(form)) {
      const name = attribute(element, "name");
      if (name === undefined || element.tagName === "button") continue;
      if (attribute(element, "type") === "checkbox" && attribute(element, "checked") === undefined) continue;
      const value = element.tagName === "textarea" ? textOf(element) : (attribute(element, "value") ?? "");
      fields[name] = value.replace(/\r\n|\r|\n/g, "\r\n");
    }
    return fields;
  }

  /** The text of all elements with a tag, or with a class. */
  texts(selector: string): readonly string[] {
    const isClass = selector.startsWith(".");
    const fits = (element: Element) =>
      isClass
        ? (attribute(element, "class") ?? "").split(" ").includes(selector.slice(1))
        : element.tagName === selector;
    return this.#elements.filter(fits).map((element) => textOf(element).replace(/\s+/g, " ").trim());
  }

  links(): readonly string[] {
    return this.#elements.flatMap((element) => (element.tagName === "a" ? (attribute(element, "href") ?? []) : []));
  }

  find(tag: string, fits: (element: Element) => boolean): Element {
    const found = this.#elements.find((element) => element.tagName === tag && fits(element));
    if (!found) throw new Error(`there is no such <${tag}>`);
    return found;
  }

  /** Throws where something runs or looks by other means than the files of the wiki. */
  assertNothingInline(): void {
    for (const element of this.#elements) {
      if (element.tagName === "style") throw new Error("<style>");
      if (
        element.tagName === "script" &&
        (textOf(element) !== "" || !attribute(element, "src")?.startsWith("/assets/"))
      ) {
        throw new Error("a script of its own");
      }
      for (const { name, value } of element.attrs) {
        if (/^on|^style$|^srcdoc$/.test(name)) throw new Error(`attribute ${name} of <${element.tagName}>`);
        if (/^\s*javascript:/i.test(value)) throw new Error(`${name}="${value}"`);
      }
    }
  }
}

/** The document of an answer, checked to hold nothing that runs. */
export async function documentOf(response: Response): Promise<HtmlDocument> {
  const document = new HtmlDocument(await response.text());
  document.assertNothingInline();
  return document;
}

function attribute(element: Element, name: string): string | undefined {
  return element.attrs.find((it) => it.name === name)?.value;
}

function textOf(node: Node): string {
  if ("value" in node) return node.value;
  return "childNodes" in node ? node.childNodes.map(textOf).join("") : "";
}

function elementsOf(node: Node): readonly Element[] {
  const elements = "childNodes" in node ? node.childNodes.flatMap(elementsOf) : [];
  return "tagName" in node ? [node, ...elements] : elements;
}
