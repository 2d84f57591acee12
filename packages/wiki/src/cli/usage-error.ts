import { CodedError } from "@palimpsest/eventsourcing";

/** A command line that no command understands. */
export class UsageError extends CodedError {
  readonly code = "INVALID_USAGE";

  constructor(problem: string, command = "") {
    super(`${problem}; see "palimpsest ${command === "" ? "" : `${command} `}--help"`);
  }
}
