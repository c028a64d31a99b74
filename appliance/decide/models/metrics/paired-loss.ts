// Whether one model's losses are really below another's on the same rows: the mean of the differences with its own spread, and a sign test that no
// single row can sway.

import { normalCdf, normalQuantile } from '../numerics/distributions.ts';
import { logLossClip } from './probability.ts';
import { checkLength } from './scored.ts';

export type PairedLoss = {
  /** Mean loss of the first less that of the second: below 0 where the first is better. */
  readonly value: number;
  readonly standardError: number;
  readonly low: number;
  readonly high: number;
  /** Two-sided, of no difference, by the normal limit; 1 where all differences are 0. */
  readonly pValue: number;
  /** Rows on which the first lost less, and more; and the two-sided sign test (normal limit, continuity corrected). */
  readonly better: number;
  readonly worse: number;
  readonly signPValue: number;
};

/** @param losses one a row; rows are independent of each other. @throws {RangeError} for lengths that differ or fewer than two rows */
export function pairedLoss(first: ArrayLike<number>, second: ArrayLike<number>, level = 0.95): PairedLoss {
  checkLength('second', second, first.length);
  const rows = first.length;
  if (rows < 2) throw new RangeError(`rows: expected at least 2, got ${rows}`);
  let [sum, better, worse] = [0, 0, 0];
  for (let row = 0; row < rows; row += 1) {
    const difference = first[row]! - second[row]!;
    sum += difference;
    if (difference < 0) better += 1;
    else if (difference > 0) worse += 1;
  }
  const value = sum / rows;
  let squares = 0;
  for (let row = 0; row < rows; row += 1) squares += (first[row]! - second[row]! - value) ** 2;
  const standardError = Math.sqrt(squares / (rows - 1) / rows);
  const width = normalQuantile((1 + level) / 2) * standardError;
  const decided = better + worse;
  const excess = Math.max(0, Math.abs(better - worse) - 1) / Math.sqrt(decided);
  return {
    value,
    standardError,
    low: value - width,
    high: value + width,
    pValue: standardError > 0 ? 2 * normalCdf(-Math.abs(value / standardError)) : value === 0 ? 1 : 0,
    better,
    worse,
    signPValue: decided === 0 ? 1 : Math.min(1, 2 * normalCdf(-excess)),
  };
}

/** -log of what was given to what came true, one a row. */
export function logLosses(probabilities: ArrayLike<number>, labels: ArrayLike<number>): Float64Array {
  checkLength('labels', labels, probabilities.length);
  return Float64Array.from(probabilities, (probability, row) => {
    const given = labels[row] === 1 ? probability : 1 - probability;
    return -Math.log(Math.min(Math.max(given, logLossClip), 1 - logLossClip));
  });
}
