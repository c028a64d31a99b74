// Isotonic regression: the rising step function nearest to what came true, joined by straight lines. It bends to any shape, and so needs
// more rows than Platt's two numbers.

import { checkScored, type Scored } from '../metrics/scored.ts';
import { ascending } from '../numerics/order.ts';
import { plattTargets } from './platt.ts';

export type IsotonicScaling = {
  readonly kind: 'isotonic';
  readonly margins: readonly number[];
  readonly probabilities: readonly number[];
};

/**
 * The sequence that never falls and is nearest to the values in weighted squares, by pooling adjacent violators in one sweep
 * (Ayer et al. 1955; de Leeuw, Hornik and Mair 2009). O(n).
 * @param weights above 0, one a value
 */
export function poolAdjacentViolators(values: ArrayLike<number>, weights: ArrayLike<number>): Float64Array {
  const means = new Float64Array(values.length);
  const masses = new Float64Array(values.length);
  const ends = new Uint32Array(values.length);
  let blocks = 0;
  for (let index = 0; index < values.length; index += 1) {
    let mean = values[index]!;
    let mass = weights[index]!;
    while (blocks > 0 && means[blocks - 1]! >= mean) {
      blocks -= 1;
      mean = (means[blocks]! * masses[blocks]! + mean * mass) / (masses[blocks]! + mass);
      mass += masses[blocks]!;
    }
    means[blocks] = mean;
    masses[blocks] = mass;
    ends[blocks] = index + 1;
    blocks += 1;
  }
  const fitted = new Float64Array(values.length);
  for (let block = 0, from = 0; block < blocks; block += 1) {
    fitted.fill(means[block]!, from, ends[block]!);
    from = ends[block]!;
  }
  return fitted;
}

/**
 * Equal margins are one point with their mean label. Of each block the first and the last margin are kept, which says the same between
 * all of them; rows without weight are left out. Probabilities of exactly 0 and 1 occur: `cautious` narrows them to Platt's targets, as
 * no number of rows makes anything certain.
 * @param scored margins of rows the model was not trained on
 * @throws {RangeError} for margins that are not finite, rows without weight, and as `checkScored`
 */
export function isotonicScaling(scored: Scored, cautious = false): IsotonicScaling {
  checkScored(scored);
  const points = distinct(scored);
  if (points.count === 0) throw new RangeError('rows: expected some with weight');
  const fitted = poolAdjacentViolators(points.rates, points.masses);
  const { low, high } = cautious ? plattTargets(points.positives, points.negatives) : { low: 0, high: 1 };
  const margins: number[] = [];
  const probabilities: number[] = [];
  for (let index = 0; index < points.count; index += 1) {
    const inside = index > 0 && index < points.count - 1;
    if (inside && fitted[index - 1] === fitted[index] && fitted[index + 1] === fitted[index]) continue;
    margins.push(points.margins[index]!);
    probabilities.push(Math.min(high, Math.max(low, fitted[index]!)));
  }
  return { kind: 'isotonic', margins, probabilities };
}

function distinct({ scores, labels, weights }: Scored) {
  const order = ascending(scores);
  const margins = new Float64Array(order.length);
  const masses = new Float64Array(order.length);
  const rates = new Float64Array(order.length);
  let [count, positives, negatives] = [0, 0, 0];
  for (let from = 0, to = 0; from < order.length; from = to) {
    let [mass, found] = [0, 0];
    for (to = from; to < order.length && scores[order[to]!] === scores[order[from]!]; to += 1) {
      const weight = weights ? weights[order[to]!]! : 1;
      mass += weight;
      if (labels[order[to]!] === 1) found += weight;
    }
    if (mass === 0) continue;
    if (!Number.isFinite(scores[order[from]!]!))
      throw new RangeError(`margins: expected finite numbers, got ${scores[order[from]!]}`);
    margins[count] = scores[order[from]!]!;
    masses[count] = mass;
    rates[count] = found / mass;
    count += 1;
    positives += found;
    negatives += mass - found;
  }
  return { margins, masses: masses.subarray(0, count), rates: rates.subarray(0, count), count, positives, negatives };
}
