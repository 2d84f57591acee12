import assert from "node:assert/strict";
import type { Application } from "../src/application/application.ts";
import { readNotifications } from "../src/application/notification-log.ts";

/** Throws unless the log holds so many events: positions and versions without gaps, and all of them readable. */
export async function assertRecorded(app: Application, count: number): Promise<void> {
  const versions = new Map<string, number>();
  let position = 0;
  for await (const notification of readNotifications(app.notificationLog)) {
    const event = app.toDomainEvent(notification);
    position += 1;
    assert.equal(event.position, position, "a position is missing, or stands twice");
    const version = (versions.get(event.originatorId) ?? 0) + 1;
    assert.equal(event.originatorVersion, version, `a version of ${event.originatorId} is missing, or stands twice`);
    versions.set(event.originatorId, version);
  }
  assert.equal(position, count, "events were lost, or recorded twice");
}
