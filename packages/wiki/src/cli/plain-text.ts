/** A number for people: `12,345`. */
export function number(value: number): string {
  return value.toLocaleString("en");
}

/** A number of things: `1 page`, `2 pages`. */
export function count(value: number, one: string, many = `${one}s`): string {
  return `${number(value)} ${value === 1 ? one : many}`;
}

/** A number of bytes: `12 kB`. */
export function bytes(value: number): string {
  const units = ["bytes", "kB", "MB", "GB", "TB"];
  let unit = 0;
  let shown = value;
  for (; shown >= 1_000 && unit < units.length - 1; unit++) shown /= 1_000;
  return `${unit === 0 ? shown : shown.toFixed(shown < 10 ? 1 : 0)} ${units[unit]}`;
}

/** A name that may hold line breaks, and what a terminal takes for commands. */
export function quoted(name: string): string {
  return JSON.stringify(name).replaceAll(/[\u007f-\u009f\u2028-\u202e\u2066-\u2069]/g, (unit) => {
    return `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`;
  });
}
