import { compareTexts } from "../../domain/text-comparison.ts";
import { parsePage } from "../../markup/parse-page.ts";
import { renderPage } from "../../markup/render-page.ts";
import { pageAddress } from "../addresses.ts";
import { apiView } from "../api.ts";
import { attachmentsView, attachmentView } from "../attachments.ts";
import { changesView } from "../changes.ts";
import type { Change } from "../changes-list.ts";
import { conflictView } from "../conflict.ts";
import { deleteView, restoreView } from "../delete.ts";
import { diffView } from "../diff.ts";
import { editView } from "../edit.ts";
import { errorView } from "../error.ts";
import { historyView } from "../history.ts";
import type { View } from "../html.ts";
import type { Frame } from "../layout.ts";
import { backlinksView, missingPagesView, orphansView } from "../links.ts";
import { Moment } from "../moment.ts";
import { pageView } from "../page.ts";
import type { TreeNode } from "../page-tree.ts";
import { pagesView } from "../pages.ts";
import { renameView } from "../rename.ts";
import { searchView } from "../search.ts";
import { tagsView, tagView } from "../tags.ts";
import { welcomeView } from "../welcome.ts";
import { LONG_TEXT, OPEN_API, TEXT_AFTER, TEXT_BEFORE } from "./sample-texts.ts";

/** A view with a model to show it with. */
export interface Sample {
  readonly name: string;
  /** The view of the model, or of the model that `change` makes of it. */
  render(frame: Frame, change?: (model: unknown) => unknown): View;
}

export const FRAME: Frame = {
  wikiName: "Field Notes",
  assets: {
    stylesheet: "/assets/wiki.1.css",
    scripts: {
      display: "/assets/display.1.js",
      "current-page": "/assets/current-page.1.js",
      "current-section": "/assets/current-section.1.js",
      keys: "/assets/keys.1.js",
      menus: "/assets/menus.1.js",
      "relative-times": "/assets/relative-times.1.js",
      "unsaved-text": "/assets/unsaved-text.1.js",
    },
    icon: "/assets/icon.1.svg",
  },
  now: new Moment(Date.UTC(2026, 10, 23, 18, 30)),
  mayEdit: true,
};

const NOW = FRAME.now.at;
const HOUR = 3_600_000;
const ANA = { id: "0191f5a0-0000-7000-8000-000000000001", name: "Ana Ferreira" };
const BO = { id: "0191f5a0-0000-7000-8000-000000000002", name: "Bo Lindqvist" };
const PAGE = { slug: "guides/baking-bread", title: "Baking bread" };
const PAGE_ID = "0191f5a0-0000-7000-8000-0000000000aa";
const ANCESTORS = [{ slug: "guides", name: "Guides", isPage: true }];

const TREE: readonly TreeNode[] = [
  leaf("home", "Home"),
  {
    ...leaf("guides", "Guides"),
    pagesBelow: 3,
    children: [
      { ...leaf(PAGE.slug, PAGE.title), isCurrent: true },
      leaf("guides/sourdough-starter", "Keeping a sourdough starter alive through the winter"),
      { ...leaf("guides/tools", "tools"), isPage: false, pagesBelow: 12 },
    ],
  },
  { ...leaf("recipes", "Recipes"), pagesBelow: 148, isAfterGap: true },
  leaf("glossary", "Glossary"),
];

function leaf(slug: string, name: string): TreeNode {
  return { slug, name, isPage: true, isCurrent: false, pagesBelow: 0, children: [], isAfterGap: false };
}

export const RENDERED = renderPage(parsePage(LONG_TEXT, { slug: undefined }), {
  pageExists: (slug) => !slug.startsWith("missing"),
  include: () => parsePage("A rested dough *needs no force*.", { slug: undefined }),
  pageUrl: (slug) => pageAddress(slug),
  attachmentUrl: () => undefined,
  sourceUrl: "/wiki/guides/baking-bread.md",
});

const PAGE_MODEL: Parameters<typeof pageView>[1] = {
  ...PAGE,
  tags: ["bread", "kitchen", "日本語"],
  body: RENDERED.html,
  contents: RENDERED.contents,
  version: 41,
  recordedAt: NOW - 3 * HOUR,
  author: ANA,
  standing: { kind: "current" },
  backlinks: 6,
  ancestors: ANCESTORS,
  tree: TREE,
  redirectedFrom: "guides/bread",
};

