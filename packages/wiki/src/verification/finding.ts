/** What was checked. */
export type Check =
  | "event"
  | "position"
  | "version"
  | "time"
  | "key"
  | "slug"
  | "page-log"
  | "page"
  | "file"
  | "listing"
  | "pages"
  | "links"
  | "search"
  | "changes";

/** Something that is not as it must be. */
export interface Finding {
  readonly check: Check;
  readonly message: string;
  /** Where in the log, where it is in one place. */
  readonly position?: number | undefined;
  /** The page or slug index that it is about. */
  readonly originatorId?: string | undefined;
}
