import { defineLog, NAMESPACE_URL, uuid5 } from "@palimpsest/eventsourcing";
import { z } from "zod";

/** The name of a commit, by SHA-1 or SHA-256. */
export const CommitId = z
  .string()
  .regex(/^(?:[0-9a-f]{40}|[0-9a-f]{64})$/, "must be a commit")
  .brand<"CommitId">();
export type CommitId = z.infer<typeof CommitId>;

/**
 * The imports of this wiki, as they were begun: all commits that lead to `to` and not to `from`. What is imported next
 * starts from there, whether or not it came to its end. `times` tells whether its saves got the times of their commits.
 */
export const importLog = defineLog({
  name: "ImportStarted",
  id: uuid5(NAMESPACE_URL, "/import_log"),
  event: { from: CommitId.nullable(), to: CommitId, times: z.enum(["source", "clock"]) },
});
