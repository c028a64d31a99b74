// Figures and curves of scores beside what came true, as a report holds them.

import { auc, averagePrecision, precisionRecallCurve, rocCurve } from '../metrics/curves.ts';
import { gainTable } from '../metrics/gain.ts';
import { brierScore, calibrationCurve, expectedCalibrationError, logLoss } from '../metrics/probability.ts';
import { rank, type Scored, thinned } from '../metrics/scored.ts';
import { confusionAt, measuresOf } from '../metrics/threshold.ts';
import type { Confusion, CurvePoint, Figures, FoldFigures, Report } from './report.ts';

/** Points of a curve in a report. */
const curvePoints = 200;
const deciles = 10;

export function figuresOf(scored: Scored): Figures {
  const ranking = rank(scored);
  return {
    rocAuc: auc(ranking),
    logLoss: logLoss(scored),
    calibrationError: expectedCalibrationError(scored),
    averagePrecision: averagePrecision(ranking),
    brier: brierScore(scored),
  };
}

export function foldFigures(scored: Scored): FoldFigures {
  const positives = Array.from(scored.labels).reduce((sum, label) => sum + label, 0);
  return { ...figuresOf(scored), rows: scored.scores.length, positives };
}

/** Means over folds; the calibration error of all scores together, since a tenth of a fold is few rows. */
export function meanFigures(folds: readonly Figures[], all: Scored): Figures {
  const mean = (of: (figures: Figures) => number) => folds.reduce((sum, one) => sum + of(one), 0) / folds.length;
  return {
    rocAuc: mean((one) => one.rocAuc),
    logLoss: mean((one) => one.logLoss),
    calibrationError: expectedCalibrationError(all),
    averagePrecision: mean((one) => one.averagePrecision),
    brier: mean((one) => one.brier),
  };
}

export function curvesOf(scored: Scored): Report['curves'] {
  const ranking = rank(scored);
  const roc = rocCurve(ranking);
  const recall = precisionRecallCurve(ranking);
  const points = (thresholds: Float64Array, xs: Float64Array, ys: Float64Array): CurvePoint[] =>
    Array.from(thinned(thresholds.length, curvePoints), (at) => ({
      x: xs[at]!,
      y: ys[at]!,
      threshold: Math.min(1, thresholds[at]!),
    }));
  return {
    roc: points(roc.thresholds, roc.falsePositiveRate, roc.truePositiveRate),
    precisionRecall: points(recall.thresholds, recall.recall, recall.precision),
    calibration: calibrationCurve(scored).map(({ lowest, highest, meanProbability, observedRate, rows }) => ({
      from: lowest,
      to: highest,
      rows,
      meanScore: meanProbability,
      positiveRate: observedRate,
    })),
    lift: gainTable(ranking, deciles).map(({ part, weight, positives, lift, cumulativeGain }) => ({
      decile: part,
      rows: weight,
      positives,
      lift,
      gain: cumulativeGain,
    })),
  };
}

export function confusionOf(scored: Scored, threshold: number): Confusion {
  const confusion = confusionAt(scored, threshold);
  const { truePositives, falsePositives, trueNegatives, falseNegatives } = confusion;
  const { precision, recall, f1 } = measuresOf(confusion);
  return {
    threshold,
    truePositives,
    falsePositives,
    trueNegatives,
    falseNegatives,
    precision: orZero(precision),
    recall: orZero(recall),
    f1: orZero(f1),
  };
}

/** Nobody selected: nothing found, and no figure that JSON cannot say. */
const orZero = (value: number): number => (Number.isNaN(value) ? 0 : value);
