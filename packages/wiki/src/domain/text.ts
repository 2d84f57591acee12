import { Text } from "@codemirror/state";

/** The CodeMirror text of any string, unit for unit: `stringOf(textOf(s)) === s`, also for ill-formed UTF-16. */
export function textOf(string: string): Text {
  // CodeMirror's own splitting turns CRLF and a lone CR into LF: split at "\n" alone.
  return Text.of(string.split("\n"));
}

/** The string of a text, its lines joined by "\n". */
export function stringOf(text: Text): string {
  return text.toString();
}
