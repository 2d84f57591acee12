import assert from "node:assert/strict";
import type { WikiApplication } from "../src/application/wiki-application.ts";
import { verifyLog } from "../src/verification/verify-log.ts";
import { verifyPages } from "../src/verification/verify-pages.ts";

/**
 * Asserts what `palimpsest verify` checks of the log and the pages, and that the wiki lists the very pages that live,
 * in the order in which they were made.
 */
export async function assertWikiInvariants(app: WikiApplication): Promise<void> {
  const { findings, fold } = await verifyLog(app, await app.events.recorder.head());
  assert.deepEqual(findings, []);
  const shown = (await app.getPages()).map(({ pageId, slug }) => [pageId, slug]);
  assert.deepEqual(shown, fold.livePages(), "the listing shows other pages than those that live");
  assert.deepEqual((await verifyPages(app)).findings, []);
}
