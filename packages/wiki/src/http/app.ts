import type { IncomingMessage } from "node:http";
import { type Context, Hono } from "hono";
import type { Viewer } from "../access/viewer.ts";
import type { ReadModels } from "../read-models/read-models.ts";
import { Moment } from "../views/moment.ts";
import type { KeptAnswer } from "./answer-cache.ts";
import type { AnswerKeeper } from "./answer-keeper.ts";
import { bodyHeaders, encodingFor } from "./answers.ts";
import type { AssetFile } from "./asset-files.ts";
import { isRead, keptAnswer, keyOf } from "./kept-path.ts";
import type { Admitted } from "./operations/admission.ts";
import type { RequestWatch } from "./operations/request-watch.ts";
import { MethodNotAllowedError, NotFoundError } from "./request-errors.ts";
import type { Asked, Body, Form, Resource } from "./resource.ts";
import { respond, respondError, type Surroundings } from "./respond.ts";
import type { Route } from "./route.ts";
import { assertSameSite, isSafe } from "./security.ts";
import { seenPosition } from "./seen-position.ts";
import { SingleFlight } from "./single-flight.ts";

/** What answers requests. */
export interface AppParts {
  readonly routes: readonly Route[];
  readonly files: ReadonlyMap<string, AssetFile>;
  readonly surroundings: Surroundings;
  /** Lets a request in. Throws for a client that asks too often. */
  readonly admit: (incoming: IncomingMessage | undefined, isWrite: boolean) => Admitted;
  /** Resolves when it is the turn of a change. */
  readonly turnToWrite: () => Promise<void>;
  readonly watch: Pick<RequestWatch, "routed" | "idOf">;
  /** Where the wiki is to be found; undefined where nobody said. */
  readonly origin: string | undefined;
  /** Throws for a name that the wiki does not have. */
  readonly assertKnownHost: (url: URL) => void;
  readonly viewerOf: (incoming: IncomingMessage | undefined) => Viewer;
  /** Resolves when this node shows what the reader has seen elsewhere. */
  readonly catchUp: (position: number) => Promise<void>;
  /** Milliseconds since 1970. */
  readonly clock: () => number;
  readonly keeper: Pick<AnswerKeeper, "begin" | "find">;
  /** See `ReadModels`. */
  readonly readBehind: ReadModels["readBehind"];
  /** Hears of each answer that was kept and is sent again. */
  readonly onKept: (incoming: IncomingMessage, answer: KeptAnswer) => void;
}

type Env = { Bindings: { incoming?: IncomingMessage } };

const FORMS = ["markdown", "html", "api"] as const;

/** The wiki as a function from requests to responses. */
export function createApp(parts: AppParts): Hono<Env> {
  const app = new Hono<Env>();
  const flight = new SingleFlight();
  app.get("/assets/*", (context) => {
    const file = parts.files.get(context.req.path);
    return file ? asset(context, file) : notFound(context, parts);
  });
  for (const kind of FORMS) {
    for (const route of parts.routes) {
      const address = route[kind];
      if (address === undefined) continue;
      const [method = "", path = ""] = address.split(" ");
      const at = { form: kind === "api" ? "json" : kind, path } as const;
      app.on(method, path, (context) => answer(context, route, at, { ...parts, flight }));
    }
  }
  app.notFound((context) => notFound(context, parts));
  app.onError((error, context) => respondError(error, ask(context, formAt(context), parts), parts.surroundings));
  return app;
}

async function answer(
  context: Context<Env>,
  { resource, isOperation }: Route,
  { form, path }: { readonly form: Form; readonly path: string },
  parts: AppParts & { readonly flight: SingleFlight },
): Promise<Response> {
  const { incoming } = context.env ?? {};
  parts.watch.routed(incoming, path);
  let asked = ask(context, form, parts);
  let admitted: Admitted | undefined;
  try {
    if (!isOperation) {
      parts.assertKnownHost(asked.url);
      const isWrite = !isSafe(context.req.raw);
      admitted = parts.admit(incoming, isWrite);
      assertSameSite(context.req.raw, parts.origin);
      if (isWrite) asked = { ...asked, body: bodyOf(asked, admitted, parts) };
      else await parts.catchUp(asked.seen);
    }
    const params = paramsOf(context, form);
    if (!incoming || !resource.isKept || !isRead(asked.request)) {
      return await respond(resource, asked, params, parts.surroundings);
    }
    return await respondOnce(resource, { asked, incoming, route: path, params }, parts);
  } catch (error) {
    return respondError(error, asked, parts.surroundings);
  } finally {
    admitted?.leave();
  }
}

