/** One of two things that are measured by turns: a round of it answers its figure. */
export type Side = () => Promise<number>;

/** Two figures, and what they are to each other. */
export interface Comparison {
  /** Medians over all rounds. */
  readonly ours: number;
  readonly bare: number;
  /** The ratio of the medians. */
  readonly ratio: number;
  /** The lowest and the highest ratio of a round. */
  readonly lowest: number;
  readonly highest: number;
}

/** How much is measured. */
export interface Effort {
  readonly rounds: number;
  /** Of each side, in each round. */
  readonly seconds: number;
}

/**
 * Measures both sides by turns, for the machine is never quiet: what else runs there meets both alike. A first round
 * warms up and does not count.
 */
export async function compare(ours: Side, bare: Side, rounds: number): Promise<Comparison> {
  const figures: { readonly ours: number; readonly bare: number }[] = [];
  for (let round = 0; round <= rounds; round++) {
    const first = round % 2 === 0;
    const before = first ? undefined : await bare();
    const figure = { ours: await ours(), bare: before ?? (await bare()) };
    if (round > 0) figures.push(figure);
  }
  const medians = { ours: median(figures.map((it) => it.ours)), bare: median(figures.map((it) => it.bare)) };
  const ratios = figures.map((it) => it.ours / it.bare);
  return { ...medians, ratio: medians.ours / medians.bare, lowest: Math.min(...ratios), highest: Math.max(...ratios) };
}

/** How many things some callers get done in a second, each one after another. A task answers how many it did. */
export async function rate(seconds: number, tasks: readonly (() => number | Promise<number>)[]): Promise<number> {
  const start = performance.now();
  const end = start + seconds * 1_000;
  let done = 0;
  await Promise.all(
    tasks.map(async (task) => {
      while (performance.now() < end) {
        const more = await task();
        done += more;
      }
    }),
  );
  return (done / (performance.now() - start)) * 1_000;
}

function median(figures: readonly number[]): number {
  const sorted = figures.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
