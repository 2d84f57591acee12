import type { IncomingMessage } from "node:http";
import type { Viewer } from "../access/viewer.ts";
import { WikiAccess } from "../access/wiki-access.ts";
import type { WikiParts } from "../access/wiki-parts.ts";
import { attachmentAddress, pageAddress, sourceAddress } from "../views/addresses.ts";
import { errorView } from "../views/error.ts";
import type { KeptAnswer } from "./answer-cache.ts";
import { AnswerKeeper } from "./answer-keeper.ts";
import { createApp } from "./app.ts";
import { type EventStreamLimits, EventStreams } from "./feeds/event-streams.ts";
import { isRead, keptAnswer, keptPath, keyOf } from "./kept-path.ts";
import { hostCheck } from "./known-hosts.ts";
import { loadAssets } from "./load-assets.ts";
import { LogFollower } from "./log-follower.ts";
import { Admission, type AdmissionLimits } from "./operations/admission.ts";
import { Health } from "./operations/health.ts";
import { Metrics } from "./operations/metrics.ts";
import { RequestWatch } from "./operations/request-watch.ts";
import { type LogTarget, ServerLog } from "./operations/server-log.ts";
import { oneEachTurn } from "./operations/turns.ts";
import { ReadModelsWatch } from "./read-models-watch.ts";
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
  /** Where the wiki is to be found, such as `https://wiki.example`; default what is asked for. */
  readonly origin?: string;
  /** Where to tell of each request, a line of JSON each. */
  readonly log?: LogTarget;
  readonly limits?: Partial<AdmissionLimits>;
  readonly streams?: Partial<EventStreamLimits>;
  /** How many bytes of answers to keep; default 16 MiB. */
  readonly keptBytes?: number;
  /** Milliseconds since 1970; default the clock of this machine. */
  readonly clock?: () => number;
}

const KEPT_BYTES = 16 * 2 ** 20;

/** Serves a wiki over HTTP. The parts stay open when it stops. */
export async function serveWiki(parts: WikiParts, options: WikiServerOptions): Promise<RunningServer> {
  const { wiki, readModels } = parts;
  const { assets, files } = await loadAssets();
  const { keptBytes = KEPT_BYTES, clock = Date.now } = options;
  const { log } = wiki.events.recorder;
  const { epoch } = log;
  const access = new WikiAccess(parts, { page: pageAddress, source: sourceAddress, attachment: attachmentAddress });
  const watched = new ReadModelsWatch(readModels);
  const keeper = new AnswerKeeper(keptBytes, {
    epoch,
    position: () => (follower.isFollowing ? follower.position : -1),
    expect: watched.expect,
    showsUpTo: watched.showsUpTo,
    countLinks: watched.countLinks,
    namesVersion: () => access.namesVersion,
    clock,
  });
  const follower = new LogFollower(wiki.events.notificationLog, keeper.onEvent);
  await follower.start();
  // After an import, or a new version of the read models, the first readers wait for them a moment and see the whole.
  readModels.want(follower.position);
  const serverLog = options.log && new ServerLog(options.log, Date.now);
  const onError = (error: unknown, requestId = "") => {
    serverLog?.error(error, requestId);
    options.onError(error);
  };
  const streams = new EventStreams(options.streams);
  const admission = new Admission(options.limits);
  const health = new Health(parts, () => follower.isFollowing);
  const metrics = new Metrics({
    parts,
    streams: () => streams.open,
    underWay: () => admission.underWay,
    bodies: () => admission.bodiesUnderWay,
    kept: () => keeper.bytes,
  });
  const watch = new RequestWatch(metrics, serverLog);
  const site: Site = {
    name: options.name,
    access,
    assets,
    origin: options.origin,
    log,
    streams,
    health,
    metrics,
    onError,
  };
  /** One reads one's own writes: what is kept here is current by then, and read models are waited for by those who ask them. */
  const catchUp = async (position: number) => {
    if (position > follower.position) await follower.waitFor(position, readModels.patience);
    readModels.want(Math.min(position, follower.position));
  };
  const onKept = (request: IncomingMessage, { route }: KeptAnswer) => {
    watch.routed(request, route);
    metrics.kept("hit");
  };
  // Changes that were recorded together come back together: readers are served between the answers to them.
  const turnToAnswer = oneEachTurn();
  const viewerOf = () => options.viewer;
  const app = createApp({
    routes: routesOf(site),
    files,
    surroundings: {
      epoch,
      keep: (keeping, body) => {
        metrics.kept("miss");
        keeper.keep(keeping, body);
      },
      onError: (error, { id }) => onError(error, id),
      onSaved: async (position) => {
        metrics.saved();
        keeper.saved(position);
        await catchUp(position);
        await turnToAnswer();
      },
      errorView: ({ status, code, detail }, asked) => errorView(frameFor(site, asked), { status, code, detail }),
    },
    admit: admission.admit,
    origin: options.origin,
    assertKnownHost: hostCheck(options),
    turnToWrite: oneEachTurn(),
    watch,
    viewerOf,
    clock,
    keeper,
    readBehind: (fence, work) => readModels.readBehind(fence, work),
    onKept,
    // Anybody can write a cookie: for what nobody recorded nobody waits, in the place of others.
    catchUp: async (seen) =>
      catchUp(seen > follower.position ? Math.min(seen, await wiki.events.recorder.head()) : seen),
  });
  const server = await startServer(options, {
    fetch: async (request, env) => {
      const { incoming } = env;
      const kept = isRead(request)
        ? await keeper.recheck(keyOf(viewerOf(), incoming), incoming.headers.cookie)
        : undefined;
      if (!kept) return app.fetch(request, env);
      onKept(incoming, kept);
      return keptAnswer(request, kept);
    },
    fastPath: keptPath(keeper, viewerOf, onKept),
    begin: watch.begin,
  }).catch(async (error: unknown) => {
    await follower.close();
    throw error;
  });
  return {
    address: server.address,
    stop: async (patience) => {
      health.stopping();
      streams.close();
      await server.stop(patience);
      await follower.close();
      serverLog?.flush();
    },
  };
}
