import { randomUUID } from "node:crypto";
import { readNotifications } from "@palimpsest/eventsourcing";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { ENGINES, type TestStore } from "../../../../tools/testing/engines.ts";
import { currentUserId, UserId } from "../domain/current-user.ts";
import { Page } from "../domain/page.ts";
import { PageNotFoundError, SlugConflictError } from "../domain/page-errors.ts";
import { toSlug } from "../domain/slug.ts";
import { SlugIndex } from "../domain/slug-index.ts";
import { WikiApplication } from "./wiki-application.ts";

/** The test of the document that we implement, in its order and with its values. */
describe.each(Object.entries(ENGINES))("the reference's test on %s", (_engine, createStore) => {
  let store: TestStore;

  beforeEach(async () => {
    store = await createStore();
  });

  afterEach(() => store.drop());

  test("passes line by line", async () => {
    const app = await WikiApplication.open({ store: await store.open(), env: {} });
    const firstUser = UserId.parse(randomUUID());

    await currentUserId.run(firstUser, async () => {
      // The page does not exist, and the list of pages is empty.
      await expect(app.getPageDetails("welcome")).rejects.toThrow(PageNotFoundError);
      expect(await app.getPages()).toHaveLength(0);

      // Create a page.
      await app.createPage({ title: "Welcome", slug: "welcome" });
      let page = await app.getPageDetails("welcome");
      expect(page).toMatchObject({ title: "Welcome", slug: "welcome", body: "", modifiedBy: firstUser });

      // Update the title.
      await app.updateTitle("welcome", "Welcome Visitors");
      page = await app.getPageDetails("welcome");
      expect(page).toMatchObject({ title: "Welcome Visitors", modifiedBy: firstUser });

      // Update the slug.
      await app.updateSlug("welcome", "welcome-visitors");
      await expect(app.getPageDetails("welcome")).rejects.toThrow(PageNotFoundError);
      page = await app.getPageDetails("welcome-visitors");
      expect(page).toMatchObject({ title: "Welcome Visitors", slug: "welcome-visitors" });

      // Update the body, three times.
      for (const body of [
        "Welcome to my wiki",
        "Welcome to this wiki",
        "Welcome to this wiki!\n\nThis is a wiki about...\n",
      ]) {
        await app.updateBody("welcome-visitors", body);
        expect((await app.getPageDetails("welcome-visitors")).body).toBe(body);
      }

      // Every event of a page has the user's id.
      const userIds: unknown[] = [];
      for await (const notification of readNotifications(app.events.notificationLog, { start: 1 })) {
        const event = app.events.toDomainEvent(notification);
        if (Page.isEvent(event)) userIds.push(event.data.userId);
      }
      expect(userIds).toEqual(Array(6).fill(firstUser));
    });

    // Change the user, and update the body.
    const secondUser = UserId.parse(randomUUID());
    await currentUserId.run(secondUser, async () => {
      await app.updateBody("welcome-visitors", "Welcome to this wiki!\n\nThis is a wiki about us!\n");
      expect(await app.getPageDetails("welcome-visitors")).toMatchObject({
        title: "Welcome Visitors",
        body: "Welcome to this wiki!\n\nThis is a wiki about us!\n",
        modifiedBy: secondUser,
      });

      // A snapshot was taken by now.
      const index = await app.events.repository.get(SlugIndex, SlugIndex.idOf({ slug: toSlug("welcome-visitors") }));
      const pageId = index.state.pageId;
      if (pageId === null) throw new Error("the slug has a page");
      expect(await app.events.recorder.snapshots.versions(pageId)).toEqual([5]);

      // Create some more pages, and list all of them.
      for (const number of [2, 3, 4, 5]) await app.createPage({ title: `Page ${number}`, slug: `page-${number}` });
      const slugs = async (selection: Parameters<typeof app.getPages>[0]) =>
        (await app.getPages(selection)).map(({ slug }) => slug);
      expect((await app.getPages({ desc: true })).map(({ title, slug }) => [title, slug])).toEqual([
        ["Page 5", "page-5"],
        ["Page 4", "page-4"],
        ["Page 3", "page-3"],
        ["Page 2", "page-2"],
        ["Welcome Visitors", "welcome-visitors"],
      ]);
      expect(await slugs({ desc: true, limit: 3 })).toEqual(["page-5", "page-4", "page-3"]);
      expect(await slugs({ desc: true, limit: 3, lte: 2 })).toEqual(["page-2", "welcome-visitors"]);
      expect(await slugs({ desc: true, lte: 2 })).toEqual(["page-2", "welcome-visitors"]);

      // A slug cannot be changed to one that another page uses.
      await expect(app.updateSlug("page-2", "page-3")).rejects.toThrow(SlugConflictError);

      // A slug can be changed to one that was used before.
      await app.updateSlug("welcome-visitors", "welcome");
      expect(await app.getPageDetails("welcome")).toMatchObject({ title: "Welcome Visitors", modifiedBy: secondUser });
    });
  });
});
