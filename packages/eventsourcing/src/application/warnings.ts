/** Who hears warnings; default the process. What is done is done: whoever hears of it cannot make a call fail. */
export function toListener(onWarning: ((warning: Error) => void) | undefined): (warning: unknown) => void {
  const listener = onWarning ?? ((warning: Error) => process.emitWarning(warning));
  return (warning) => {
    try {
      listener(toError(warning));
    } catch (error) {
      process.emitWarning(toError(error));
    }
  };
}

function toError(value: unknown): Error {
  return value instanceof Error ? value : new Error(String(value));
}
