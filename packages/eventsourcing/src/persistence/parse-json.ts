// A character of nobody: in front of keys that are spelt out in hexadecimal for the time of the parsing.
const MARK = "\ue000";
// Each string of a text, and whether it is a key. Outside of strings no text holds a quotation mark.
const STRINGS = /"[^"\\]*(?:\\.[^"\\]*)*"(\s*:)?/g;

/**
 * `JSON.parse`, also where that is mistaken: V8 (in Node 24 at least) takes a key that is written with an escape, such as
 * `"\""`, for another one, such as `"\\"`, that an object parsed before had in the same place. It compares the expected key
 * with the text as it is written.
 */
export function parseJson(text: string): unknown {
  return mayHaveEscapedKey(text) ? parseWithEscapedKeys(text) : JSON.parse(text);
}

/** Hardly any text has such a key, so this must cost next to nothing. It may say yes where there is none. */
function mayHaveEscapedKey(text: string): boolean {
  if (!text.includes("\\")) return false;
  for (let end = text.indexOf('":'); end !== -1; end = text.indexOf('":', end + 2)) {
    const start = text.lastIndexOf('"', end - 1);
    if (text[start - 1] === "\\" || text.slice(start, end).includes("\\")) return true;
  }
  return false;
}

function parseWithEscapedKeys(text: string): unknown {
  // What is no JSON is told in its own words.
  JSON.parse(text);
  let spelt = 0;
  const plain = text.replace(STRINGS, (string, colon: string | undefined) => {
    if (colon === undefined || !(string.includes("\\") || string.startsWith(`"${MARK}`))) return string;
    spelt += 1;
    return `"${MARK}${spell(JSON.parse(string.slice(0, -colon.length)))}"${colon}`;
  });
  const parsed: unknown = JSON.parse(plain);
  return spelt === 0 ? parsed : withKeysRead(parsed);
}

function withKeysRead(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map(withKeysRead);
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key.startsWith(MARK) ? read(key) : key, withKeysRead(item)]),
  );
}

function spell(key: string): string {
  return Array.from({ length: key.length }, (_, at) => key.charCodeAt(at).toString(16).padStart(4, "0")).join("");
}

function read(spelt: string): string {
  const codes = spelt.slice(MARK.length).match(/.{4}/g) ?? [];
  return codes.map((code) => String.fromCharCode(Number.parseInt(code, 16))).join("");
}
