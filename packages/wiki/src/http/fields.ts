import { z } from "zod";

// What forms send is text, what programs send has types: these take both. Limits are those of the domain, which says what
// is wrong with a value.

/** The address of a page, in any form that has a canonical one. */
export const SlugField = z.string("must be text");

/** A whole number, as a number or in digits. */
export const NumberField = z.union(
  [
    z.int().min(0),
    z
      .string()
      .regex(/^\d{1,15}$/)
      .transform(Number),
  ],
  "must be a whole number",
);

/** Tags, as a list or with commas between them. */
export const TagsField = z.union(
  [
    z.array(z.string("must be text")),
    z.string().transform((text) => text.split(",").filter((tag) => tag.trim() !== "")),
  ],
  "must be a list, or text with commas",
);

/** Text whose lines a form ends with CR LF, as browsers do whatever was typed. */
export const BodyField = z.string("must be text");

/** A line that a form leaves empty where nothing was typed. */
export const OptionalLine = z
  .string("must be text")
  .transform((text) => (text === "" ? undefined : text))
  .optional();

// What commands on pages have in common.

export const WhyField = OptionalLine.describe("Why, for the history");

export const PageIdField = z.string().optional().describe("The page that is meant, whatever its address is by now");

export const KeyField = z
  .string()
  .optional()
  .describe("A second request with it changes nothing and answers the same page");
