import { z } from "zod";
import { slugFromTitle } from "../../domain/slug.ts";
import { searchView } from "../../views/search.ts";
import { NumberField, OptionalLine } from "../fields.ts";
import { AuthorField, LimitField, optionalChoice } from "../list-fields.ts";
import { notShown, resource } from "../resource.ts";
import { frameFor, type Site } from "../site.ts";

const PieceOutput = z.array(z.object({ text: z.string(), marked: z.boolean() }));
const DEFAULT_LIMIT = 20;

/** What pages say. */
export function search(site: Site) {
  return resource({
    summary: "Pages that have what is looked for, the best first",
    isKept: true,
    input: z.strictObject({
      q: z
        .string("must be text")
        .max(1_000, "must be at most 1,000 characters")
        .default("")
        .describe(
          'Words that must all be there, the last one as far as it is typed; "a phrase"; -without; tag:x; title:x',
        ),
      tag: OptionalLine.describe("Only pages with this tag"),
      author: AuthorField.describe("Only pages that this person has changed"),
      titles: optionalChoice(["only"]).describe("Look in titles alone"),
      offset: NumberField.refine((offset) => offset <= 1_000, "must be at most 1,000").optional(),
      limit: LimitField,
    }),
    output: z.object({
      hits: z.array(
        z.object({
          pageId: z.uuid(),
          slug: z.string(),
          title: z.string(),
          titleMarks: PieceOutput.describe("The title with what was found marked"),
          snippet: PieceOutput.describe("The part of the text that has most of it"),
          tags: z.array(z.string()),
          deleted: z.boolean(),
          modifiedAt: z.int().describe("In milliseconds since 1970"),
        }),
      ),
      total: z.int().describe("How many pages were found, at most 1,000"),
      isMore: z.boolean().describe("Whether there are more than `total`"),
      suggestion: z.string().optional().describe("Where little was found, what may have been meant"),
    }),
    handle: async ({ q, tag, author, titles, offset = 0, limit = DEFAULT_LIMIT }, asked) => {
      const { listings } = site.access.for(asked.viewer);
      const text = q.trim();
      const request = { text, tag, author, titleOnly: titles === "only", offset, limit };
      const data = await listings.search(request);
      if (asked.form === "json") return { kind: "shown", data, view: notShown };
      const [{ rows: tags }, authors, canCreate] = await Promise.all([
        listings.listTags(),
        listings.authors(),
        isFree(text, (slug) => listings.isPage(slug)),
      ]);
      const shown = {
        ...data,
        query: { q: text, tag, author, titles },
        offset,
        isTotalLeast: data.isMore,
        tags: tags.map((it) => it.tag),
        authors,
        canCreate,
        ...(offset + data.hits.length < data.total ? { next: offset + limit } : {}),
      };
      return { kind: "shown", data, view: () => searchView(frameFor(site, asked), shown) };
    },
  });
}

/** Whether a page could be made with what was typed as its title. */
async function isFree(
  title: string,
  isPage: (slug: ReturnType<typeof slugFromTitle>) => Promise<boolean>,
): Promise<boolean> {
  // What is asked for with operators is no title.
  if (title === "" || title.length > 200 || /["]|(^|\s)-|\b(tag|title):/.test(title)) return false;
  try {
    return !(await isPage(slugFromTitle(title)));
  } catch {
    // No address can be made of it.
    return false;
  }
}
