// How long the fault tests run, from which seed, and the one line of figures that each prints for people to read.

import { randomInt } from 'node:crypto';

/** HOLDFAST_LONG=1, as `npm run faults` sets it: all rounds instead of a few. */
export const long = process.env.HOLDFAST_LONG === '1';

/** `few` rounds by default, `many` in full. */
export function rounds(few: number, many: number): number {
  return long ? many : few;
}

export type Chance = {
  readonly seed: number;
  /** A whole number from 0 to below - 1. */
  next(below: number): number;
  pick<T>(items: readonly T[]): T;
  shuffle<T>(items: readonly T[]): T[];
};

/** Of a run: HOLDFAST_SEED where it is set; another one each time in full; otherwise one that is fixed, so that a change decides whether tests pass. */
export const firstSeed = (): number => Number(process.env.HOLDFAST_SEED ?? (long ? randomInt(2 ** 30) : 20_261_126));

/** A seeded generator (mulberry32). */
export function chance(seed = firstSeed()): Chance {
  let state = seed >>> 0;
  const next = (below: number): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296) * below);
  };
  return {
    seed,
    next,
    pick: (items) => items[next(items.length)]!,
    shuffle: (items) => {
      const copy = [...items];
      for (let i = copy.length - 1; i > 0; i -= 1) {
        const j = next(i + 1);
        [copy[i], copy[j]] = [copy[j]!, copy[i]!];
      }
      return copy;
    },
  };
}

/** Runs with a seed that a failure names. */
export async function seededRun(name: string, run: (random: Chance) => Promise<void>): Promise<void> {
  const random = chance();
  try {
    await run(random);
  } catch (error) {
    process.stderr.write(`${name} failed; replay it with HOLDFAST_SEED=${random.seed}\n`);
    throw error;
  }
}

/** The summary line of a fault test. */
export function summary(name: string, figures: { readonly [name: string]: number | string }): void {
  const parts = Object.entries(figures).map(([what, figure]) => `${figure} ${what}`);
  process.stdout.write(`faults/${name}: ${parts.join(', ')}\n`);
}