const CHANGE: Change = {
  position: 9_041,
  ...PAGE,
  versionBefore: 40,
  version: 41,
  kinds: ["edited"],
  author: ANA,
  recordedAt: NOW - 3 * HOUR,
  summary: "Say how warm the water should be",
  sizeBefore: 5_120,
  sizeAfter: 5_344,
};

const CHANGES: readonly Change[] = [
  CHANGE,
  {
    ...CHANGE,
    position: 9_030,
    version: 40,
    versionBefore: 39,
    kinds: ["edited", "retitled"],
    author: BO,
    recordedAt: NOW - 5 * HOUR,
    summary: "",
    sizeBefore: 6_900,
    sizeAfter: 5_120,
  },
  {
    ...CHANGE,
    position: 8_000,
    version: 39,
    versionBefore: 38,
    kinds: ["renamed"],
    slugBefore: "guides/bread",
    recordedAt: NOW - 26 * HOUR,
    summary: "All guides below one another",
    sizeBefore: 6_900,
    sizeAfter: 6_900,
  },
  {
    ...CHANGE,
    position: 7_000,
    version: 38,
    versionBefore: 37,
    kinds: ["tagged"],
    author: null,
    recordedAt: NOW - 27 * HOUR,
    sizeBefore: 6_900,
    sizeAfter: 6_900,
  },
  {
    ...CHANGE,
    position: 6_000,
    version: 37,
    versionBefore: 36,
    kinds: ["reverted"],
    author: BO,
    recordedAt: NOW - 400 * HOUR,
    occurredAt: NOW - 9_000 * HOUR,
    summary: "Version 35 was right about the salt: two in a hundred, not three, as both books on the shelf have it",
    sizeBefore: 12_000,
    sizeAfter: 6_900,
  },
];

const LIST = [
  {
    ...PAGE,
    excerpt:
      "Flour, water, salt and time. This guide goes through a loaf from the evening before to the moment at which it is cool enough to be cut, and says at each step what can go wrong.",
    modifiedAt: NOW - 3 * HOUR,
  },
  { slug: "glossary", title: "Glossary", excerpt: "", modifiedAt: NOW - 50 * HOUR },
  { slug: "日本/パン", title: "食パンの作り方", excerpt: "強力粉と水と塩、それに時間。", modifiedAt: NOW - 900 * HOUR },
];

const SIDE = { ...PAGE, tags: ["bread"], deleted: false, author: BO, recordedAt: NOW - 5 * HOUR, version: 40 };
const DIFF: Parameters<typeof diffView>[1] = {
  page: PAGE,
  from: { ...SIDE, title: "Bread" },
  to: {
    ...SIDE,
    version: 41,
    author: ANA,
    tags: ["bread", "kitchen"],
    recordedAt: NOW - 3 * HOUR,
    summary: "Say how warm the water should be",
  },
  currentVersion: 42,
  comparison: compareTexts(TEXT_BEFORE, TEXT_AFTER),
  layout: "inline",
};

const FIELDS = { title: PAGE.title, slug: PAGE.slug, tags: "bread, kitchen", body: LONG_TEXT, summary: "" };
const EDIT: Parameters<typeof editView>[1] = {
  target: { kind: "page", page: PAGE, pageId: PAGE_ID, basedOn: 41 },
  fields: FIELDS,
  errors: {},
  idempotencyKey: "4a1d",
};
const NEW: Parameters<typeof editView>[1] = {
  target: { kind: "new" },
  fields: { title: "", slug: "guides/", tags: "", body: "", summary: "" },
  errors: {},
  idempotencyKey: "4a1d",
};

const BASE = "Mix flour and water.\nWait.\nBake it hot.";
const YOURS = "Mix flour and water.\nWait for an hour.\nBake it hot.";
const THEIRS = "Mix flour and warm water.\nWait overnight.\nBake it hot.";
const CONFLICT: Parameters<typeof conflictView>[1] = {
  page: PAGE,
  pageId: PAGE_ID,
  basedOn: 41,
  currentVersion: 43,
  idempotencyKey: "4a1d",
  theirAuthor: BO,
  theirsRecordedAt: NOW - 60_000,
  base: { title: PAGE.title, tags: ["bread"], body: BASE },
  theirs: { title: "Bread, slowly", tags: ["bread"], body: THEIRS },
  yours: { title: PAGE.title, tags: ["bread", "quick"], body: YOURS },
  theirChanges: compareTexts(BASE, THEIRS),
  yourChanges: compareTexts(BASE, YOURS),
  fields: { ...FIELDS, body: YOURS, summary: "An hour will do" },
  hasMarks: true,
};

