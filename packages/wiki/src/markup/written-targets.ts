/** A place in a text that is written as a link to a page is: whether it is one, only the parser can tell. */
export interface WrittenTarget {
  /** In double brackets, or the address of a link of Markdown or HTML. */
  readonly kind: "wiki" | "address";
  /** Where `address` stands in the text. */
  readonly start: number;
  /** All that says where the link leads: `name` and `rest`. */
  readonly address: string;
  /** The page: `guides/start` of `guides/start.md#part`. */
  readonly name: string;
  readonly rest: string;
  /** Whether a reader sees the address, as it has no label. */
  readonly isShown: boolean;
}

const WIKI = /(!?)\[\[([^[\]\n|]*)(\|?)[^[\]\n]*\]\]/g;
// A link, or a definition of one; then an address between angle brackets, or up to white space. What is looked at ahead is
// not used up: the next link may begin in it.
const ADDRESS = /\](?:\(|:)[ \t]*\n?[ \t]*(?=<([^<>\n]*)>|([^\s<>]+))/g;
const HREF = /(?<=[\s"']href\s{0,9}=\s{0,9}(["']))[^"'<>]+(?=\1)/gi;

/** All that is written as a link to a page may be, in order. An address may hold what is written in double brackets. */
export function findWrittenTargets(text: string): readonly WrittenTarget[] {
  return [...wikiTargets(text), ...addresses(text), ...hrefs(text)].sort((a, b) => a.start - b.start);
}

function* wikiTargets(text: string): Iterable<WrittenTarget> {
  for (const { 1: bang = "", 2: inside = "", 3: bar = "", index } of text.matchAll(WIKI)) {
    // Within a table the bar ahead of the label is written `\|`.
    const target = (bar === "" ? inside : inside.replace(/\\$/, "")).trimEnd();
    const address = target.trimStart();
    const start = index + bang.length + "[[".length + (target.length - address.length);
    yield { kind: "wiki", start, ...partsOf(address), isShown: bang === "" && bar === "" };
  }
}

function* addresses(text: string): Iterable<WrittenTarget> {
  for (const { 0: whole, 1: bracketed, 2: bare = "", index } of text.matchAll(ADDRESS)) {
    const address = bracketed ?? upToUnmatched(bare);
    const start = index + whole.length + (bracketed === undefined ? 0 : 1);
    // What is escaped says something else than it seems to: it is left, and the old slug leads on.
    if (!/[\\&]/.test(address)) yield { kind: "address", start, ...partsOf(address), isShown: false };
  }
}

function* hrefs(text: string): Iterable<WrittenTarget> {
  for (const { 0: address, index } of text.matchAll(HREF)) {
    if (!/[\\&]/.test(address)) yield { kind: "address", start: index, ...partsOf(address), isShown: false };
  }
}

/** What stands ahead of the bracket that ends the link: pairs of them belong to the address. */
function upToUnmatched(text: string): string {
  let depth = 0;
  for (let i = 0; i < text.length; i++) {
    if (text[i] === "(") depth++;
    if (text[i] === ")" && depth-- === 0) return text.slice(0, i);
  }
  return text;
}

function partsOf(address: string): Pick<WrittenTarget, "address" | "name" | "rest"> {
  const end = /(?:\.(?:md|markdown))?(?:[?#].*)?$/is.exec(address)?.index ?? address.length;
  return { address, name: address.slice(0, end), rest: address.slice(end) };
}
