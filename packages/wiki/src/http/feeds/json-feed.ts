import type { Feed, FeedForm } from "./changes-feed.ts";

/** A feed as JSON Feed 1.1 has it. */
export const jsonFeed: FeedForm = {
  summary: "What was changed last, as a JSON feed",
  type: "application/feed+json; charset=utf-8",
  write: writeJsonFeed,
};

function writeJsonFeed({ title, home, self, entries }: Feed): string {
  return JSON.stringify({
    version: "https://jsonfeed.org/version/1.1",
    title,
    home_page_url: home,
    feed_url: self,
    language: "en",
    items: entries.map((entry) => ({
      id: entry.id,
      url: entry.url,
      title: entry.title,
      content_text: entry.text,
      date_published: entry.happenedAt.toISOString(),
      date_modified: entry.recordedAt.toISOString(),
      authors: [{ name: entry.author }],
      tags: entry.tags,
    })),
  });
}
