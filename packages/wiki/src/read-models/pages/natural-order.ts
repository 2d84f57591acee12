import { foldText } from "../fold-text.ts";

const MAX_UNITS = 255;
const MAX_DIGITS = 99;

/**
 * What a name is sorted by, in the order of code points: letters without case and accents, numbers by their value, so that
 * "Part 2" comes before "part 10". The same for every reader, whatever their language.
 */
export function naturalOrderOf(name: string): string {
  return foldText(name.slice(0, MAX_UNITS)).replace(/\d+/g, (digits) => {
    const significant = digits.replace(/^0+(?=\d)/, "").slice(0, MAX_DIGITS);
    // The longer number is the greater one.
    return String(significant.length).padStart(2, "0") + significant;
  });
}
