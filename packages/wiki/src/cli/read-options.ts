import { type ParseArgsOptionsConfig, parseArgs } from "node:util";
import { UsageError } from "./usage-error.ts";

/** What a command takes. */
export interface OptionsSpec<O extends ParseArgsOptionsConfig> {
  /** The command, for the advice of errors. */
  readonly command: string;
  readonly options: O;
  /** How many arguments without a name it takes. */
  readonly positionals?: { readonly least: number; readonly most: number; readonly what: string };
}

/** Reads the arguments of a command. Throws `UsageError`. */
export function readOptions<const O extends ParseArgsOptionsConfig>(
  args: readonly string[],
  { command, options, positionals: { least, most, what } = { least: 0, most: 0, what: "" } }: OptionsSpec<O>,
) {
  try {
    const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true });
    if (positionals.length < least) throw new UsageError(`${what} is missing`, command);
    const extra = positionals[most];
    if (extra !== undefined) throw new UsageError(`"${extra}" is one argument too many`, command);
    return { values, positionals };
  } catch (error) {
    if (error instanceof UsageError || !(error instanceof TypeError)) throw error;
    throw new UsageError(error.message.split(/\.\s/, 1)[0] ?? "", command);
  }
}

/** A whole number that was given as an option. Throws `UsageError`. */
export function toNumber(
  text: string | undefined,
  {
    name,
    command,
    max = Number.MAX_SAFE_INTEGER,
  }: { readonly name: string; readonly command: string; readonly max?: number },
): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (/^\d{1,16}$/.test(text) && value <= max) return value;
  throw new UsageError(
    `--${name} takes a whole number${max < Number.MAX_SAFE_INTEGER ? ` up to ${max}` : ""}, not "${text}"`,
    command,
  );
}
