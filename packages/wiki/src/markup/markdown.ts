import createParser, { type MarkdownIt } from "markdown-it";
import { isAllowedUrl } from "./link-target.ts";
import { alerts } from "./rules/alerts.ts";
import { blockLimits } from "./rules/block-limits.ts";
import { footnotes } from "./rules/footnotes.ts";
import { htmlBlocks } from "./rules/html-blocks.ts";
import { htmlInline } from "./rules/html-inline.ts";
import { includes } from "./rules/includes.ts";
import { math } from "./rules/math.ts";
import { taskLists } from "./rules/task-lists.ts";
import { wikiLinks } from "./rules/wiki-links.ts";

/** The one Markdown parser: CommonMark, GitHub's additions, and ours. It makes tokens; HTML is made by `renderPage`. */
export const markdown = createMarkdown();

function createMarkdown(): MarkdownIt {
  const md = createParser({
    // What is taken of HTML becomes tokens of ours.
    html: false,
    linkify: true,
    // A wiki shows what was written: quotes differ by language, and "--" may be an option of a command.
    typographer: false,
  });
  md.validateLink = isAllowedUrl;
  // Links by their scheme alone (the inline rule): by their look, "README.md" is a site in Moldova.
  md.core.ruler.disable("linkify");
  md.use(htmlBlocks).use(htmlInline).use(wikiLinks).use(footnotes).use(includes).use(math).use(taskLists).use(alerts);
  // Last, as it goes before all rules for blocks.
  md.use(blockLimits);
  return md;
}
