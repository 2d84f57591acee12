import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { z } from "zod";
import { noteRun } from "../../../../tools/reliability/run.ts";
import { NIGHTLY } from "../../../../tools/reliability/size.ts";
import { CHROMIUM, launchBrowser } from "../../../../tools/testing/chromium.ts";
import { currentUserId, type UserId } from "../../src/domain/current-user.ts";
import type { Route } from "../../src/http/route.ts";
import { routesOf } from "../../src/http/routes.ts";
import type { Site } from "../../src/http/site.ts";
import { startTestWiki, type TestWiki } from "../http/start-test-wiki.ts";
import { assertNothingForeign } from "./assert-nothing-foreign.ts";
import { hostileText, HOSTILE_MARKUP as WHOLE_CORPUS } from "./hostile-markup.ts";

// In each field on each route the whole corpus takes a minute: by day a third of it is tried there.
const HOSTILE_MARKUP = WHOLE_CORPUS.filter((_, i) => NIGHTLY || i % 3 === 0);

if (NIGHTLY) vi.setConfig({ testTimeout: 600_000, hookTimeout: 600_000 });

// Of the routes, nothing is asked here but where they are and what they take.
const ROUTES = routesOf({ metrics: { type: "" } } as unknown as Site).filter(({ html }) => html !== undefined);
const READING = ROUTES.filter(({ html }) => html?.startsWith("GET "));
// What takes a file has a test of its own.
const CHANGING = ROUTES.filter((route) => route.html?.startsWith("POST ") && fieldsOf(route).length > 0);

const GONE = "hostile/gone";
let answers = 0;

let wiki: TestWiki;
let address: string;
let author: UserId;

beforeAll(async () => {
  wiki = await startTestWiki();
  const many = { perSecond: 1e6, burst: 1e6 };
  [author] = await writtenBy("<xss onclick=alert(1)>\"'</title></option>");
  address = await wiki.serve({ userId: author, role: "editor" }, { limits: { reads: many, writes: many } });
  for (const [i, markup] of HOSTILE_MARKUP.entries()) await writePage(`hostile/p${i}`, markup);
  await writePage(GONE, HOSTILE_MARKUP[0] ?? "");
  await wiki.parts.wiki.deletePage(GONE);
  await wiki.parts.readModels.waitFor(await wiki.parts.wiki.events.recorder.head());
});

afterAll(async () => {
  await wiki.stop();
  expect(wiki.defects).toEqual([]);
});

test("nothing that is written in any field of a page runs on any view of it", async () => {
  const about = READING.map(pathOf).filter((path) => /:(?:slug|page)/.test(path));
  expect(about.length).toBeGreaterThan(6);
  for (const [i, markup] of HOSTILE_MARKUP.entries()) {
    for (const path of about) {
      for (const query of path.startsWith("/diff")
        ? ["", "?from=1&to=3", "?from=1&to=3&layout=side"]
        : ["", "?version=1"]) {
        await assertHarmless(path.replace(/:.*$/, `hostile/p${i}`) + query, markup);
      }
    }
  }
});

test("nothing that is written in any field of a page runs on any list of pages", async () => {
  const lists = READING.map(pathOf).filter((path) => !path.includes(":"));
  expect(lists.length).toBeGreaterThan(10);
  for (const path of lists) await assertHarmless(path, "list");
  for (const path of ["/search?q=alert", "/search?q=xss&titles=only", "/pages?under=hostile", "/wiki/p1"]) {
    await assertHarmless(path, "list");
  }
});

test.each(READING.map((route) => [route.html ?? "", route] as const))(
  "nothing that is asked of %s runs",
  async (_name, route) => {
    const path = pathOf(route);
    for (const markup of HOSTILE_MARKUP) {
      const hostile = encodeURIComponent(markup);
      if (path.includes(":")) await assertHarmless(path.replace(/:.*$/, hostile), markup);
      const known = path.replace(/:.*$/, path.startsWith("/restore") ? GONE : "hostile/p0");
      for (const name of [...fieldsOf(route), hostile]) await assertHarmless(`${known}?${name}=${hostile}`, markup);
    }
  },
);

test.each(CHANGING.map((route) => [route.html ?? "", route] as const))(
  "nothing that is sent to %s runs in its answer",
  async (_name, route) => {
    const path = pathOf(route).replace(/:[^/]*/, route.html?.includes("restore") ? GONE : "hostile/p1");
    const fields = fieldsOf(route);
    for (const markup of HOSTILE_MARKUP) {
      // A form with one thing that is refused is shown again with all that was typed.
      const texts = { title: markup, body: markup, tags: markup, summary: markup };
      const form = { ...texts, slug: "A b--c", intent: "preview", basedOn: "1", pageId: "x" };
      for (const field of ["title", ...fields.filter((name) => !(name in texts))]) {
        const sent = Object.entries({ ...form, [field]: markup }).filter(([name]) => fields.includes(name));
        await assertHarmless(path, markup, { method: "POST", body: new URLSearchParams(sent) });
      }
    }
  },
);

