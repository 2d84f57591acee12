import { CodedError } from "@palimpsest/eventsourcing";

/** The program `git` is not there. */
export class GitMissingError extends CodedError {
  readonly code = "GIT_MISSING";

  constructor(cause?: unknown) {
    super('the program "git" was not found; install git, and see that it is in the PATH', { cause });
  }
}

/** A path leads to no repository and no bundle of git, or git refuses to read it. */
export class NotARepositoryError extends CodedError {
  readonly code = "NOT_A_REPOSITORY";
  readonly path: string;

  constructor(path: string, reason: string) {
    super(`${path} cannot be read as a git repository (${reason}); give the folder of a clone, or a bundle`);
    this.path = path;
  }
}

/** The repository has no such branch, or it does not say which branch is meant. */
export class BranchNotFoundError extends CodedError {
  readonly code = "BRANCH_NOT_FOUND";
  readonly branch: string;
  readonly branches: readonly string[];

  constructor(branch: string, branches: readonly string[]) {
    super(`the repository has no branch "${branch}"; choose one of: ${branches.slice(0, 20).join(", ") || "none"}`);
    this.branch = branch;
    this.branches = branches;
  }
}

/** Git failed while it read the repository. */
export class GitFailedError extends CodedError {
  readonly code = "GIT_FAILED";
  readonly command: string;

  /** What git said. */
  readonly reason: string;

  constructor(command: string, reason: string) {
    super(`git ${command} failed: ${reason}; see with "git fsck" whether the repository is whole, then import again`);
    this.command = command;
    this.reason = reason;
  }
}

/** The repository does not lead on from what was imported last: its history was rewritten, or it is another one. */
export class HistoryDivergedError extends CodedError {
  readonly code = "HISTORY_DIVERGED";
  /** The commit that the last import led to. */
  readonly importedTo: string;
  readonly head: string;

  constructor(importedTo: string, head: string) {
    super(
      `commit ${head} does not descend from ${importedTo}, which this wiki was imported up to; import the repository ` +
        "and branch that were imported before, merge that commit into the branch, or import into another wiki",
    );
    this.importedTo = importedTo;
    this.head = head;
  }
}
