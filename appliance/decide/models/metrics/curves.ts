// How well scores put positives before negatives, whatever the threshold: ROC and its area, precision against recall, Kolmogorov-Smirnov.
// Numbers are NaN where a class is missing, since they are not defined there.

import type { Ranking } from './scored.ts';

/** Points from (0, 0), threshold Infinity, to (1, 1), one for each distinct score. */
export type RocCurve = {
  readonly thresholds: Float64Array;
  readonly falsePositiveRate: Float64Array;
  readonly truePositiveRate: Float64Array;
};

export function rocCurve({ thresholds, truePositives, falsePositives, positives, negatives }: Ranking): RocCurve {
  return {
    thresholds: withFirst(thresholds, Number.POSITIVE_INFINITY),
    falsePositiveRate: withFirst(falsePositives, 0, negatives),
    truePositiveRate: withFirst(truePositives, 0, positives),
  };
}

/**
 * Area under the ROC curve: the chance that a positive's score is above a negative's, ties counted half (Mann and Whitney 1947), each
 * pair weighing the product of its weights. NaN without both classes.
 */
export function auc({ truePositives, falsePositives, positives, negatives }: Ranking): number {
  let area = 0;
  let above = 0;
  let passed = 0;
  for (let step = 0; step < truePositives.length; step += 1) {
    area += (falsePositives[step]! - passed) * (above + truePositives[step]!);
    above = truePositives[step]!;
    passed = falsePositives[step]!;
  }
  return area / 2 / (positives * negatives);
}

/** Points by rising recall; the first is recall 0 and precision 1, threshold Infinity, by convention. */
export type PrecisionRecallCurve = {
  readonly thresholds: Float64Array;
  readonly precision: Float64Array;
  readonly recall: Float64Array;
};

export function precisionRecallCurve(ranking: Ranking): PrecisionRecallCurve {
  const { thresholds, truePositives, falsePositives, positives } = ranking;
  const precision = new Float64Array(thresholds.length + 1).fill(1);
  for (let step = 0; step < thresholds.length; step += 1) {
    precision[step + 1] = truePositives[step]! / (truePositives[step]! + falsePositives[step]!);
  }
  return {
    thresholds: withFirst(thresholds, Number.POSITIVE_INFINITY),
    precision,
    recall: withFirst(truePositives, 0, positives),
  };
}

/** Precision at each threshold, weighed by how much recall it adds: no interpolation, which flatters (Davis and Goadrich 2006). */
export function averagePrecision({ truePositives, falsePositives, positives }: Ranking): number {
  let sum = 0;
  let before = 0;
  for (let step = 0; step < truePositives.length; step += 1) {
    const found = truePositives[step]!;
    if (found > before) sum += ((found - before) * found) / (found + falsePositives[step]!);
    before = found;
  }
  return sum / positives;
}

/** The largest gap between the two classes' shares at or above a threshold, and the highest threshold that has it. */
export function kolmogorovSmirnov(ranking: Ranking): { statistic: number; threshold: number } {
  const { thresholds, truePositives, falsePositives, positives, negatives } = ranking;
  if (!(positives > 0 && negatives > 0)) return { statistic: Number.NaN, threshold: Number.NaN };
  let statistic = 0;
  let threshold = Number.POSITIVE_INFINITY;
  for (let step = 0; step < thresholds.length; step += 1) {
    const gap = Math.abs(truePositives[step]! / positives - falsePositives[step]! / negatives);
    if (gap <= statistic) continue;
    statistic = gap;
    threshold = thresholds[step]!;
  }
  return { statistic, threshold };
}

function withFirst(values: Float64Array, first: number, whole = 1): Float64Array {
  const points = new Float64Array(values.length + 1);
  points[0] = first;
  for (let index = 0; index < values.length; index += 1) points[index + 1] = values[index]! / whole;
  return points;
}