/** A body that is still coming holds no place among the changes under way. */
function bodyOf({ seen }: Asked, { givenUp, begin }: Admitted, { turnToWrite, catchUp }: AppParts): Body {
  return {
    givenUp,
    hasCome: async () => {
      begin();
      await turnToWrite();
      await catchUp(seen);
    },
  };
}

/** What several ask for at once is made once, where it may be kept. */
function respondOnce(
  resource: Resource,
  { asked, incoming, route, params }: KeepableRequest,
  { keeper, readBehind, flight, surroundings, onKept }: AppParts & { readonly flight: SingleFlight },
): Promise<Response> {
  const key = keyOf(asked.viewer, incoming);
  return flight.do(
    key,
    () => {
      const keeping = keeper.begin({ key, route });
      if (!keeping) return respond(resource, asked, params, surroundings);
      return readBehind(keeping.fence, () => respond(resource, { ...asked, keeping }, params, surroundings));
    },
    () => {
      const kept = keeper.find(key, incoming.headers.cookie);
      if (!kept) return undefined;
      onKept(incoming, kept);
      return keptAnswer(asked.request, kept);
    },
  );
}

interface KeepableRequest {
  readonly asked: Asked;
  readonly incoming: IncomingMessage;
  readonly route: string;
  readonly params: Record<string, string>;
}

function ask(context: Context<Env>, form: Form, { viewerOf, watch, surroundings, clock }: AppParts): Asked {
  const request = context.req.raw;
  return {
    id: watch.idOf(context.env?.incoming),
    viewer: viewerOf(context.env?.incoming),
    url: new URL(request.url),
    form,
    seen: seenPosition(request.headers.get("cookie"), surroundings.epoch),
    moment: new Moment(clock()),
    request,
  };
}

function paramsOf(context: Context<Env>, form: Form): Record<string, string> {
  const params: Record<string, string> = { ...context.req.param() };
  const { slug } = params;
  return form === "markdown" && slug !== undefined ? { ...params, slug: slug.replace(/\.md$/, "") } : params;
}

function notFound(context: Context<Env>, parts: AppParts): Promise<Response> {
  const allowed = methodsAt(context.req.path, parts.routes);
  const error = allowed.length > 0 ? new MethodNotAllowedError(allowed) : new NotFoundError();
  return respondError(error, ask(context, formAt(context), parts), parts.surroundings);
}

function formAt({ req }: Context<Env>): Form {
  return req.path.startsWith("/api/") ? "json" : "html";
}

/** The methods that some address takes, which is no answer to the one that was asked with. */
function methodsAt(path: string, routes: readonly Route[]): readonly string[] {
  const addresses = routes.flatMap(({ html, api }) => [html, api]).filter((address) => address !== undefined);
  const fitting = addresses.filter((address) => patternOf(address).test(path));
  return [...new Set(fitting.map((address) => address.split(" ")[0] ?? ""))];
}

function patternOf(address: string): RegExp {
  const [, path = ""] = address.split(" ");
  const source = path.replaceAll(/:\w+\{([^}]*)\}/g, "$1").replaceAll(/:\w+/g, "[^/]+");
  return new RegExp(`^${source}$`);
}

async function asset(context: Context<Env>, { type, body }: AssetFile): Promise<Response> {
  const encoding = body.encodingFor(encodingFor(context.req.header("accept-encoding")));
  return new Response(new Uint8Array(await body.in(encoding)), {
    headers: {
      "cache-control": "public, max-age=31536000, immutable",
      vary: "accept-encoding",
      ...bodyHeaders(type, encoding),
    },
  });
}
