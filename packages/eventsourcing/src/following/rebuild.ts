import type { NotificationLog } from "../application/notification-log.ts";
import type { SqlSession } from "../persistence/read-model-store.ts";
import { GenerationRun, type RunContext } from "./generation-run.ts";
import { createBeside } from "./generations.ts";
import type { Projection } from "./projection.ts";
import { SupersededError } from "./projection-errors.ts";
import { dropGeneration, lockTrackings, makeLive, readTrackings, type Tracking } from "./tracking.ts";

/**
 * Makes generations of projections beside the live ones, and puts each in its place. They go along the log together, so that
 * what one has read and decoded the others find. `onStep` is told how far all of them are; the next step waits for it.
 */
export async function rebuildTogether(
  projections: readonly Projection[],
  log: NotificationLog,
  context: RunContext,
  onStep: (position: number) => Promise<void>,
): Promise<void> {
  const { store } = context;
  const runs: { readonly built: Tracking; readonly run: GenerationRun }[] = [];
  for (const projection of projections) {
    const built = await createBeside(store, log, projection);
    runs.push({ built, run: new GenerationRun(projection, built, context) });
  }
  const behind = () => runs.map(({ run }) => run).reduce((a, b) => (b.position < a.position ? b : a));
  while (runs.length > 0 && (await behind().step())) await onStep(behind().position);
  for (const { built, run } of runs) await store.transaction((sql) => swap(sql, built, run));
}

/** Puts a generation that was built beside the live one in its place, once it has come as far. */
async function swap(sql: SqlSession, built: Tracking, run: GenerationRun): Promise<void> {
  // From here on the live one stands still, so that readers never go back behind what they have seen.
  await lockTrackings(sql);
  const trackings = await readTrackings(sql, built.name);
  if (!trackings.some(({ generation }) => generation === built.generation)) {
    throw new SupersededError(`generation ${built.generation} of ${built.name} is gone`);
  }
  const live = trackings.find((tracking) => tracking.live);
  if (live) {
    await run.stepTo(sql, live.position);
    await dropGeneration(sql, live);
  }
  await makeLive(sql, built);
}
