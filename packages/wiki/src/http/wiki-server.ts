import type { Viewer } from "../access/viewer.ts";
import { WikiAccess } from "../access/wiki-access.ts";
import type { WikiParts } from "../access/wiki-parts.ts";
import { attachmentAddress, pageAddress, sourceAddress } from "../views/addresses.ts";
import { errorView } from "../views/error.ts";
import { createApp } from "./app.ts";
import { loadAssets } from "./asset-files.ts";
import { LogFollower } from "./log-follower.ts";
import { PageKeeper } from "./page-keeper.ts";
import { routesOf } from "./routes.ts";
import { type Listening, type RunningServer, startServer } from "./server.ts";
import { frameFor, type Site } from "./site.ts";

/** How a wiki is served. */
export interface WikiServerOptions extends Listening {
  readonly name: string;
  /** Whoever asks, until there are accounts. */
  readonly viewer: Viewer;
  /** Hears of errors that are ours to answer for. */
  readonly onError: (error: unknown) => void;
}

// In milliseconds. A node that lags further behind says so in its health, and shows what it has.
const CATCH_UP = 3_000;

/** Serves a wiki over HTTP. The parts stay open when it stops. */
export async function serveWiki(parts: WikiParts, options: WikiServerOptions): Promise<RunningServer> {
  const { wiki, readModels } = parts;
  const { assets, files } = await loadAssets();
  const site: Site = {
    name: options.name,
    access: new WikiAccess(parts, { page: pageAddress, source: sourceAddress, attachment: attachmentAddress }),
    assets,
    clock: Date.now,
  };
  const keeper = new PageKeeper();
  const follower = new LogFollower(wiki.events.notificationLog, keeper.onEvent);
  await follower.start();
  const { epoch } = wiki.events.recorder.log;
  const app = createApp({
    routes: routesOf(site),
    files,
    surroundings: {
      epoch,
      keep: keeper.keep,
      onError: options.onError,
      errorView: ({ status, code, detail }, asked) => errorView(frameFor(site, asked), { status, code, detail }),
    },
    viewerOf: () => options.viewer,
    position: () => follower.position,
    catchUp: async (position) => {
      if (position <= follower.position) return;
      await follower.waitFor(position, AbortSignal.timeout(CATCH_UP));
      await readModels.waitFor(position, { timeout: CATCH_UP }).catch(() => {});
    },
  });
  const server = await startServer(options, {
    fetch: (request, env) => app.fetch(request, env),
    fastPath: keeper.fastPath(follower, epoch),
  });
  return {
    address: server.address,
    stop: async (patience) => {
      await server.stop(patience);
      await follower.close();
    },
  };
}
