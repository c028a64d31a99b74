// How good an answer is when the truth is known: pairs of records that were rightly or wrongly put together.

/** Pairwise precision, recall and F1 over the pairs that two clusterings imply (after transitive closure). */
export type PairwiseScore = {
  truePairs: number;
  foundPairs: number;
  rightPairs: number;
  precision: number;
  recall: number;
  f1: number;
};

/** @param truth a label per row; rows with null are left out of both sides */
export function pairwiseScore(found: Int32Array, truth: readonly (string | null)[]): PairwiseScore {
  const both = new Map<string, number>();
  const byFound = new Map<number, number>();
  const byTruth = new Map<string, number>();
  truth.forEach((label, row) => {
    if (label === null) return;
    const cluster = found[row]!;
    byFound.set(cluster, (byFound.get(cluster) ?? 0) + 1);
    byTruth.set(label, (byTruth.get(label) ?? 0) + 1);
    const key = `${cluster}|${label}`;
    both.set(key, (both.get(key) ?? 0) + 1);
  });
  const truePairs = pairsWithin(byTruth);
  const foundPairs = pairsWithin(byFound);
  const rightPairs = pairsWithin(both);
  const precision = foundPairs === 0 ? 1 : rightPairs / foundPairs;
  const recall = truePairs === 0 ? 1 : rightPairs / truePairs;
  const f1 = precision + recall === 0 ? 0 : (2 * precision * recall) / (precision + recall);
  return { truePairs, foundPairs, rightPairs, precision, recall, f1 };
}

function pairsWithin(sizes: Map<unknown, number>): number {
  let pairs = 0;
  for (const size of sizes.values()) pairs += (size * (size - 1)) / 2;
  return pairs;
}
