/** Something that is wrong with a history. */
export interface Violation {
  /**
   * The log alone:
   * - `gap`: positions are 1, 2, 3, …;
   * - `version`: so are the versions of each originator;
   * - `time`: times never go back;
   * - `twice`: no event, save or idempotency key stands twice;
   * - `torn`: the events of a save follow one another;
   * - `rule`: a rule of the caller's.
   *
   * The log and what was saved:
   * - `foreign`: what stands was called for by some client;
   * - `half`: a save stands whole;
   * - `altered`: an event is what was saved;
   * - `lost`: an acknowledged save stands;
   * - `misplaced`: where and as its receipt says;
   * - `refused`: a refused save does not stand;
   * - `failed`: no client is told of an error that is not ours.
   *
   * The log and the time:
   * - `order`: a save that was called after an answer stands behind what that answer told of;
   * - `unseen`: what was read stands in the log, as one state of it, after whole saves;
   * - `stale`: a read sees what was answered, to a save or a read, before its call;
   * - `early`: a read does not see what was called for after its answer.
   */
  readonly kind: ViolationKind;
  /** Names the events or saves. */
  readonly message: string;
}

export type ViolationKind =
  | ("gap" | "version" | "time" | "twice" | "torn" | "rule")
  | ("foreign" | "half" | "altered" | "lost" | "misplaced" | "refused" | "failed")
  | ("order" | "unseen" | "stale" | "early");
