import { Slug } from "../domain/slug.ts";
import { resolveAddress, resolveWikiTarget } from "./link-target.ts";
import { parsePage } from "./parse-page.ts";
import type { ParsedPage } from "./parsed-page.ts";
import { findWrittenTargets, type WrittenTarget } from "./written-targets.ts";

/** What becomes of the links of a page. */
export interface LinkRenaming {
  /** The slugs of the page that is renamed: links to any of them lead to `to` afterwards. */
  readonly from: ReadonlySet<Slug>;
  readonly to: Slug;
  /** Of the page whose text it is, from which its relative links are seen; and after it, where that changes. */
  readonly slug: Slug;
  readonly newSlug?: Slug;
}

/**
 * The text of a page with its links to another one renamed: links in double brackets, includes, Markdown links and their
 * definitions. Where the page itself moves, its relative links are written anew to lead where they led. Sections, labels
 * and all other text stay as they are, and so does what only looks like a link, such as one in code. A link whose words
 * were all that a reader saw keeps them as its label.
 */
export function renameLinks(text: string, renaming: LinkRenaming): string {
  const { from, to, slug, newSlug = slug } = renaming;
  const renamed = (target: Slug) => (from.has(target) ? to : target);
  const candidates = withoutOverlaps(
    findWrittenTargets(text).flatMap((written) => {
      const target = targetOf(written, slug);
      if (target === undefined || targetOf(written, newSlug) === renamed(target)) return [];
      return [{ written, target: renamed(target) }];
    }),
  );
  if (candidates.length === 0) return text;
  const real = findReal(text, candidates, slug);
  const before = parsePage(text, { slug });
  const wanted = namesOf(before, renamed);
  for (const keepsWords of [true, false]) {
    const result = replaceIn(text, real, (candidate) => writtenAs(candidate, newSlug, keepsWords));
    // A label between bars can end the cell of a table.
    if (namesOf(parsePage(result, { slug: newSlug }), (it) => it) === wanted) return result;
  }
  return text;
}

interface Candidate {
  readonly written: WrittenTarget;
  /** Where it shall lead. */
  readonly target: Slug;
}

/** Of two that are written into each other the inner one: an address that holds a link in brackets is hardly one. */
function withoutOverlaps(candidates: readonly Candidate[]): readonly Candidate[] {
  return candidates.filter(({ written: { start, address } }, i) => {
    const next = candidates[i + 1];
    return next === undefined || start + address.length <= next.written.start;
  });
}

/** Where something leads that looks like a link; undefined where that is no page. */
function targetOf({ kind, address }: WrittenTarget, slug: Slug): Slug | undefined {
  const target = kind === "wiki" ? resolveWikiTarget(address) : resolveAddress(address, slug);
  return target?.kind === "page" ? target.slug : undefined;
}

/**
 * Which of the candidates are links. Each name gets an ending of its own, and the text is parsed once: those of them that
 * come back as references are. The endings are letters, so that the parser reads all else as it did.
 */
function findReal(text: string, candidates: readonly Candidate[], slug: Slug): readonly Candidate[] {
  const lower = text.toLowerCase();
  let prefix = "zq";
  while (lower.includes(prefix)) prefix += "q";
  const marked = replaceIn(
    text,
    candidates,
    ({ written }, i) => `${written.name}-${prefix}${letters(i)}${written.rest}`,
  );
  const { links, includes } = parsePage(marked, { slug });
  const endings = new Set([...links, ...includes].map((found) => found.slice(found.lastIndexOf("-") + 1)));
  return candidates.filter((_, i) => endings.has(prefix + letters(i)));
}

function letters(number: number): string {
  return String(number).replace(/\d/g, (digit) => String.fromCharCode("a".charCodeAt(0) + Number(digit)));
}

function replaceIn(
  text: string,
  candidates: readonly Candidate[],
  replacement: (candidate: Candidate, index: number) => string,
): string {
  let end = 0;
  const parts = candidates.map((candidate, i) => {
    const { start, address } = candidate.written;
    const before = text.slice(end, start);
    end = start + address.length;
    return before + replacement(candidate, i);
  });
  return parts.join("") + text.slice(end);
}

function writtenAs({ written, target }: Candidate, newSlug: Slug, keepsWords: boolean): string {
  const { kind, name, rest, address, isShown } = written;
  if (kind === "address") return (name.startsWith("/") ? `/wiki/${target}` : relativeAddress(newSlug, target)) + rest;
  // A slug is no name that a reader would miss.
  const words = keepsWords && isShown && !isSlug(name) ? `|${address}` : "";
  return target + rest + words;
}

/** The address of a page as a link says it that stands on another one: `../guides/start`. */
function relativeAddress(from: Slug, to: Slug): string {
  const above = from.split("/").slice(0, -1);
  const names = to.split("/");
  let common = 0;
  while (common < above.length && common < names.length - 1 && above[common] === names[common]) common++;
  return [...above.slice(common).map(() => ".."), ...names.slice(common)].join("/");
}

function isSlug(name: string): boolean {
  return Slug.safeParse(name).success;
}

function namesOf({ links, includes }: ParsedPage, renamed: (slug: Slug) => Slug): string {
  const sorted = (slugs: readonly Slug[]) => [...new Set(slugs.map(renamed))].sort().join(" ");
  return `${sorted(links)} / ${sorted(includes)}`;
}
