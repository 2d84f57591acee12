import type { ChangeKind } from "../read-models/changes/change-kinds.ts";
import { diffAddress, pageAddress } from "./addresses.ts";
import { html, said, type View } from "./html.ts";
import type { Moment } from "./moment.ts";
import { type Author, authorLink } from "./people.ts";
import { formatDay, formatGrowth, timeInDay } from "./wording.ts";

/** One save of one page. */
export interface Change {
  readonly position: number;
  readonly slug: string;
  /** The title that the page had then. */
  readonly title: string;
  readonly versionBefore: number;
  readonly version: number;
  readonly kinds: readonly ChangeKind[];
  readonly author: Author;
  readonly recordedAt: number;
  /** Where it happened elsewhere, before it was imported. */
  readonly occurredAt?: number | undefined;
  readonly summary?: string | undefined;
  readonly sizeBefore: number;
  readonly sizeAfter: number;
  readonly slugBefore?: string | undefined;
}

/** The changes of one day. */
export interface ChangesOfDay {
  /** Its first instant, in milliseconds since 1970. */
  readonly day: number;
  readonly changes: readonly Change[];
}

const DAY_LENGTH = 86_400_000;

/** Changes in their order, a group for each day in UTC. */
export function groupByDay(changes: readonly Change[]): readonly ChangesOfDay[] {
  const days = Map.groupBy(changes, (change) => Math.floor(happenedAt(change) / DAY_LENGTH) * DAY_LENGTH);
  return [...days].map(([day, ofDay]) => ({ day, changes: ofDay }));
}

export function happenedAt({ occurredAt, recordedAt }: Change): number {
  return occurredAt ?? recordedAt;
}

export function dayHeading(day: number, now: Moment): string {
  const today = Math.floor(now.at / DAY_LENGTH) * DAY_LENGTH;
  // Where clocks differ, a day may be yet to come.
  if (day >= today - DAY_LENGTH) now.saidUntil(today + DAY_LENGTH);
  if (day === today) return "Today";
  return day === today - DAY_LENGTH ? "Yesterday" : formatDay(day);
}

/** What happened in a change: `edited, retitled`; an edit that moved the page says from where. */
export function deedsOf({ kinds, slugBefore }: Change): View {
  return html`<span class="deeds">${kinds.map((kind, i) => html`${i > 0 && ", "}${kind}${kind === "renamed" && slugBefore !== undefined && html` from ${said(slugBefore)}`}`)}</span>`;
}

/** By how much the text grew; one that halved stands out. */
export function growthOf({ sizeBefore, sizeAfter }: Change): View {
  const grown = sizeAfter - sizeBefore;
  const strength = Math.abs(grown) >= 500 ? " large" : "";
  const direction = grown > 0 ? "grown" : grown < 0 ? "shrunk" : "same";
  return html`<span class="growth ${direction}${strength}" title="${sizeAfter} bytes after this change">${formatGrowth(grown)}<span class="visually-hidden"> bytes</span></span>`;
}

/** A line of the wiki's timeline. */
export function changeLine(change: Change, now: Moment): View {
  const { slug, title, version, versionBefore, author, summary } = change;
  const difference = diffAddress(slug, { from: versionBefore, to: version });
  return html`<li class="change">
<p class="what"><a class="title" href="${pageAddress(slug)}">${said(title)}</a> ${growthOf(change)}</p>
${summary !== undefined && summary !== "" && html`<p class="summary">${said(summary)}</p>`}
<p class="who"><a href="${difference}">${deedsOf(change)}</a> ${timeInDay(happenedAt(change), now)} by ${authorLink(author)}</p>
</li>`;
}
