import type { Text } from "@codemirror/state";
import type { PageState } from "../domain/page.ts";
import type { Slug } from "../domain/slug.ts";
import { stringOf } from "../domain/text.ts";
import { parsePage } from "../markup/parse-page.ts";
import type { ParsedPage } from "../markup/parsed-page.ts";

/** What read models keep of a page's text. */
export type PageReading = Pick<ParsedPage, "links" | "includes" | "attachments" | "plainText" | "excerpt">;

interface Known {
  readonly slug: Slug;
  readonly reading: PageReading;
}

// Several projections read the same text one after the other; what nobody holds any more is forgotten.
const readings = new WeakMap<Text, Known>();

/** Reads the text of a page, once for all projections. */
export function readPage({ body, slug }: PageState): PageReading {
  const known = readings.get(body);
  if (known?.slug === slug) return known.reading;
  const { links, includes, attachments, plainText, excerpt } = parsePage(stringOf(body), { slug });
  const reading = { links, includes, attachments, plainText, excerpt };
  readings.set(body, { slug, reading });
  return reading;
}

const sizes = new WeakMap<Text, number>();

/** How many bytes of UTF-8 a text takes. */
export function sizeOf(text: Text): number {
  const known = sizes.get(text);
  if (known !== undefined) return known;
  const size = Buffer.byteLength(stringOf(text));
  sizes.set(text, size);
  return size;
}
