import type { LogIdentity } from "@palimpsest/eventsourcing";
import { may } from "../access/viewer.ts";
import type { WikiAccess } from "../access/wiki-access.ts";
import type { UserId } from "../domain/current-user.ts";
import type { Assets } from "../views/assets.ts";
import type { Frame } from "../views/layout.ts";
import type { Author } from "../views/people.ts";
import type { EventStreams } from "./feeds/event-streams.ts";
import type { Health } from "./operations/health.ts";
import type { Metrics } from "./operations/metrics.ts";
import type { Asked } from "./resource.ts";

/** What every resource has at hand. */
export interface Site {
  readonly name: string;
  readonly access: WikiAccess;
  readonly assets: Assets;
  /** Where the wiki is to be found, such as `https://wiki.example`; where it is undefined, what was asked for tells. */
  readonly origin: string | undefined;
  readonly log: LogIdentity;
  readonly streams: EventStreams;
  readonly health: Health;
  readonly metrics: Metrics;
  /** Hears of errors that are ours to answer for. */
  readonly onError: (error: unknown) => void;
}

/** Where the wiki is, for addresses that are read elsewhere. */
export function originFor({ origin }: Site, { url }: Asked): string {
  return origin ?? url.origin;
}

/** What surrounds a view for whoever asks. */
export function frameFor({ name, assets }: Site, { viewer, moment }: Asked): Frame {
  return { wikiName: name, assets, now: moment, mayEdit: may(viewer, "edit") };
}

/** Whom an id stands for, by the names that are known. */
export function authorOf(id: UserId | null, names: ReadonlyMap<UserId, string>): Author {
  // Who is not in the directory was taken out of it: what was written stays.
  return id === null ? null : { id, name: names.get(id) ?? "somebody" };
}
