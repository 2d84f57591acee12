import type { NotificationLog } from "../application/notification-log.ts";
import type { ReadModelStore, SqlSession } from "../persistence/read-model-store.ts";
import type { Projection } from "./projection.ts";
import { NewerProjectionError } from "./projection-errors.ts";
import {
  createGeneration,
  dropGeneration,
  lockTrackings,
  nextGeneration,
  readTrackings,
  type Tracking,
} from "./tracking.ts";

type Log = Pick<NotificationLog, "identity" | "select">;

/**
 * The generation of a projection that is read: the one there is, or a new one, empty, where there is none that fits. One
 * of an older version does not, nor one that was derived from another log, or from events that a restore took away.
 * Throws `NewerProjectionError`.
 */
export async function openGeneration(store: ReadModelStore, log: Log, projection: Projection): Promise<Tracking> {
  const found = await findFitting(store.reader, log, projection);
  if (found) return found;
  return store.transaction(async (sql) => {
    await lockTrackings(sql);
    // Another process may have been faster.
    return (await findFitting(sql, log, projection)) ?? replaceLive(sql, log, projection);
  });
}

/** Makes a generation beside the live one, empty; one that was left behind is dropped. */
export async function createBeside(store: ReadModelStore, log: Log, projection: Projection): Promise<Tracking> {
  return store.transaction(async (sql) => {
    await lockTrackings(sql);
    for (const tracking of await readTrackings(sql, projection.name)) {
      if (!tracking.live) await dropGeneration(sql, tracking);
    }
    return createNext(sql, log, projection, { live: false });
  });
}

async function findFitting(sql: SqlSession, log: Log, projection: Projection): Promise<Tracking | undefined> {
  const live = (await readTrackings(sql, projection.name)).find((tracking) => tracking.live);
  if (!live) return undefined;
  if (live.version > projection.version) {
    throw new NewerProjectionError(projection.name, live.version, projection.version);
  }
  return live.version === projection.version && (await isDerivedFrom(log, live)) ? live : undefined;
}

async function isDerivedFrom(log: Log, { logId, epoch, position, eventId }: Tracking): Promise<boolean> {
  if (logId !== log.identity.logId || epoch !== log.identity.epoch) return false;
  if (position === 0) return true;
  const [row] = await log.select({ start: position, limit: 1 });
  return row?.eventId === eventId;
}

async function replaceLive(sql: SqlSession, log: Log, projection: Projection): Promise<Tracking> {
  for (const tracking of await readTrackings(sql, projection.name)) {
    if (tracking.live) await dropGeneration(sql, tracking);
  }
  return createNext(sql, log, projection, { live: true });
}

async function createNext(
  sql: SqlSession,
  log: Log,
  projection: Projection,
  { live }: { readonly live: boolean },
): Promise<Tracking> {
  const { name, version } = projection;
  const generation = await nextGeneration(sql, name);
  const { logId, epoch } = log.identity;
  await createGeneration(sql, projection, { logId, epoch, generation, live });
  return { name, generation, version, live, logId, epoch, position: 0, eventId: null, failure: undefined };
}
