// Harrell's concordance (1982): of two customers of whom one is known to have bought before the other, how often the forecast had them in that order.

import { checkLength } from './scored.ts';

/** Pairs are compared one by one: beyond, a sample says the same. */
export const concordanceLimits = { rows: 20_000 } as const;

/**
 * @param risks larger: sooner
 * @param times until the event; Infinity, or the same last time, where it was not seen
 * @param seen 1 where the event was seen, 0 where the time is only the end of the observation
 * @returns 0.5 for a forecast that says nothing; NaN where no pair can be compared
 * @throws {RangeError} for lengths that differ or too many rows
 */
export function concordance(risks: ArrayLike<number>, times: ArrayLike<number>, seen: ArrayLike<number>): number {
  checkLength('times', times, risks.length);
  checkLength('seen', seen, risks.length);
  if (risks.length > concordanceLimits.rows) throw new RangeError(`rows: expected at most ${concordanceLimits.rows}`);
  let [pairs, right] = [0, 0];
  for (let one = 0; one < risks.length; one += 1) {
    if (seen[one] !== 1) continue;
    for (let other = 0; other < risks.length; other += 1) {
      const later = times[other]! > times[one]! || (times[other] === times[one] && seen[other] === 0);
      if (!later) continue;
      pairs += 1;
      if (risks[one]! > risks[other]!) right += 1;
      else if (risks[one] === risks[other]) right += 0.5;
    }
  }
  return right / pairs;
}
