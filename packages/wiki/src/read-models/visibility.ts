/** What a viewer may see. Every query takes one, and leaves out the rest: from rows, counts and cursors alike. */
export interface Visibility {
  /** Whether pages that are deleted now are shown, with their history. */
  readonly deleted: boolean;
}
