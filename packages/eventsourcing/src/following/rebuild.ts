import type { SqlSession } from "../persistence/read-model-store.ts";
import type { GenerationRun } from "./generation-run.ts";
import { SupersededError } from "./projection-errors.ts";
import { dropGeneration, lockTrackings, makeLive, readTrackings, type Tracking } from "./tracking.ts";

/** Puts a generation that was built beside the live one in its place, once it has come as far. */
export async function swap(sql: SqlSession, built: Tracking, run: GenerationRun): Promise<void> {
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
