import { html, type View } from "./html.ts";
import type { Moment } from "./moment.ts";

const NUMBER = new Intl.NumberFormat("en");
const AGO = new Intl.RelativeTimeFormat("en", { numeric: "auto" });

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY_LENGTH = 24 * HOUR;
const MONTHS = [
  ...["January", "February", "March", "April", "May", "June", "July"],
  ...["August", "September", "October", "November", "December"],
];

/** `12,345` */
export function formatNumber(value: number): string {
  return NUMBER.format(value);
}

/** `1 page`, `12,345 pages` */
export function countOf(value: number, one: string, many = `${one}s`): string {
  return `${formatNumber(value)} ${value === 1 ? one : many}`;
}

/** `512 bytes`, `5.2 kB`, `1.3 MB` */
export function formatSize(bytes: number): string {
  if (bytes < 1_000) return countOf(bytes, "byte");
  const [unit, size] = bytes < 999_950 ? ["kB", bytes / 1_000] : ["MB", bytes / 1_000_000];
  return `${size < 9.95 ? size.toFixed(1) : formatNumber(Math.round(size))} ${unit}`;
}

/** By how many bytes a text grew, `+1,024`, or shrank, `−3`. */
export function formatGrowth(bytes: number): string {
  if (bytes === 0) return "±0";
  return `${bytes > 0 ? "+" : "−"}${formatNumber(Math.abs(bytes))}`;
}

/** `23 November 2026`, in UTC */
export function formatDay(at: number): string {
  const day = new Date(at);
  // `Intl` says the same, and takes a tenth of the time that a history of 200 lines is made in.
  return `${day.getUTCDate()} ${MONTHS[day.getUTCMonth()]} ${day.getUTCFullYear()}`;
}

/**
 * "3 hours ago", for a month; the date after that. Its twin in the browser, `client/relative-times.ts`, keeps it true
 * while the page stays open; a test compares the two.
 */
export function formatRelativeTime(at: number, now: number): string {
  const age = now - at;
  if (age < 45_000) return "just now";
  if (age < HOUR) return AGO.format(-Math.max(1, Math.floor(age / MINUTE)), "minute");
  if (age < DAY_LENGTH) return AGO.format(-Math.floor(age / HOUR), "hour");
  if (age < 30 * DAY_LENGTH) return AGO.format(-Math.floor(age / DAY_LENGTH), "day");
  return formatDay(at);
}

/** When `formatRelativeTime` says something else of a time than it says now. */
export function nextRelativeTime(at: number, now: number): number {
  const age = now - at;
  if (age < 45_000) return at + 45_000;
  if (age < HOUR) return at + (Math.max(1, Math.floor(age / MINUTE)) + 1) * MINUTE;
  if (age < DAY_LENGTH) return at + (Math.floor(age / HOUR) + 1) * HOUR;
  if (age < 30 * DAY_LENGTH) return at + (Math.floor(age / DAY_LENGTH) + 1) * DAY_LENGTH;
  return Number.POSITIVE_INFINITY;
}

/** How long ago something was. */
export function relativeTime(at: number, now: Moment): View {
  now.saidUntil(nextRelativeTime(at, now.at));
  return timeView(at, formatRelativeTime(at, now.at));
}

/** When something was, in a list below the name of its day: the time of day, or within a day how long ago. */
export function timeInDay(at: number, now: Moment): View {
  if (now.at - at < DAY_LENGTH) return relativeTime(at, now);
  // The script that keeps times true leaves a clock as it is.
  return timeView(at, `${new Date(at).toISOString().slice(11, 16)} UTC`, "clock");
}

/** The day of something, in a view that is kept and sent again: the script makes "3 hours ago" of it. */
export function datedTime(at: number): View {
  return timeView(at, formatDay(at));
}

function timeView(at: number, words: string, name?: "clock"): View {
  const instant = new Date(at).toISOString();
  const [timeOfDay] = /\d\d:\d\d:\d\d/.exec(instant) ?? [];
  const exact = `${formatDay(at)} at ${timeOfDay} UTC`;
  return html`<time${name && html` class="${name}"`} datetime="${instant}" title="${exact}">${words}</time>`;
}
