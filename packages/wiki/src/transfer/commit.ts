import type { AttachmentName } from "../domain/attachment-name.ts";
import type { CommitId } from "../domain/import-log.ts";
import type { Body } from "../domain/page-text.ts";
import type { CommitNode, OrderedCommit } from "./commit-order.ts";

/** A person as a repository names one. */
export interface Signature {
  readonly name: string;
  readonly email: string;
}

/** What is known of a commit before its files are read. */
export interface CommitHeader extends CommitNode<CommitId> {
  readonly author: Signature;
  readonly committer: Signature;
}

/** What a commit leaves at a path: the text of a page, a file to be attached, one that is left out, or nothing. */
export type FileAfter =
  | { readonly kind: "file"; readonly blob: string; readonly name: AttachmentName }
  | { readonly kind: "text"; readonly blob: string; readonly text: Body }
  | { readonly kind: "refused"; readonly reason: string }
  | { readonly kind: "nothing" };

/** A path that a commit changes. */
export interface FileChange {
  readonly path: string;
  /** The path that the file was moved from. */
  readonly from: string | undefined;
  /** The content before, where it may have been a page. */
  readonly blobBefore: string | undefined;
  readonly after: FileAfter;
}

/** A commit with what it changes against its base. */
export interface Commit extends OrderedCommit<CommitId> {
  readonly author: Signature;
  readonly committer: Signature;
  /** With their offsets: `2014-12-10T09:30:00+01:00`. */
  readonly authoredAt: string;
  readonly committedAt: string;
  /** Milliseconds since 1970. */
  readonly time: number;
  readonly message: string;
  readonly changes: readonly FileChange[];
}