test("no name that is given to a file runs", async () => {
  for (const markup of HOSTILE_MARKUP) {
    const body = new FormData();
    body.set("file", new Blob([markup], { type: "text/html" }), markup);
    body.set("name", markup.slice(0, 100));
    await assertHarmless("/attachments", markup, { method: "POST", body });
  }
  const body = new FormData();
  body.set("file", new Blob(["<script>alert(1)</script>"], { type: "text/html" }), "notes.txt");
  await assertHarmless("/attachments", "a file", { method: "POST", body });
  for (const path of ["/attachments", "/attachments/notes.txt", "/attachments/notes.txt?view=history"]) {
    await assertHarmless(path, "a file");
  }
});

describe.skipIf(CHROMIUM === undefined)("in a browser", () => {
  test("all of it on pages runs nothing, even where the policy did not forbid it", async () => {
    const browser = await launchBrowser();
    try {
      const everything = WHOLE_CORPUS.map(hostileText).join("\n\n");
      await writePage("everything", "Everything", everything);
      await wiki.parts.readModels.waitFor(await wiki.parts.wiki.events.recorder.head());
      const context = await browser.newContext({ baseURL: address, bypassCSP: true });
      const ran: string[] = [];
      await context.exposeFunction("alert", (what: unknown) => void ran.push(`alert ${what}`));
      // Pictures of other sites are allowed, and not asked for here.
      await context.route(
        (url) => url.origin !== address,
        (route) => route.abort(),
      );
      const page = await context.newPage();
      page.on("dialog", (dialog) => {
        ran.push(dialog.type());
        dialog.accept().catch(() => undefined);
      });
      for (const path of [
        "/wiki/everything",
        "/edit/everything",
        "/diff/everything?from=1&to=3",
        "/search?q=alert",
        "/changes",
      ]) {
        await page.goto(path);
        // Whatever waits to be touched.
        await page.evaluate(`for (const element of document.querySelectorAll("main *")) {
          for (const type of ["mouseover", "focus", "toggle", "load", "error"]) element.dispatchEvent(new Event(type));
        }`);
      }
      expect(await page.evaluate("document.querySelectorAll('xss').length")).toBe(0);
      expect(ran).toEqual([]);
    } finally {
      await browser.close();
    }
  });
});

test("what runs would be found where it came through as it was written (the control)", () => {
  const found = WHOLE_CORPUS.filter((markup) => {
    try {
      assertNothingForeign(`<!doctype html><title>x</title>${markup}`);
      return false;
    } catch {
      return true;
    }
  });
  // Some are no HTML: addresses, and what Markdown could make a link of.
  expect(found.length).toBeGreaterThan(WHOLE_CORPUS.length / 2);
  noteRun({
    promises: [16],
    store: "memory",
    what: "hostile texts in every field of a page and of every request, on all views, and in a browser",
    figures: { texts: HOSTILE_MARKUP.length, answers, "that hold anything foreign": 0, "scripts that ran": 0 },
    control: `as they are written, ${found.length} of ${WHOLE_CORPUS.length} are found`,
  });
});

/** A page with something hostile in every field, and a history. */
async function writePage(slug: string, markup: string, body = hostileText(markup)): Promise<void> {
  const { wiki: app } = wiki.parts;
  const line = markup.replace(/[\0\n\u2028]/g, " ");
  const [id] = await writtenBy(line);
  await currentUserId.run(id, async () => {
    const tags = [line.slice(0, 50).replace(/,/g, ";")];
    await app.createPage({ title: line.slice(0, 255), slug, body: body.replace(/\0/g, ""), tags }, { summary: line });
    await app.updateBody(slug, `${body.replace(/\0/g, "")}\nmore ${line}`, { summary: line });
    await app.updateTitle(slug, `${line.slice(0, 200)} again`, { summary: line });
  });
}

async function writtenBy(name: string): Promise<readonly [UserId]> {
  const identity = { name, email: "x@example.com" };
  return [(await wiki.parts.people.ensure([identity]))(identity)];
}

async function assertHarmless(path: string, what: string, init: RequestInit = {}): Promise<void> {
  const response = await fetch(address + path, { redirect: "manual", ...init });
  const text = await response.text();
  answers += 1;
  expect(response.status, `${path} with ${what}`).toBeLessThan(500);
  const type = response.headers.get("content-type") ?? "";
  // Feeds and the like are no documents: that no browser takes them for one is what their type and this header say.
  expect(response.headers.get("x-content-type-options")).toBe("nosniff");
  if (!type.startsWith("text/html")) return;
  expect(response.headers.get("content-security-policy")).toContain("script-src 'self';");
  try {
    assertNothingForeign(text);
  } catch (error) {
    throw new Error(`${init.method ?? "GET"} ${path} with ${what}`, { cause: error });
  }
}

function pathOf({ html = "" }: Route): string {
  return html.replace(/^\w+ /, "").replace(/\{[^}]*\}/g, "");
}

/** What a route takes beside its path. */
function fieldsOf({ html = "", resource }: Route): readonly string[] {
  const { properties = {} } = z.toJSONSchema(resource.input, { io: "input", unrepresentable: "any" });
  return Object.keys(properties).filter((name) => !html.includes(`:${name}{`));
}
