import { spawnSync } from "node:child_process";

/** Whether programs can be run under strace here, with faults injected. */
export const hasStrace = spawnSync("strace", ["-f", "-e", "trace=none", "true"]).status === 0;

/** For the names of tests that need it. */
export const unlessStrace = hasStrace ? "" : "NOT RUN, there is no strace here, or it may not trace: ";

/**
 * The command line before a program that writes its calls to a file, and makes one of them fail: the `when`th that a
 * thread makes, with a `+` behind it each from then on.
 */
export function strace(given: {
  readonly calls: string;
  readonly output?: string;
  readonly fault?: string;
  readonly when?: number | string;
}): readonly string[] {
  const { calls, output = "/dev/null", fault, when } = given;
  const inject = fault === undefined ? [] : ["-e", `inject=${calls}:${fault}:when=${when}`];
  return ["strace", "-f", "-qq", "-y", "-o", output, "-e", `trace=${calls}`, ...inject];
}
