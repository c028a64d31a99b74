// Lift and cumulative gain: how many of the positives are found when only the best part of the list is worked through. A campaign's own table.

import type { Ranking } from './scored.ts';

/** One part of the list, best scores first. Weights are of rows; without weights they are counts, fractions of a tied group included. */
export type GainRow = {
  /** 1 is the best part. */
  readonly part: number;
  readonly weight: number;
  readonly positives: number;
  /** Positives by weight of this part, and that over the whole list's rate. */
  readonly rate: number;
  readonly lift: number;
  /** Share of the list up to and with this part, of all positives found in it, and its lift. */
  readonly cumulativeShare: number;
  readonly cumulativeGain: number;
  readonly cumulativeLift: number;
  /** The lowest score that is still in this part. */
  readonly lowestScore: number;
};

/**
 * Parts of equal weight. Where equal scores straddle a border they are divided in proportion, so that row order changes nothing.
 * Gains and lifts are NaN without positives.
 * @throws {RangeError} for fewer than one part or a list without weight
 */
export function gainTable(ranking: Ranking, parts = 10): GainRow[] {
  if (!(Number.isSafeInteger(parts) && parts > 0)) throw new RangeError(`parts: expected a whole number above 0, got ${parts}`);
  const { thresholds, truePositives, falsePositives, positives, negatives } = ranking;
  const total = positives + negatives;
  if (!(total > 0)) throw new RangeError('ranking: expected rows with weight');
  const table: GainRow[] = [];
  let step = 0;
  let foundBefore = 0;
  for (let part = 1; part <= parts; part += 1) {
    const goal = part === parts ? total : (total * part) / parts;
    while (step < thresholds.length - 1 && truePositives[step]! + falsePositives[step]! < goal) step += 1;
    const stepFound = step === 0 ? 0 : truePositives[step - 1]!;
    const stepPassed = step === 0 ? 0 : stepFound + falsePositives[step - 1]!;
    const stepWeight = truePositives[step]! + falsePositives[step]! - stepPassed;
    const inside = stepWeight > 0 ? Math.min(1, Math.max(0, (goal - stepPassed) / stepWeight)) : 1;
    const found = part === parts ? positives : stepFound + inside * (truePositives[step]! - stepFound);
    const weight = total / parts;
    const overall = positives / total;
    table.push({
      part,
      weight,
      positives: found - foundBefore,
      rate: (found - foundBefore) / weight,
      lift: (found - foundBefore) / weight / overall,
      cumulativeShare: part / parts,
      cumulativeGain: found / positives,
      cumulativeLift: found / positives / (part / parts),
      lowestScore: thresholds[step]!,
    });
    foundBefore = found;
  }
  return table;
}
