// How well a model does once answers are known, beside what its report promised; and whether a challenger does better on the same rows.

import { Fault } from '../../../core/errors.ts';
import { aucDifference, aucInterval, type Difference, type Interval } from '../metrics/auc-interval.ts';
import { logLosses, type PairedLoss, pairedLoss } from '../metrics/paired-loss.ts';
import { expectedCalibrationError } from '../metrics/probability.ts';
import { normalQuantile } from '../numerics/distributions.ts';
import type { Report } from '../training/report.ts';

export const performanceLimits = {
  /** Of each answer. */
  rowsOfEach: 50,
  /** Observed over expected: beyond these the probabilities are off, if it is beyond chance too. */
  ratioLow: 0.8,
  ratioHigh: 1.25,
} as const;

export type Change = {
  readonly before: number;
  readonly now: Interval;
  /** Now less before, with the uncertainty of both. */
  readonly difference: { readonly value: number; readonly low: number; readonly high: number };
  readonly verdict: 'worse' | 'same' | 'better';
};
export type Performance = {
  readonly rows: number;
  readonly positives: number;
  readonly rocAuc: Change;
  readonly logLoss: Change;
  readonly calibration: {
    readonly errorBefore: number;
    readonly errorNow: number;
    /** Positives over the sum of probabilities: 1 where as many came true as were said. */
    readonly observedOverExpected: { readonly value: number; readonly low: number; readonly high: number };
    readonly verdict: 'too low' | 'too high' | 'fits';
  };
};

type Promised = Pick<Report, 'crossValidation'>;

/**
 * @param report of the training: means over folds, and the area's deviation over them
 * @throws {Fault} `too_little_data`
 */
export function performanceOf(report: Promised, scores: ArrayLike<number>, labels: ArrayLike<number>): Performance {
  const positives = checkEnough(labels);
  const { rocAuc, logLoss, calibrationError, rocAucDeviation, folds } = report.crossValidation;
  const losses = logLosses(scores, labels);
  const lossesOfFolds = folds.map((fold) => fold.logLoss);
  return {
    rows: labels.length,
    positives,
    rocAuc: changeOf(rocAuc, rocAucDeviation / Math.sqrt(folds.length), aucInterval(scores, labels), 1),
    logLoss: changeOf(logLoss, deviation(lossesOfFolds) / Math.sqrt(folds.length), meanInterval(losses), -1),
    calibration: calibrationOf(calibrationError, scores, labels, positives),
  };
}

/** @param better 1: more is better, -1: less is */
function changeOf(before: number, errorBefore: number, now: Interval, better: 1 | -1): Change {
  const value = now.value - before;
  const width = normalQuantile(0.975) * Math.hypot(errorBefore, now.standardError);
  const [low, high] = [value - width, value + width];
  const gain = better === 1 ? { least: low, most: high } : { least: -high, most: -low };
  return { before, now, difference: { value, low, high }, verdict: gain.most < 0 ? 'worse' : gain.least > 0 ? 'better' : 'same' };
}

function calibrationOf(
  errorBefore: number,
  scores: ArrayLike<number>,
  labels: ArrayLike<number>,
  positives: number,
): Performance['calibration'] {
  let [expected, variance] = [0, 0];
  for (let row = 0; row < scores.length; row += 1) {
    expected += scores[row]!;
    variance += scores[row]! * (1 - scores[row]!);
  }
  // Of a sum of independent answers with these chances.
  const width = (normalQuantile(0.975) * Math.sqrt(variance)) / expected;
  const value = positives / expected;
  const { ratioLow, ratioHigh } = performanceLimits;
  const sure = Math.abs(value - 1) > width;
  return {
    errorBefore,
    errorNow: expectedCalibrationError({ scores, labels }),
    observedOverExpected: { value, low: value - width, high: value + width },
    verdict: sure && value > ratioHigh ? 'too low' : sure && value < ratioLow ? 'too high' : 'fits',
  };
}

export type Contest = {
  readonly rows: number;
  /** Of the challenger less that of the champion. */
  readonly rocAuc: Difference;
  readonly logLoss: PairedLoss;
  readonly winner: 'challenger' | 'champion';
};

/**
 * The challenger wins where one of the two measures is better beyond chance and the other is not worse beyond chance; else the champion stays.
 * @param champion probabilities of rows that neither model learned from
 * @throws {Fault} `too_little_data`
 */
export function contestOf(champion: ArrayLike<number>, challenger: ArrayLike<number>, labels: ArrayLike<number>): Contest {
  checkEnough(labels);
  const rocAuc = aucDifference(challenger, champion, labels);
  const logLoss = pairedLoss(logLosses(challenger, labels), logLosses(champion, labels));
  const better = rocAuc.low > 0 || logLoss.high < 0;
  const worse = rocAuc.high < 0 || logLoss.low > 0;
  return { rows: labels.length, rocAuc, logLoss, winner: better && !worse ? 'challenger' : 'champion' };
}

function checkEnough(labels: ArrayLike<number>): number {
  const positives = Array.from(labels).reduce<number>((sum, label) => sum + label, 0);
  const least = performanceLimits.rowsOfEach;
  if (Math.min(positives, labels.length - positives) < least)
    throw new Fault(
      'too_little_data',
      `${positives} rows have the answer and ${labels.length - positives} have not; at least ${least} of each are needed`,
    );
  return positives;
}

function meanInterval(values: Float64Array): Interval {
  const mean = values.reduce((sum, each) => sum + each, 0) / values.length;
  const standardError = deviation(values) / Math.sqrt(values.length);
  const width = normalQuantile(0.975) * standardError;
  return { value: mean, standardError, low: mean - width, high: mean + width };
}

function deviation(values: ArrayLike<number>): number {
  const all = Array.from(values);
  const mean = all.reduce((sum, each) => sum + each, 0) / all.length;
  return Math.sqrt(all.reduce((sum, each) => sum + (each - mean) ** 2, 0) / Math.max(1, all.length - 1));
}
