import { Text } from "@codemirror/state";
import { transcoding } from "@palimpsest/eventsourcing";
import { stringOf, textOf } from "../domain/text.ts";

/** How a page's text stands in its snapshots: as a string. */
export const textTranscoding = transcoding<Text>({
  name: "text",
  type: Text,
  encode: stringOf,
  decode: (string) => textOf(String(string)),
});
