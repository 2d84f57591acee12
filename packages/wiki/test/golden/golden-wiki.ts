import { createHash } from "node:crypto";
import { type OpenWiki, openWiki } from "../../src/compose.ts";
import { currentUserId } from "../../src/domain/current-user.ts";
import { readLog } from "../../src/transfer/log-archive.ts";

/** What a wiki holds, as JSON: the rows of its log as a sum, its people, each page in each of its versions. */
export interface Contents {
  readonly logId: string;
  readonly events: number;
  readonly rows: string;
  readonly people: readonly unknown[];
  readonly pages: readonly (readonly unknown[])[];
  readonly files: readonly string[];
}

const ANA = { name: "Ana \u{1f98a}", email: "ana@example.org" };

/** Writes a wiki with some of everything that a log can hold. */
export async function writeGoldenWiki(address: string, attachments: string): Promise<void> {
  const parts = await openWiki(address, { env: {}, attachments });
  const { wiki, people, files } = parts;
  const idOf = await people.ensure([ANA]);
  await currentUserId.run(idOf(ANA), async () => {
    await wiki.createPage({ title: "Home", slug: "home", body: "See [[help/start]].\n", tags: ["first"] });
    await wiki.createPage(
      { title: "Start", slug: "help/start", body: "line\u2028 of text\r\n".repeat(200) },
      { idempotencyKey: "golden key", summary: "long" },
    );
    for (let n = 0; n < 25; n++) await wiki.updateBody("home", `Version ${n}, see [[help/start]] and [[nowhere]].\n`);
    await wiki.updateTitle("home", "Home \u{1f3e0}", { summary: "with a picture" });
    await wiki.updateTags("home", ["first", "tags"]);
    await wiki.revertPage("home", 3);
    await wiki.updateSlug("help/start", "help");
    await wiki.deletePage("help", { summary: "gone" });
    await wiki.restorePage("help", { as: "help/again" });
    await wiki.createPage({ title: "Deleted", slug: "help", body: "deleted" });
    await wiki.deletePage("help");
    const { hash, size } = await files.keep([Buffer.from("a file\n")] as unknown as AsyncIterable<Uint8Array>, 100);
    await wiki.attachments.put("a.txt", { hash, size, type: "text/plain" });
  });
  await parts.close();
}

/** Reads all that a wiki holds. Its log must have been opened before. */
export async function contentsOf(address: string, { wiki, accounts, files }: OpenWiki): Promise<Contents> {
  const { recorder } = wiki.events;
  const rows = (await Array.fromAsync(readLog(address, { stop: await recorder.head() }))).flat();
  const sum = createHash("sha256");
  for (const { state, ...row } of rows) sum.update(JSON.stringify(Object.entries(row).sort())).update(state);
  const pages = await Promise.all(
    (await wiki.getPages()).map(async ({ slug, version }) =>
      Promise.all(Array.from({ length: version }, (_, index) => wiki.getPageDetails(slug, { version: index + 1 }))),
    ),
  );
  const versions = await Array.fromAsync(wiki.attachments.contents());
  return JSON.parse(
    JSON.stringify({
      logId: recorder.log.logId,
      events: rows.length,
      rows: sum.digest("hex"),
      people: await accounts.selectFrom("person").select(["id", "name", "email"]).orderBy("id").execute(),
      pages,
      files: await Promise.all(
        versions.map(async (version) => new Response((await files.read(version)) as BodyInit).text()),
      ),
    }),
  );
}
