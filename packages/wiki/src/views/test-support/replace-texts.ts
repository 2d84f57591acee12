import { RENDERED } from "./samples.ts";

/** What a template decides by; all else is shown. */
const DECIDES = new Set(["kind", "layout", "order", "$ref"]);
/** Where the names of the fields are shown too. */
const NAMES_ARE_TEXT = new Set(["paths", "properties", "responses", "content"]);

/** A model with another text in the place of every text that is shown. */
export function replaceTexts(value: unknown, text: string, key = ""): unknown {
  if (typeof value === "string") return DECIDES.has(key) || value === RENDERED.html ? value : text;
  // The ids of sections are the renderer's.
  if (key === "contents") return RENDERED.contents.map((heading) => ({ ...heading, text }));
  if (Array.isArray(value)) return value.map((item) => replaceTexts(item, text, key));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, field]) => {
      return [NAMES_ARE_TEXT.has(key) ? text + name : name, replaceTexts(field, text, name)];
    }),
  );
}
