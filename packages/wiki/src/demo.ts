import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { styleText } from "node:util";
import { CodedError } from "@palimpsest/eventsourcing";
import { WikiApplication } from "./application/wiki-application.ts";
import { currentUserId, UserId } from "./domain/current-user.ts";

// Until there is a server, this shows the wiki live: it replays the edits of two people on a SQLite file, and prints the
// pages and what became of them.

const ana = UserId.parse("a0000000-0000-4000-8000-00000000000a");
const ben = UserId.parse("b0000000-0000-4000-8000-00000000000b");
const NAMES = new Map([
  [ana, "Ana"],
  [ben, "Ben"],
]);

const SOURDOUGH = `# Sourdough

- 500 g flour
- 350 g water
- 100 g starter
- 10 g salt

Bake for 40 minutes.
`;

const directory = mkdtempSync(join(tmpdir(), "palimpsest-demo-"));
const wiki = await WikiApplication.open({ store: `sqlite:${join(directory, "wiki.db")}`, env: {} });
try {
  await edit(wiki);
  await show(wiki);
} finally {
  await wiki.close();
  rmSync(directory, { recursive: true });
}

/** A morning in a small wiki. */
async function edit(app: WikiApplication): Promise<void> {
  await currentUserId.run(ana, async () => {
    await app.createPage({ title: "Welcome", slug: "welcome", body: "# Welcome\n\nThis is a wiki about bread.\n" });
    await app.createPage({ title: "Sourdough", slug: "Sour Dough", body: SOURDOUGH, tags: ["Bread", "starter"] });
    await app.createPage({ title: "Scratchpad", slug: "scratchpad", body: "to be deleted\n" });
  });
  await currentUserId.run(ben, async () => {
    await app.updateSlug("sour-dough", "recipes/sourdough", { summary: "recipes have a place of their own" });
    await app.deletePage("scratchpad", { summary: "nothing in it" });
  });

  // Both start from the version of now, and touch different lines: both edits are kept.
  const { version, body } = await app.getPageDetails("recipes/sourdough");
  await currentUserId.run(ana, () =>
    app.editPage(
      "recipes/sourdough",
      { basedOn: version, body: body.replace("350 g water", "375 g water") },
      { summary: "wetter" },
    ),
  );
  await currentUserId.run(ben, () =>
    app.editPage(
      "recipes/sourdough",
      { basedOn: version, body: body.replace("40 minutes", "45 minutes") },
      { summary: "darker crust" },
    ),
  );

  // Both touch one line: the second is refused, and nobody's text is lost.
  await refused("Ben's edit of the line that Ana has just changed", () =>
    currentUserId.run(ben, () =>
      app.editPage("recipes/sourdough", { basedOn: version, body: body.replace("350 g water", "300 g water") }),
    ),
  );
  await refused("A second page called recipes/sourdough", () =>
    app.createPage({ title: "Another bread", slug: "recipes/sourdough" }),
  );
  await refused("The page under its old address", () => app.getPageDetails("sour-dough"));
}

async function refused(what: string, attempt: () => Promise<unknown>): Promise<void> {
  try {
    await attempt();
    throw new Error(`${what} should have been refused`);
  } catch (error) {
    if (!(error instanceof CodedError)) throw error;
    print(`${styleText("yellow", "refused")}  ${what}\n         ${error.code}: ${error.message}`);
  }
}

async function show(app: WikiApplication): Promise<void> {
  for (const { slug, title, tags, body } of await app.getPages()) {
    print(`\n${styleText("bold", title)}  /${slug}${tags.length > 0 ? `  ${tags.join(", ")}` : ""}`);
    for (const { version, type, userId, recordedAt, summary = "" } of await app.getPageHistory(slug)) {
      const time = new Date(recordedAt).toISOString().slice(11, 19);
      const name = userId === null ? "somebody" : NAMES.get(userId);
      print(styleText("dim", `  ${String(version).padStart(2)}  ${time}  ${name}  ${type.padEnd(12)} ${summary}`));
    }
    print(body.trimEnd().replaceAll(/^/gm, "  │ "));
  }
  const position = await app.events.recorder.head();
  print(`\n${position} events in one ordered log. It is append-only: an edit adds to it, and nothing in it changes.`);
}

function print(text: string): void {
  process.stdout.write(`${text.replaceAll(/ +$/gm, "")}\n`);
}
