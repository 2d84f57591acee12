import type { SqlValue } from "../../persistence/read-model-store.ts";

/** A statement as SQLite is given it, and its values in their order. */
export interface BoundText {
  readonly text: string;
  /** Throws `TypeError` where there are more or fewer of them than parameters. */
  valuesOf(parameters: readonly SqlValue[]): readonly SqlValue[];
}

// What is quoted or a comment stays as it is. A name may hold a "$", and does not begin with it.
const PART =
  /'(?:[^']|'')*'|"(?:[^"]|"")*"|`(?:[^`]|``)*`|\[[^\]]*\]|--[^\n]*|\/\*.*?\*\/|(?<![\p{L}\p{N}_$])\$(?<number>\d+)/gsu;

/**
 * Takes the names from the parameters `$1`, `$2`, … of a statement. SQLite looks for each by its name, which takes four
 * times as long as to insert a row.
 */
export function bindByPlace(statement: string): BoundText {
  const numbers: number[] = [];
  const text = statement.replace(PART, (part, ...groups) => {
    const { number } = groups.at(-1) as { readonly number: string | undefined };
    if (number === undefined) return part;
    numbers.push(Number(number));
    return "?";
  });
  const count = Math.max(0, ...numbers);
  const isInOrder = numbers.every((number, i) => number === i + 1);
  return {
    text,
    valuesOf: (parameters) => {
      // SQLite takes null for what is missing.
      if (parameters.length !== count) {
        throw new TypeError(
          `the statement has ${count} parameters, and ${parameters.length} values were given: ${statement}`,
        );
      }
      return isInOrder ? parameters : numbers.map((number) => parameters[number - 1] ?? null);
    },
  };
}
