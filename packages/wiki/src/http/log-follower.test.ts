import type { LogRange } from "@palimpsest/eventsourcing";
import { expect, it } from "vitest";
import { WikiApplication } from "../application/wiki-application.ts";
import { LogFollower } from "./log-follower.ts";

it("follows again only when it has told of all that was recorded while the store could not be read", async () => {
  await using wiki = await WikiApplication.open({ store: "memory:", env: {} });
  const log = wiki.events.notificationLog;
  const head = log.head.bind(log);
  const select = log.select.bind(log);
  const waitBeyond = log.waitBeyond.bind(log);
  const heard: number[] = [];
  const follower = new LogFollower(log, ({ position }) => heard.push(position));
  await wiki.createPage({ title: "Before", slug: "before" });
  await follower.start();
  expect(follower.isFollowing).toBe(true);

  const failing = () => Promise.reject(new Error("the store cannot be read"));
  Object.assign(log, { head: failing, select: failing, waitBeyond: failing });
  await wiki.createPage({ title: "Meanwhile", slug: "meanwhile" });
  await expect.poll(() => follower.isFollowing).toBe(false);

  const reading = Promise.withResolvers<void>();
  const begun = Promise.withResolvers<void>();
  const heldBack = async (range: LogRange) => {
    begun.resolve();
    await reading.promise;
    return select(range);
  };
  Object.assign(log, { head, select: heldBack, waitBeyond });
  await begun.promise;
  expect([follower.isFollowing, heard]).toEqual([false, []]);
  reading.resolve();
  await expect.poll(() => follower.isFollowing).toBe(true);
  expect(heard).toEqual([4, 5, 6]);
  await follower.close();
});
