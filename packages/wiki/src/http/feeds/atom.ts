import type { Feed, FeedEntry, FeedForm } from "./changes-feed.ts";
import { xml } from "./xml.ts";

/** A feed as RFC 4287 has it. */
export const atom: FeedForm = {
  summary: "What was changed last, as an Atom feed",
  type: "application/atom+xml; charset=utf-8",
  write: writeAtom,
};

function writeAtom({ title, home, self, entries }: Feed): string {
  // A feed in which nothing has happened yet must say a time too.
  const updated = entries[0]?.recordedAt ?? new Date(0);
  return String(xml`<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom">
<id>${home}</id>
<title>${title}</title>
<updated>${updated.toISOString()}</updated>
<link rel="self" type="application/atom+xml" href="${self}"/>
<link rel="alternate" type="text/html" href="${home}"/>
<generator>Palimpsest</generator>
${entries.map(writeEntry)}</feed>
`);
}

function writeEntry({ id, url, title, text, author, tags, happenedAt, recordedAt }: FeedEntry) {
  return xml`<entry>
<id>${id}</id>
<title>${title}</title>
<link rel="alternate" type="text/html" href="${url}"/>
<published>${happenedAt.toISOString()}</published>
<updated>${recordedAt.toISOString()}</updated>
<author><name>${author}</name></author>
${tags.map((tag) => xml`<category term="${tag}"/>`)}
<summary>${text}</summary>
</entry>
`;
}
