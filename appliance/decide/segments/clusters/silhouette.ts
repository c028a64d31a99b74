// The silhouette of clusters (Rousseeuw 1987), in full over a sample: every row of it against every other, not against centres only. The
// simplified form with centres is cheaper, yet it leaves out how wide a cluster is, which is what tells one cluster too many.

import { squaredDistance } from './kernel.ts';

/**
 * @param sample rows x width by rows
 * @param labelings several clusterings of these rows, all judged in one pass over the distances
 * @returns for each clustering the silhouettes of rows `from` to `to`, from -1 to 1; 0 for a row alone in its cluster
 */
export function silhouettes(
  sample: Float32Array,
  width: number,
  labelings: readonly { readonly k: number; readonly labels: Uint8Array }[],
  from: number,
  to: number,
): Float64Array[] {
  const rows = sample.length / width;
  const counts = labelings.map(({ k, labels }) => {
    const count = new Float64Array(k);
    for (let row = 0; row < rows; row += 1) count[labels[row]!]! += 1;
    return count;
  });
  const results = labelings.map(() => new Float64Array(to - from));
  const distances = new Float64Array(rows);
  for (let row = from; row < to; row += 1) {
    for (let other = 0; other < rows; other += 1) {
      distances[other] = Math.sqrt(squaredDistance(sample, row * width, sample, other * width, width));
    }
    labelings.forEach(({ k, labels }, which) => {
      const sums = new Float64Array(k);
      for (let other = 0; other < rows; other += 1) sums[labels[other]!]! += distances[other]!;
      results[which]![row - from] = silhouetteOf(sums, counts[which]!, labels[row]!);
    });
  }
  return results;
}

function silhouetteOf(sums: Float64Array, counts: Float64Array, own: number): number {
  if (counts[own]! <= 1) return 0;
  const within = sums[own]! / (counts[own]! - 1);
  let nearest = Number.POSITIVE_INFINITY;
  for (let other = 0; other < sums.length; other += 1) {
    if (other !== own && counts[other]! > 0) nearest = Math.min(nearest, sums[other]! / counts[other]!);
  }
  const larger = Math.max(within, nearest);
  return Number.isFinite(nearest) && larger > 0 ? (nearest - within) / larger : 0;
}
