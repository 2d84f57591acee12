import { open } from "node:fs/promises";

/** Without it, a file that was moved into a folder is not there after a power cut. */
export async function syncFolder(path: string): Promise<void> {
  // Windows opens no folders.
  if (process.platform === "win32") return;
  await using folder = await open(path);
  await folder.sync();
}

/** The code of what a call of the file system failed with. */
export function codeOf(error: unknown): string | undefined {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : undefined;
}