const SEARCH: Omit<Parameters<typeof searchView>[1], "next"> = {
  query: { q: "warm water", tag: "bread" },
  hits: [
    {
      slug: PAGE.slug,
      titleMarks: [{ text: PAGE.title, marked: false }],
      snippet: [
        { text: "… mix the flour with ", marked: false },
        { text: "warm water", marked: true },
        { text: ", about as warm as a hand, and wait for half an hour before the salt goes in …", marked: false },
      ],
      modifiedAt: NOW - 3 * HOUR,
      tags: ["bread", "kitchen"],
    },
    {
      slug: "water",
      titleMarks: [
        { text: "Water", marked: true },
        { text: ", hard and soft", marked: false },
      ],
      snippet: [
        { text: "Nothing in it is ", marked: false },
        { text: "warm", marked: true },
        { text: ".", marked: false },
      ],
      modifiedAt: NOW - 800 * HOUR,
      tags: [],
    },
  ],
  total: 1_000,
  isTotalLeast: true,
  offset: 0,
  tags: ["bread", "kitchen"],
  authors: [ANA, BO],
  canCreate: true,
};

const FILE = {
  name: "guides/crumb.png",
  mediaType: "image/png",
  size: 182_331,
  recordedAt: NOW - 30 * HOUR,
  author: ANA,
  deleted: false,
};

const RENAME: Parameters<typeof renameView>[1] = {
  page: PAGE,
  pageId: PAGE_ID,
  basedOn: 41,
  fields: { title: PAGE.title, slug: "recipes/bread", updateLinks: true, summary: "" },
  errors: {},
  backlinks: 6,
  linkedFrom: [
    { slug: "home", title: "Home" },
    { slug: "guides", title: "Guides" },
  ],
};

