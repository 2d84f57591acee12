import { Summary } from "../domain/page-text.ts";

const MAX_SUMMARY_UNITS = 500;

/** The first line of a commit's message, as a summary takes it: without control characters, cut where it is too long. */
export function summaryOf(message: string): Summary {
  const line = message.trimStart().split("\n", 1)[0] ?? "";
  const clean = line.replaceAll(/[\p{Cc}\u2028-\u202e\u2066-\u2069]+/gu, " ").trim();
  if (clean.length <= MAX_SUMMARY_UNITS) return Summary.parse(clean);
  const end = (clean.codePointAt(MAX_SUMMARY_UNITS - 2) ?? 0) > 0xffff ? MAX_SUMMARY_UNITS - 2 : MAX_SUMMARY_UNITS - 1;
  return Summary.parse(`${clean.slice(0, end)}…`);
}

/** The whole message, where the summary does not say all of it. */
export function restOf(message: string, summary: Summary): string | undefined {
  return message.trim() === summary ? undefined : message;
}
