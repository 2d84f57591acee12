import { CodedError } from "@palimpsest/eventsourcing";
import type { ContentHash } from "../domain/attachment-content.ts";

/** A file is longer than the wiki takes; nothing of it was kept. */
export class AttachmentTooLargeError extends CodedError {
  readonly code = "ATTACHMENT_TOO_LARGE";
  /** In bytes. */
  readonly limit: number;

  constructor(limit: number) {
    super(`the file is longer than ${limit} bytes (${Math.floor(limit / 2 ** 20)} MiB); make it smaller`);
    this.limit = limit;
  }
}

/** The bytes of a file are not what was kept: they are missing, too few or too many, others, or unreadable. */
export class DamagedAttachmentError extends CodedError {
  readonly code = "DAMAGED_ATTACHMENT";
  readonly hash: ContentHash;
  /** Where the bytes should be. */
  readonly path: string;
  readonly fault: "missing" | "length" | "content" | "unreadable";

  constructor({ hash, path, fault }: Pick<DamagedAttachmentError, "hash" | "path" | "fault">) {
    super(`the bytes of a file are ${FAULTS[fault]} at ${path}; put that file back from a backup, or upload it again`);
    this.hash = hash;
    this.path = path;
    this.fault = fault;
  }
}

const FAULTS = {
  missing: "missing",
  length: "not as many as were kept",
  content: "not those that were kept",
  unreadable: "not to be read from the disk",
} as const;

/** The folder of the files takes nothing more: it is full, or cannot be written. Nothing was recorded, reading goes on. */
export class AttachmentStoreError extends CodedError {
  readonly code = "ATTACHMENT_STORE_UNAVAILABLE";
  readonly folder: string;

  constructor(folder: string, cause: unknown) {
    const reason = cause instanceof Error ? cause.message : "for an unknown reason";
    super(`files cannot be kept in ${folder} (${reason}); make room there, or let the wiki write there`, { cause });
    this.folder = folder;
  }
}

/** Files of other wikis are in the same folder, and nobody knows which are whose: nothing was taken away. */
export class SharedAttachmentFolderError extends CodedError {
  readonly code = "ATTACHMENT_FOLDER_SHARED";
  readonly folder: string;
  /** The files that say so. */
  readonly marks: readonly string[];

  constructor(folder: string, marks: readonly string[]) {
    super(
      `other wikis keep files in ${folder} too, or did: ${marks.join(", ")}; give each a folder of its own, or delete these where such a wiki is no more`,
    );
    this.folder = folder;
    this.marks = marks;
  }
}