/** Every view, and what differs much in one. */
export const SAMPLES: readonly Sample[] = [
  sample("page", pageView, PAGE_MODEL),
  sample("page-old", pageView, { ...PAGE_MODEL, version: 12, standing: { kind: "old", currentVersion: 41 } }),
  sample("page-deleted", pageView, { ...PAGE_MODEL, standing: { kind: "deleted" } }),
  sample("edit", editView, EDIT),
  sample("edit-refused", editView, {
    ...EDIT,
    fields: { ...FIELDS, slug: "Guides//Bread!" },
    errors: {
      slug: "The address must not have an empty name between two slashes.",
      title: "The title is taken by the page glossary.",
    },
  }),
  sample("edit-preview", editView, { ...EDIT, preview: RENDERED.html }),
  sample("new", editView, NEW),
  sample("conflict", conflictView, CONFLICT),
  sample("rename", renameView, RENAME),
  sample("rename-refused", renameView, {
    ...RENAME,
    errors: { slug: "The address recipes/bread belongs to another page." },
  }),
  sample("delete", deleteView, {
    page: PAGE,
    pageId: PAGE_ID,
    basedOn: 41,
    summary: "",
    errors: {},
    backlinks: 6,
    linkedFrom: RENAME.linkedFrom,
  }),
  sample("restore", restoreView, {
    page: PAGE,
    pageId: PAGE_ID,
    basedOn: 42,
    slug: PAGE.slug,
    summary: "",
    errors: { slug: "The address belongs to another page now." },
  }),
  sample("history", historyView, {
    page: PAGE,
    currentVersion: 41,
    changes: CHANGES,
    filter: {},
    authors: [ANA, BO],
    next: 6_000,
    isFirst: true,
  }),
  sample("history-filtered", historyView, {
    page: PAGE,
    currentVersion: 41,
    changes: [],
    filter: { author: BO.id, from: "2026-13-01" },
    filterError: "The date 2026-13-01 does not exist.",
    authors: [ANA, BO],
    isFirst: true,
  }),
  sample("changes", changesView, { changes: CHANGES, filter: {}, authors: [ANA, BO], next: 6_000, isFirst: false }),
  sample("changes-empty", changesView, { changes: [], filter: {}, authors: [], isFirst: true }),
  sample("diff", diffView, DIFF),
  sample("diff-side", diffView, { ...DIFF, layout: "side" }),
  sample("diff-first", diffView, {
    ...DIFF,
    from: { ...SIDE, version: 0, author: null },
    to: { ...SIDE, version: 1 },
    comparison: compareTexts("", TEXT_AFTER),
  }),
  sample("diff-same", diffView, { ...DIFF, comparison: compareTexts(TEXT_AFTER, TEXT_AFTER) }),
  sample("search", searchView, { ...SEARCH, next: 20 }),
  sample("search-none", searchView, {
    ...SEARCH,
    hits: [],
    total: 0,
    isTotalLeast: false,
    query: { q: "marzipan" },
    suggestion: "marcipan",
  }),
  sample("search-empty", searchView, { ...SEARCH, hits: [], total: 0, query: {}, canCreate: false }),
  sample("pages", pagesView, {
    order: "title",
    pages: LIST,
    total: 1_204,
    tree: TREE,
    ancestors: [],
    next: "x",
    isFirst: true,
  }),
  sample("pages-under", pagesView, {
    under: "guides/tools",
    order: "modified",
    pages: LIST,
    total: 3,
    tree: TREE,
    ancestors: ANCESTORS,
    isFirst: true,
  }),
  sample("pages-empty", pagesView, { order: "title", pages: [], total: 0, tree: [], ancestors: [], isFirst: true }),
  sample("tags", tagsView, {
    tags: Array.from({ length: 40 }, (_, i) => ({
      tag: `${["bread", "kitchen", "日本語", "العربية"][i % 4]}-${i}`,
      pages: (i * 37) % 400,
    })),
    isFirst: true,
  }),
  sample("tag", tagView, { tag: "kitchen", total: 3, pages: LIST, isFirst: true }),
  sample("missing", missingPagesView, {
    missing: [
      { slug: "guides/rye", links: 14, from: RENAME.linkedFrom },
      { slug: "oven-stones", links: 1, from: [PAGE] },
    ],
    isFirst: true,
  }),
  sample("missing-none", missingPagesView, { missing: [], isFirst: true }),
  sample("orphans", orphansView, { pages: LIST, isFirst: true }),
  sample("backlinks", backlinksView, { page: PAGE, total: 3, pages: LIST, isFirst: true }),
  sample("backlinks-none", backlinksView, { page: PAGE, total: 0, pages: [], isFirst: true }),
  sample("attachments", attachmentsView, {
    attachments: [
      FILE,
      {
        ...FILE,
        name: "a long name of a file that goes on and on, with a date 2026-11-23.pdf",
        mediaType: "application/pdf",
        deleted: true,
      },
    ],
    maxSize: 20_000_000,
    isFirst: true,
  }),
  sample("attachments-none", attachmentsView, {
    attachments: [],
    maxSize: 20_000_000,
    isFirst: true,
    error: "The file is larger than 20 MB.",
  }),
  sample("attachment", attachmentView, {
    ...FILE,
    isImage: true,
    versions: [
      { ...FILE, version: 2 },
      { ...FILE, version: 1, author: BO },
    ],
    maxSize: 20_000_000,
    pages: LIST,
    total: LIST.length,
    isFirst: true,
  }),
  sample("attachment-deleted", attachmentView, {
    ...FILE,
    isImage: true,
    deleted: true,
    versions: [{ ...FILE, version: 1 }],
    maxSize: 20_000_000,
    pages: LIST,
    total: 120,
    next: "next",
    isFirst: false,
  }),
  sample("api", apiView, {
    document: OPEN_API,
    problems: [{ code: "EDIT_CONFLICT", status: 409, title: "Somebody was faster" }],
  }),
  sample("welcome", welcomeView, { homeSlug: "home" }),
  sample("error-404", errorView, {
    status: 404,
    code: "PAGE_NOT_FOUND",
    missingPage: { slug: "guides/rye-bread", similar: [PAGE], pagesBelow: 3 },
  }),
  ...[400, 403, 405, 409, 410, 413, 415, 422, 429, 500, 503].map((status) =>
    sample(`error-${status}`, errorView, {
      status,
      code: "SOME_CODE",
      ...(status !== 500 && { detail: "the slug “a b” has a space; leave it out" }),
      ...(status === 429 && { retryAfter: 12 }),
      ...(status === 413 && { typed: [{ field: "Text", text: LONG_TEXT }] }),
    }),
  ),
];

function sample<Model>(name: string, view: (frame: Frame, model: Model) => View, model: Model): Sample {
  return { name, render: (frame, change = (it) => it) => view(frame, change(model) as Model) };
}
