import { z } from "zod";
import { assertInput } from "./invalid-input.ts";

// Each schema looks at the length first and goes no further where it is too much: the other rules read the whole value
// or normalise it, and normalising "a" with a million combining marks takes minutes.

const WELL_FORMED = "must not contain halves of surrogate pairs";

/** A line of plain text: nothing in it breaks the line or turns the text around it. */
function line(minUnits: number, maxUnits: number) {
  return z
    .string("must be text")
    .min(minUnits, { error: "must not be empty", abort: true })
    .max(maxUnits, { error: `must not be longer than ${maxUnits} UTF-16 units`, abort: true })
    .refine((value) => value.isWellFormed(), { error: WELL_FORMED, abort: true })
    .refine((value) => !/[\p{Cc}\u2028\u2029]/u.test(value), "must not contain control characters or line breaks")
    .refine((value) => !/[\u202a-\u202e\u2066-\u2069]/u.test(value), "must not change the direction of text");
}

/** A line that people can see and point at. */
function label(maxUnits: number) {
  return line(1, maxUnits)
    .refine((value) => value === value.trim(), "must not begin or end with white space")
    .refine(
      (value) => /[[\p{L}\p{N}\p{P}\p{S}]--\p{Default_Ignorable_Code_Point}]/v.test(value),
      "must show something",
    );
}

/** The title of a page: one line of 1 to 255 UTF-16 units. */
export const Title = label(255).brand<"Title">();
export type Title = z.infer<typeof Title>;

const MAX_BODY_BYTES = 2 ** 20;

/**
 * The text of a page: at most 1 MiB of UTF-8, any line ends. NUL and halves of surrogate pairs are refused, as
 * databases replace or refuse them.
 */
export const Body = z
  .string("must be text")
  // A unit takes at least one byte: this alone keeps the next rules cheap.
  .max(MAX_BODY_BYTES, { error: "must not be longer than 1 MiB", abort: true })
  // And takes at most three, so that most need not be encoded to be measured.
  .refine((value) => 3 * value.length <= MAX_BODY_BYTES || new TextEncoder().encode(value).length <= MAX_BODY_BYTES, {
    error: "must not be longer than 1 MiB",
    abort: true,
  })
  .refine((value) => value.isWellFormed(), WELL_FORMED)
  .refine((value) => !value.includes("\0"), "must not contain NUL characters")
  .brand<"Body">();
export type Body = z.infer<typeof Body>;

const MAX_TAG_UNITS = 50;

/** A tag in its one form: lower case, NFC, 1 to 50 UTF-16 units, no comma, as commas separate tags. */
export const Tag = label(MAX_TAG_UNITS)
  .refine((value) => !value.includes(","), "must not contain commas")
  .refine((value) => value === value.toLowerCase(), "must be in lower case")
  .refine((value) => value === value.normalize("NFC"), "must be in Unicode normalisation form C")
  .brand<"Tag">();
export type Tag = z.infer<typeof Tag>;

const MAX_TAGS = 50;

/** The tags of a page: at most 50, in the order of their code units, each once. */
export const Tags = z
  .array(Tag)
  .max(MAX_TAGS, `must not be more than ${MAX_TAGS}`)
  .refine((tags) => tags.every((tag, i) => i === 0 || (tags[i - 1] ?? "") < tag), "must be sorted, each once")
  .readonly();
export type Tags = z.infer<typeof Tags>;

/** What an edit was about, in one line of at most 500 UTF-16 units; may be empty. */
export const Summary = line(0, 500).brand<"Summary">();
export type Summary = z.infer<typeof Summary>;

export function toTitle(value: unknown): Title {
  return assertInput("title", Title, value);
}

export function toBody(value: unknown): Body {
  return assertInput("body", Body, value);
}

/** A tag from what somebody typed: without the white space around it, in lower case, in NFC. */
export function toTag(value: unknown): Tag {
  const isShort = typeof value === "string" && value.length <= MAX_TAG_UNITS;
  return assertInput("tag", Tag, isShort ? value.trim().toLowerCase().normalize("NFC") : value);
}

/** The tags of a page from what somebody typed, in any order. */
export function toTags(value: unknown): Tags {
  const typed = assertInput("tags", z.array(z.unknown(), "must be a list").max(10 * MAX_TAGS), value);
  return assertInput("tags", Tags, [...new Set(typed.map(toTag))].sort());
}

export function toSummary(value: unknown): Summary {
  return assertInput("summary", Summary, value);
}
