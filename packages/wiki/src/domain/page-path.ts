import { z } from "zod";

const MAX_PATH_UNITS = 4_096;

/** Where a page stands in the repository it was imported from: `guides/Getting Started.md`, in any characters but NUL. */
export const PagePath = z
  .string("must be text")
  .min(1, "must not be empty")
  .max(MAX_PATH_UNITS, { error: `must not be longer than ${MAX_PATH_UNITS} UTF-16 units`, abort: true })
  .refine((path) => path.isWellFormed() && !path.includes("\0"), "must not contain NUL or halves of surrogate pairs")
  .brand<"PagePath">();
export type PagePath = z.infer<typeof PagePath>;
