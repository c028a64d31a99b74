// Where merging begins and where reviewing begins, from the chances themselves: no truth is needed to expect how many pairs of
// a choice are right, and how many are left behind.

export type Thresholds = {
  /** From this probability on, two records are taken for one person. */
  merge: number;
  /** From here up to `merge`, a person should look. Below, nothing is done. */
  review: number;
};

export type Expected = { matches: number; precision: number; recall: number; f1: number };

/** What may stay below the review threshold, as a share of the expected matches. */
const leftBehind = 0.005;
const bounds = { merge: [0.4, 0.9], review: 0.05 } as const;

/**
 * The merge threshold is where the expected F1 is largest: for calibrated chances that is half of the F1 reached there
 * (Lipton, Elkan and Naryanaswamy, "Optimal Thresholding of Classifiers to Maximize F1 Measure", 2014).
 * @param probabilities of all pairs that may matter, in any order
 */
export function chooseThresholds(probabilities: ArrayLike<number>): { thresholds: Thresholds; expected: Expected } {
  const sorted = Float64Array.from(probabilities).sort().reverse();
  let matches = 0;
  for (const p of sorted) matches += p;
  let right = 0;
  let best: Expected = { matches, precision: 1, recall: 0, f1: 0 };
  let merge: number = bounds.merge[0];
  for (let k = 0; k < sorted.length; k++) {
    right += sorted[k]!;
    const f1 = (2 * right) / (k + 1 + matches);
    if (f1 > best.f1) {
      best = { matches, precision: right / (k + 1), recall: right / matches, f1 };
      merge = sorted[k]!;
    }
  }
  merge = Math.min(bounds.merge[1], Math.max(bounds.merge[0], Math.min(merge, best.f1 / 2)));
  let below = matches;
  let review = merge;
  for (const p of sorted) {
    below -= p;
    review = Math.min(merge, p);
    if (p < merge && (below <= leftBehind * matches || p < bounds.review)) break;
  }
  return { thresholds: { merge, review: Math.max(bounds.review, review) }, expected: best };
}
