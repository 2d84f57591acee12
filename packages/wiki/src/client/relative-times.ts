/// <reference lib="dom" />
// Keeps "3 hours ago" true while a page stays open, and says the exact instant in the reader's own time zone on hover.

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const ago = new Intl.RelativeTimeFormat("en", { numeric: "auto" });
const day = new Intl.DateTimeFormat("en-GB", { dateStyle: "long", timeZone: "UTC" });
const exact = new Intl.DateTimeFormat("en-GB", { dateStyle: "full", timeStyle: "long" });

/** The same words as `formatRelativeTime` of the views. */
export function wordsFor(at: number, now: number): string {
  const age = now - at;
  if (age < 45_000) return "just now";
  if (age < HOUR) return ago.format(-Math.max(1, Math.floor(age / MINUTE)), "minute");
  if (age < DAY) return ago.format(-Math.floor(age / HOUR), "hour");
  if (age < 30 * DAY) return ago.format(-Math.floor(age / DAY), "day");
  return day.format(at);
}

function update(): void {
  const now = Date.now();
  for (const time of document.querySelectorAll<HTMLTimeElement>("time[datetime]")) {
    const at = Date.parse(time.dateTime);
    const words = wordsFor(at, now);
    if (!time.classList.contains("clock") && time.textContent !== words) time.textContent = words;
    time.title = exact.format(at);
  }
}

// Tests read it without a browser.
if ("document" in globalThis) {
  update();
  setInterval(update, 30_000);
}
