import { assertWhole } from "../persistence/ranges.ts";
import { VersionConflictError } from "../persistence/store-errors.ts";

/**
 * Runs a command, and runs it anew where another writer was faster. Give it all of the command, what loads the aggregates
 * included: only then it decides on what the other writer has done. Answers what the command answers. Rejects with the
 * last `VersionConflictError` after some attempts, by default 100, and with any other error at once.
 */
export async function retryOnConflict<T>(
  command: () => Promise<T>,
  { attempts = 100 }: { readonly attempts?: number } = {},
): Promise<T> {
  assertWhole("attempts", attempts, 1);
  for (let attempt = 1; ; attempt++) {
    try {
      return await command();
    } catch (error) {
      if (!(error instanceof VersionConflictError) || attempt >= attempts) throw error;
    }
  }
}
