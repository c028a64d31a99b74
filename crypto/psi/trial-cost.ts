// What it costs a partner, who has the key of a salted hash, to try every value there can be. Said before people choose that mode.
//
// Read it as the longest it takes, not the shortest: the rate is what this program reaches on this machine, and who means it hashes on
// graphics cards, many times faster. Stretching by scrypt narrows that gap, as it needs memory for every guess.

import { hashItems, type Stretch } from './keyed-hash.ts';

/**
 * Mobile numbers of mainland China have 11 digits: 1, two digits that make the prefix (of those from 100 to 199), and 8 digits free, so
 * 10^8 to a prefix. All prefixes together give 10^10, more than can exist; those that begin with 13 to 19, as all in use do, 7 x 10^9.
 * E-mail addresses cannot be counted through, but lists of leaked ones can: take their length as the space.
 */
export const mobileNumbers = { aPrefix: 1e8, ceiling: 1e10, plausible: 7e9 } as const;

export type TrialCost = {
  /** For the whole space; on average half of it finds one given value. But all tokens of a list are found in the same pass. */
  readonly allS: number;
  readonly averageS: number;
  /** 32-byte tokens of the whole space, for who would rather keep them than search once. */
  readonly tableBytes: number;
};

/** @param of.space how many values there can be  @param of.perTryS seconds for one, on one thread  @param of.threads at once */
export function trialCost(of: { space: number; perTryS: number; threads: number }): TrialCost {
  const { space, perTryS, threads } = of;
  if (!(space >= 0 && Number.isFinite(space))) throw new RangeError(`space: expected a number from 0, got ${space}`);
  if (!(perTryS > 0 && Number.isFinite(perTryS))) throw new RangeError(`perTryS: expected seconds above 0, got ${perTryS}`);
  if (!Number.isInteger(threads) || threads < 1) throw new RangeError(`threads: expected at least 1, got ${threads}`);
  const allS = (space * perTryS) / threads;
  return { allS, averageS: allS / 2, tableBytes: space * 32 };
}

/** Numbers hashed before the clock is looked at again. */
const batch = { plain: 4096, stretched: 1 } as const;

/**
 * Hashes made-up phone numbers until the time is over, on the thread that calls.
 * @param clockMs milliseconds from any beginning  @param forMs how long to measure; with stretching at least one try is made
 * @returns seconds for one try, to be given to trialCost()
 */
export function measureRate(clockMs: () => number, forMs = 200, stretch?: Stretch): { perTryS: number; tries: number } {
  const key = Buffer.alloc(32, 1);
  const size = stretch ? batch.stretched : batch.plain;
  const items = Array.from({ length: size }, (_, index) => `phone:+86138${String(index).padStart(8, '0')}`);
  const options = stretch ? { stretch } : {};
  // Once outside the clock: the first round also compiles.
  hashItems(items, key, options);
  const startMs = clockMs();
  let tries = 0;
  let tookMs = 0;
  for (let round = 0; round === 0 || (tookMs < forMs && round < roundsMax); round += 1) {
    hashItems(items, key, options);
    tries += size;
    tookMs = clockMs() - startMs;
  }
  // A clock too coarse to see one round would give no time at all.
  return { perTryS: Math.max(tookMs, 1e-3) / 1000 / tries, tries };
}

/** A clock that stands still ends here. */
const roundsMax = 1024;
