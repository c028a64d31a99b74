// One start of k-means on the sample: greedy k-means++ (Arthur and Vassilvitskii 2007, with several candidates for each centre as
// scikit-learn draws them), then steps until nothing moves. All by a seed, on rows in a fixed order.

import { Fault } from '../../../core/errors.ts';
import { seededNumbers } from '../seeded.ts';
import { assignRows, freshRows, inertiaOf, Means, squaredDistance } from './kernel.ts';

export const startLimits = { steps: 100 } as const;

export type Start = { readonly at: Float64Array; readonly labels: Uint8Array; readonly inertia: number };

/** @throws {Fault} `not_identifiable` where the sample has fewer than k different rows */
export function startOnce(sample: Float32Array, width: number, k: number, seed: number): Start {
  const rows = sample.length / width;
  const means = new Means(k, seedCentres(sample, width, k, seededNumbers(seed)));
  const state = freshRows(sample, width, false);
  for (let step = 0; step < startLimits.steps; step += 1) {
    const change = assignRows(state, means.centres, 0, rows);
    means.add(change);
    if (change.moved === 0) break;
    means.move();
  }
  assignRows(state, means.centres, 0, rows);
  return { at: means.centres.at, labels: state.labels, inertia: inertiaOf(state, means.centres.at, 0, rows) };
}

function seedCentres(sample: Float32Array, width: number, k: number, random: () => number): Float64Array {
  const rows = sample.length / width;
  const candidates = 2 + Math.floor(Math.log(k));
  const at = new Float64Array(k * width);
  const put = (centre: number, row: number) => at.set(sample.subarray(row * width, (row + 1) * width), centre * width);
  put(0, Math.floor(random() * rows));
  let nearest = distancesTo(sample, width, at, 0, undefined);
  let total = sumOf(nearest);
  for (let centre = 1; centre < k; centre += 1) {
    if (total === 0) throw new Fault('not_identifiable', `clusters: ${k} asked for, and only ${centre} rows differ`);
    let best: { row: number; nearest: Float64Array; total: number } | undefined;
    for (let candidate = 0; candidate < candidates; candidate += 1) {
      const row = drawRow(nearest, random() * total);
      put(centre, row);
      const left = distancesTo(sample, width, at, centre, nearest);
      const leftTotal = sumOf(left);
      if (!best || leftTotal < best.total) best = { row, nearest: left, total: leftTotal };
    }
    put(centre, best!.row);
    nearest = best!.nearest;
    total = best!.total;
  }
  return at;
}

/** The row in which the running sum passes the share, never one of weight 0. */
function drawRow(weights: Float64Array, share: number): number {
  let sum = 0;
  let last = 0;
  for (let row = 0; row < weights.length; row += 1) {
    if (weights[row] === 0) continue;
    sum += weights[row]!;
    last = row;
    if (sum > share) break;
  }
  return last;
}

function distancesTo(
  sample: Float32Array,
  width: number,
  at: Float64Array,
  centre: number,
  nearest: Float64Array | undefined,
): Float64Array {
  return Float64Array.from({ length: sample.length / width }, (_, row) => {
    const distance = squaredDistance(sample, row * width, at, centre * width, width);
    return nearest ? Math.min(nearest[row]!, distance) : distance;
  });
}

const sumOf = (values: Float64Array): number => values.reduce((sum, value) => sum + value, 0);
