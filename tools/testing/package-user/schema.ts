/** A Standard Schema written by hand, as far as the library asks for it. */
export interface HandWrittenSchema<T> {
  readonly "~standard": {
    readonly version: 1;
    readonly vendor: "by hand";
    readonly validate: (
      value: unknown,
    ) => { readonly value: T } | { readonly issues: readonly { readonly message: string }[] };
    readonly types?: { readonly input: T; readonly output: T };
  };
}

/** A schema for what passes a check. */
export function schemaOf<T>(passes: (value: unknown) => value is T, expected: string): HandWrittenSchema<T> {
  return {
    "~standard": {
      version: 1,
      vendor: "by hand",
      validate: (value) => (passes(value) ? { value } : { issues: [{ message: `is not ${expected}` }] }),
    },
  };
}
