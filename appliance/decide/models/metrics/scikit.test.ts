import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fixture, near, nearAll } from '../fixtures/testing.ts';
import { aucDifference, aucInterval } from './auc-interval.ts';
import { auc, averagePrecision, kolmogorovSmirnov, precisionRecallCurve, rocCurve } from './curves.ts';
import { twoSampleKs } from './drift.ts';
import { brierScore, calibrationCurve, logLoss } from './probability.ts';
import { pinballLoss, regressionMeasures } from './regression.ts';
import { rank } from './scored.ts';
import { confusionAt, measuresOf } from './threshold.ts';

type ScoredCase = {
  scores: number[];
  labels: number[];
  weights: number[] | null;
  auc: number;
  roc: { fpr: number[]; tpr: number[] };
  precisionRecall: { precision: number[]; recall: number[] };
  averagePrecision: number;
  logLoss: number;
  brier: number;
  calibration: { observed: number[]; said: number[] } | null;
  threshold: number;
  confusion: [number, number, number, number];
  precision: number;
  recall: number;
  f1: number;
  mcc: number;
  accuracy: number;
  ks: number | null;
};

const expected = fixture<{
  scored: ScoredCase[];
  certain: { scores: number[]; labels: number[]; logLoss: number };
  regression: {
    actuals: number[];
    predictions: number[];
    weights: number[];
    rmse: number;
    mae: number;
    r2: number;
    pinball: { [quantile: string]: number };
  };
  delong: {
    labels: number[];
    one: number[];
    two: number[];
    areas: [number, number];
    errors: [number, number];
    differenceError: number;
    pValue: number;
  };
  drift: { one: number[]; two: number[]; statistic: number; pValue: number };
}>('metrics');

/** Ours and theirs add the same numbers in another order. */
const rounding = 1e-12;

expected.scored.forEach((each, index) => {
  const scored = { scores: each.scores, labels: each.labels, ...(each.weights ? { weights: each.weights } : {}) };
  const ranking = rank(scored);

  test(`scikit-learn's curves, case ${index}`, () => {
    near(auc(ranking), each.auc, rounding, 'auc');
    const roc = rocCurve(ranking);
    nearAll(roc.falsePositiveRate, each.roc.fpr, rounding, 'fpr');
    nearAll(roc.truePositiveRate, each.roc.tpr, rounding, 'tpr');
    const curve = precisionRecallCurve(ranking);
    nearAll(curve.precision, each.precisionRecall.precision, rounding, 'precision');
    nearAll(curve.recall, each.precisionRecall.recall, rounding, 'recall');
    near(averagePrecision(ranking), each.averagePrecision, rounding, 'average precision');
    if (each.ks !== null) near(kolmogorovSmirnov(ranking).statistic, each.ks, rounding, 'ks');
  });

  test(`scikit-learn's losses and calibration curve, case ${index}`, () => {
    near(logLoss(scored), each.logLoss, rounding, 'log-loss');
    near(brierScore(scored), each.brier, rounding, 'brier');
    if (!each.calibration) return;
    const bins = calibrationCurve(scored);
    nearAll(
      bins.map(({ observedRate }) => observedRate),
      each.calibration.observed,
      rounding,
      'observed',
    );
    nearAll(
      bins.map(({ meanProbability }) => meanProbability),
      each.calibration.said,
      rounding,
      'said',
    );
  });

  test(`scikit-learn's measures of a threshold, case ${index}`, () => {
    const confusion = confusionAt(scored, each.threshold);
    const { trueNegatives, falsePositives, falseNegatives, truePositives } = confusion;
    nearAll([trueNegatives, falsePositives, falseNegatives, truePositives], each.confusion, rounding, 'confusion');
    const measures = measuresOf(confusion);
    for (const name of ['precision', 'recall', 'f1', 'mcc', 'accuracy'] as const)
      near(measures[name], each[name], rounding, name);
  });
});

test('probabilities of 0 and 1 are clipped as scikit-learn does', () => {
  near(logLoss(expected.certain), expected.certain.logLoss, 1e-12, 'log-loss');
});

test('scikit-learn’s measures of numbers', () => {
  const { rmse, mae, r2, pinball, ...predicted } = expected.regression;
  const measures = regressionMeasures(predicted);
  near(measures.rmse, rmse, rounding, 'rmse');
  near(measures.mae, mae, rounding, 'mae');
  near(measures.r2, r2, rounding, 'r2');
  for (const [quantile, loss] of Object.entries(pinball))
    near(pinballLoss(predicted, Number(quantile)), loss, rounding, quantile);
  assert.ok(Number.isNaN(regressionMeasures({ predictions: [1, 2], actuals: [3, 3] }).r2));
});

test('DeLong by ranks is DeLong by all pairs', () => {
  const { labels, one, two, areas, errors, differenceError, pValue } = expected.delong;
  for (const [index, scores] of [one, two].entries()) {
    const interval = aucInterval(scores, labels);
    near(interval.value, areas[index]!, rounding, 'auc');
    near(interval.standardError, errors[index]!, rounding, 'error');
    near(interval.high, Math.min(1, areas[index]! + 1.959963984540054 * errors[index]!), rounding, 'high');
  }
  const difference = aucDifference(one, two, labels);
  near(difference.value, areas[0] - areas[1], rounding, 'difference');
  near(difference.standardError, differenceError, rounding, 'error of the difference');
  near(difference.pValue, pValue, 1e-11, 'p');
  assert.equal(aucDifference(one, one, labels).pValue, 1);
});

test('SciPy’s two-sample Kolmogorov-Smirnov', () => {
  const ks = twoSampleKs(expected.drift.one, [...expected.drift.two, Number.NaN]);
  near(ks.statistic, expected.drift.statistic, rounding, 'statistic');
  near(ks.pValue, expected.drift.pValue, rounding, 'p');
});
