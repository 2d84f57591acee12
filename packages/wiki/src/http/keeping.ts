import type { Uuid } from "@palimpsest/eventsourcing";
import type { Slug } from "../domain/slug.ts";
import type { Moment } from "../views/moment.ts";
import type { AnswerFence } from "./answer-fence.ts";
import type { EncodedBody } from "./encoded-body.ts";

/** An answer that is being made to be kept. */
export interface Keeping {
  readonly key: string;
  readonly route: string;
  /** What it shows is not older than this. */
  readonly position: number;
  readonly namesVersion: number;
  /** What it is made of that lags behind its position makes it one that is not kept. */
  readonly fence: AnswerFence;
}

/** A body that may be sent again until something changes that it was made of. */
export interface KeepableBody {
  readonly etag: string;
  readonly type: string;
  readonly body: EncodedBody;
  readonly madeOf: MadeOf | undefined;
  readonly moment: Moment;
}

/** What an answer was made of, where that is less than the whole log. */
export interface MadeOf {
  /** Pages, indexes of slugs, files: it changes only when one of these does. */
  readonly aggregates: readonly Uuid[];
  /** Whether it shows which pages, addresses and files there are, and what they are called. */
  readonly structure?: true;
  /** A page, and how many links to it are told of. */
  readonly links?: { readonly slug: Slug; readonly count: number };
}
