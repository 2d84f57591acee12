import type { ProjectionStatus } from "@palimpsest/eventsourcing";
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";
import type { WikiParts } from "../../access/wiki-parts.ts";

/** A request that was answered. */
export interface AnsweredRequest {
  readonly method: string;
  /** The pattern of its address, which are few. */
  readonly route: string;
  readonly status: number;
  readonly seconds: number;
}

/** What is counted elsewhere, and read when somebody asks. */
export interface Counted {
  readonly parts: Pick<WikiParts, "wiki" | "readModels">;
  readonly streams: () => number;
  readonly underWay: () => number;
  readonly bodies: () => number;
  /** In bytes. */
  readonly kept: () => number;
}

// From a page that is kept to a search that is waited for.
const BUCKETS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10];

/** What the server counts, for Prometheus. */
export class Metrics {
  readonly #registry = new Registry();
  readonly #requests: Histogram<"method" | "route" | "status">;
  readonly #saves: Counter;
  readonly #cache: Counter<"result">;

  constructor({ parts, streams, underWay, bodies, kept }: Counted) {
    const registers = [this.#registry];
    collectDefaultMetrics({ register: this.#registry });
    this.#requests = new Histogram({
      name: "http_request_duration_seconds",
      help: "Time from a request to the end of its answer",
      labelNames: ["method", "route", "status"],
      buckets: BUCKETS,
      registers,
    });
    this.#saves = new Counter({ name: "palimpsest_saves_total", help: "Changes that were saved", registers });
    this.#cache = new Counter({
      name: "palimpsest_page_cache_requests_total",
      help: "Answers that were sent from memory (hit) and those that were made to be kept (miss)",
      labelNames: ["result"],
      registers,
    });
    gauge(registers, "palimpsest_event_streams", "Event streams that are open", streams);
    gauge(registers, "palimpsest_requests_under_way", "Requests that are being answered", underWay);
    gauge(registers, "palimpsest_bodies_under_way", "Changes whose bodies have not come as a whole", bodies);
    gauge(registers, "palimpsest_kept_bytes", "Answers that are kept in memory", kept);
    gauge(registers, "palimpsest_log_position", "The last position of the log", () =>
      parts.wiki.events.recorder.head(),
    );
    this.#countReadModels(parts);
  }

  readonly type = this.#registry.contentType;

  answered({ method, route, status, seconds }: AnsweredRequest): void {
    this.#requests.observe({ method, route, status }, seconds);
  }

  saved(): void {
    this.#saves.inc();
  }

  kept(result: "hit" | "miss"): void {
    this.#cache.inc({ result });
  }

  write(): Promise<string> {
    return this.#registry.metrics();
  }

  #countReadModels({ readModels }: Counted["parts"]): void {
    const count = (name: string, help: string, of: (status: ProjectionStatus) => number) => {
      new Gauge({
        name,
        help,
        labelNames: ["projection"],
        registers: [this.#registry],
        async collect() {
          for (const status of await readModels.status().catch(() => []))
            this.set({ projection: status.name }, of(status));
        },
      });
    };
    count("palimpsest_projection_lag_events", "Events of the log that a projection has not seen", ({ lag }) => lag);
    count("palimpsest_projection_failed", "1 where a projection stopped at an event", ({ failure }) =>
      failure ? 1 : 0,
    );
  }
}

function gauge(registers: Registry[], name: string, help: string, read: () => number | Promise<number>): void {
  new Gauge({
    name,
    help,
    registers,
    async collect() {
      // What cannot be read now is told by /health/ready.
      const value = await Promise.resolve(read()).catch(() => undefined);
      if (value !== undefined) this.set(value);
    },
  });
}
