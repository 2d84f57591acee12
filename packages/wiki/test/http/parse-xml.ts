/** An element of an XML document. */
export interface Element {
  readonly name: string;
  readonly attributes: { readonly [name: string]: string };
  readonly children: Element[];
  text: string;
}

const TOKEN =
  /<\?xml[^?]*\?>|<\/(?<end>[\w:]+)>|<(?<start>[\w:]+)(?<attributes>(?:\s+[\w:]+="[^"<]*")*)\s*(?<closed>\/)?>|(?<text>[^<]+)/y;
const ENTITIES: { readonly [name: string]: string } = { amp: "&", lt: "<", gt: ">", quot: '"', "#39": "'" };

/** The root of an XML document of elements, attributes and text. Throws where it is not well-formed. */
export function parseXml(xml: string): Element {
  const root: Element = { name: "", attributes: {}, children: [], text: "" };
  const open = [root];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < xml.length) {
    const at = TOKEN.lastIndex;
    const groups = TOKEN.exec(xml)?.groups;
    if (!groups) throw new Error(`no XML at ${at}: ${xml.slice(at, at + 60)}`);
    const { start, end, text, closed, attributes = "" } = groups;
    const current = open.at(-1);
    if (!current) throw new Error(`an end too many at ${at}`);
    if (text !== undefined) current.text += withoutEntities(text);
    if (end !== undefined && open.pop()?.name !== end) throw new Error(`"${end}" ends at ${at}, and is not open`);
    if (start === undefined) continue;
    const pairs = [...attributes.matchAll(/([\w:]+)="([^"]*)"/g)].map(([, name = "", value = ""]) => [
      name,
      withoutEntities(value),
    ]);
    const element: Element = { name: start, attributes: Object.fromEntries(pairs), children: [], text: "" };
    current.children.push(element);
    if (closed === undefined) open.push(element);
  }
  const [element] = root.children;
  if (open.length !== 1 || !element || root.children.length !== 1) throw new Error("no single root");
  return element;
}

function withoutEntities(text: string): string {
  return text.replaceAll(/&([^;]*);?/g, (_, name: string) => {
    const character = ENTITIES[name];
    if (character === undefined) throw new Error(`unknown entity "${name}"`);
    return character;
  });
}
