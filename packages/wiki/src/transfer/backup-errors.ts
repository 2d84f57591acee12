import { CodedError } from "@palimpsest/eventsourcing";

/** A file is no backup, or not all of it, or not as it was written. */
export class BackupDamagedError extends CodedError {
  readonly code = "BACKUP_DAMAGED";
  readonly path: string;
  readonly reason: string;

  constructor(path: string, reason: string, options?: ErrorOptions) {
    super(`${path} cannot be restored: ${reason}; take another backup`, options);
    this.path = path;
    this.reason = reason;
  }
}

/** A backup was written by a newer program. */
export class NewerBackupError extends CodedError {
  readonly code = "NEWER_BACKUP";
  readonly path: string;
  readonly format: number;

  constructor(path: string, format: number, supported: number) {
    super(`${path} has format ${format}, this program knows up to ${supported}; restore it with the newer program`);
    this.path = path;
    this.format = format;
  }
}

/** A file or folder to be written is there already. */
export class FileExistsError extends CodedError {
  readonly code = "FILE_EXISTS";
  readonly path: string;

  constructor(path: string, advice: string) {
    super(`${path} ${advice}`);
    this.path = path;
  }
}

/** A path that is to be read leads nowhere, or to something of another kind. */
export class PathNotFoundError extends CodedError {
  readonly code = "PATH_NOT_FOUND";
  readonly path: string;

  constructor(path: string, advice: string) {
    super(`${path} ${advice}`);
    this.path = path;
  }
}
