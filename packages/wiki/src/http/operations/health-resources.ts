import { z } from "zod";
import { resource } from "../resource.ts";
import type { Site } from "../site.ts";

const NO_INPUT = z.strictObject({});

/** Whether the process answers at all. */
export function liveness() {
  return resource({
    summary: "Whether the server runs",
    input: NO_INPUT,
    output: z.object({ live: z.literal(true) }),
    handle: async () => ({ kind: "raw", response: uncached({ live: true }, 200) }),
  });
}

/** Whether it should be sent requests. */
export function readiness({ health }: Site) {
  return resource({
    summary: "Whether the server can answer, and how far its read models are: 503 with the reasons where it cannot",
    input: NO_INPUT,
    output: z.object({
      ready: z.boolean(),
      reasons: z.array(z.string()),
      position: z.int().optional(),
      readModels: z.array(z.object({ name: z.string(), position: z.int(), lag: z.int(), runs: z.string() })),
    }),
    handle: async () => {
      const state = await health.check();
      return { kind: "raw", response: uncached(state, state.ready ? 200 : 503) };
    },
  });
}

/** What the server counts. */
export function readMetrics({ metrics }: Site) {
  return resource({
    summary: "What the server counts, for Prometheus",
    input: NO_INPUT,
    output: z.string(),
    answers: { type: metrics.type },
    handle: async () => ({
      kind: "raw",
      response: new Response(await metrics.write(), {
        headers: { "content-type": metrics.type, "cache-control": "no-store" },
      }),
    }),
  });
}

function uncached(state: object, status: 200 | 503): Response {
  return Response.json(state, {
    status,
    headers: { "cache-control": "no-store", ...(status === 503 ? { "retry-after": "5" } : {}) },
  });
}
