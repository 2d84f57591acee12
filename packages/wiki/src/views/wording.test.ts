import fc from "fast-check";
import { expect, test } from "vitest";
import { wordsFor } from "../client/relative-times.ts";
import { Moment } from "./moment.ts";
import {
  countOf,
  datedTime,
  formatDay,
  formatGrowth,
  formatRelativeTime,
  formatSize,
  nextRelativeTime,
  relativeTime,
  timeInDay,
} from "./wording.ts";

const NOW = Date.UTC(2026, 10, 23, 12);
const MINUTE = 60_000;
const DAY = 1_440 * MINUTE;

test.each([
  [-MINUTE, "just now"],
  [0, "just now"],
  [50_000, "1 minute ago"],
  [59 * MINUTE, "59 minutes ago"],
  [60 * MINUTE, "1 hour ago"],
  [DAY - 1, "23 hours ago"],
  [DAY, "yesterday"],
  [29 * DAY, "29 days ago"],
  [30 * DAY, "24 October 2026"],
])("%d ms ago is %s", (age, words) => {
  expect(formatRelativeTime(NOW - age, NOW)).toBe(words);
});

test("the browser says of any time what the server said", () => {
  const time = fc.integer({ min: 0, max: 2 * NOW });
  const age = fc.oneof(fc.integer({ min: -MINUTE, max: 2 * MINUTE }), fc.integer({ min: 0, max: 40 * DAY }), time);
  fc.assert(
    fc.property(time, age, (at, ms) => wordsFor(at, at + ms) === formatRelativeTime(at, at + ms)),
    { numRuns: 2_000 },
  );
});

test("what is said of a time holds until the instant that is told, and not a millisecond longer", () => {
  const age = fc.oneof(fc.integer({ min: -MINUTE, max: 2 * MINUTE }), fc.integer({ min: 0, max: 31 * DAY }));
  fc.assert(
    fc.property(age, fc.nat({ max: 999 }), (ms, thousandths) => {
      const [at, now] = [NOW - ms, NOW];
      const next = nextRelativeTime(at, now);
      const words = formatRelativeTime(at, now);
      if (next === Number.POSITIVE_INFINITY) return formatRelativeTime(at, now + DAY * thousandths) === words;
      const meanwhile = now + Math.floor(((next - 1 - now) * thousandths) / 999);
      return formatRelativeTime(at, meanwhile) === words && formatRelativeTime(at, next) !== words;
    }),
    { numRuns: 2_000 },
  );
});

test("a time says its instant to machines, and on hover", () => {
  expect(relativeTime(NOW - DAY, new Moment(NOW)).toString()).toBe(
    '<time datetime="2026-11-22T12:00:00.000Z" title="22 November 2026 at 12:00:00 UTC">yesterday</time>',
  );
});

test("a time is written as people in Britain write it", () => {
  const exact = new Intl.DateTimeFormat("en-GB", { dateStyle: "long", timeStyle: "medium", timeZone: "UTC" });
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 3 * NOW }), (at) => {
      expect(datedTime(at).toString()).toContain(`title="${exact.format(at)} UTC">${formatDay(at)}</time>`);
    }),
  );
});

test("below the name of a day stands the time of day, once a day has gone by", () => {
  const now = new Moment(NOW);
  expect(timeInDay(NOW - DAY, now).toString()).toContain(">12:00 UTC</time>");
  expect(now.holdsUntil).toBe(Number.POSITIVE_INFINITY);
  expect(timeInDay(NOW - DAY + 1, now).toString()).toContain(">23 hours ago</time>");
  // By then it says something else.
  expect(now.holdsUntil).toBe(NOW + 1);
});

test("numbers are written for people", () => {
  expect([0, 1, 1_234].map((it) => countOf(it, "page"))).toEqual(["0 pages", "1 page", "1,234 pages"]);
  expect([1, 999, 1_000, 9_960, 182_331, 999_960].map(formatSize)).toEqual([
    "1 byte",
    "999 bytes",
    "1.0 kB",
    "10 kB",
    "182 kB",
    "1.0 MB",
  ]);
  expect([0, 1_024, -3].map(formatGrowth)).toEqual(["±0", "+1,024", "−3"]);
});
