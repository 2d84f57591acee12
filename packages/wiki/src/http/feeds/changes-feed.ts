import { uuid5 } from "@palimpsest/eventsourcing";
import { z } from "zod";
import type { ChangeRow } from "../../read-models/changes/change-queries.ts";
import { changesAddress, diffAddress, historyAddress, pageAddress } from "../../views/addresses.ts";
import type { Change } from "../../views/changes-list.ts";
import { formatGrowth } from "../../views/wording.ts";
import { toChange } from "../change-entry.ts";
import { PathField } from "../list-fields.ts";
import { type Asked, type Resource, resource } from "../resource.ts";
import { originFor, type Site } from "../site.ts";

/** What a feed is about, whichever its form. Addresses are absolute. */
export interface Feed {
  readonly title: string;
  readonly home: string;
  readonly self: string;
  readonly entries: readonly FeedEntry[];
}

export interface FeedEntry {
  /** The same for ever, under whichever address the wiki is. */
  readonly id: string;
  readonly url: string;
  readonly title: string;
  readonly text: string;
  readonly author: string;
  readonly tags: readonly string[];
  readonly happenedAt: Date;
  readonly recordedAt: Date;
}

/** How a feed is written. */
export interface FeedForm {
  readonly summary: string;
  readonly type: string;
  readonly write: (feed: Feed) => string;
}

const ENTRIES = 50;

/** The changes of the wiki, or of one page, in a form. */
export function changesFeed(site: Site, { summary, type, write }: FeedForm): Resource {
  return resource({
    summary,
    isKept: true,
    input: z.strictObject({ page: PathField }),
    output: z.string(),
    answers: { type },
    handle: async ({ page: slug }, asked) => {
      const { listings } = site.access.for(asked.viewer);
      const page = slug === undefined ? undefined : await listings.findPage(slug);
      const rows = await listings.listChanges({ pageId: page?.pageId, limit: ENTRIES });
      const names = await listings.namesOf(rows.map(({ userId }) => userId));
      const origin = originFor(site, asked);
      const feed: Feed = {
        title: page ? `Changes of ${page.title} · ${site.name}` : `Changes of ${site.name}`,
        home: origin + (page ? historyAddress(page.slug) : changesAddress()),
        self: origin + selfOf(asked),
        entries: rows.map((row) => toEntry(row, toChange(row, names), origin)),
      };
      return { kind: "written", type, text: write(feed) };
    },
  });
}

function selfOf({ url }: Asked): string {
  return url.pathname + url.search;
}

function toEntry({ pageId }: ChangeRow, change: Change, origin: string): FeedEntry {
  const { slug, title, kinds, version, versionBefore, recordedAt, occurredAt = recordedAt, summary } = change;
  const address = versionBefore === 0 ? pageAddress(slug) : diffAddress(slug, { from: versionBefore, to: version });
  const deed = `${kinds.join(", ")}${change.slugBefore === undefined ? "" : ` from ${change.slugBefore}`}`;
  const growth = `${formatGrowth(change.sizeAfter - change.sizeBefore)} bytes`;
  return {
    id: `urn:uuid:${uuid5(pageId, String(version))}`,
    url: origin + address,
    title: `${title}: ${deed}`,
    text: summary ? `${summary} (${growth})` : growth,
    author: change.author?.name ?? "somebody",
    tags: kinds,
    happenedAt: new Date(occurredAt),
    recordedAt: new Date(recordedAt),
  };
}
