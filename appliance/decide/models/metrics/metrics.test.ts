import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { near, nearAll, type Row, rowsWithTies, scoredOf } from '../fixtures/testing.ts';
import { drawsOf } from '../numerics/chance.ts';
import { aucInterval, bootstrapAuc, bootstrapAucDifference } from './auc-interval.ts';
import { auc, averagePrecision, kolmogorovSmirnov, precisionRecallCurve, rocCurve } from './curves.ts';
import { gainTable } from './gain.ts';
import { brierScore, calibrationCurve, expectedCalibrationError, logLoss } from './probability.ts';
import { rank, thinned } from './scored.ts';
import { cheapestThreshold, confusionAt, measuresOf } from './threshold.ts';

/** Mann and Whitney's own count: every pair. */
function pairs(rows: readonly Row[]): number {
  let [won, all] = [0, 0];
  for (const positive of rows.filter(({ label }) => label === 1)) {
    for (const negative of rows.filter(({ label }) => label === 0)) {
      const weight = positive.weight * negative.weight;
      all += weight;
      won += weight * (positive.score > negative.score ? 1 : positive.score === negative.score ? 0.5 : 0);
    }
  }
  return won / all;
}

test('AUC counts pairs, ties half, by weight', () => {
  fc.assert(
    fc.property(rowsWithTies, (rows) => {
      near(auc(rank(scoredOf(rows))), pairs(rows), 1e-12, 'auc');
    }),
  );
});

test('no metric depends on the order of rows, and a weight is so many rows', () => {
  const all = (rows: readonly Row[], weighted: boolean): number[] => {
    const scored = scoredOf(rows, weighted);
    const ranking = rank(scored);
    const gain = gainTable(ranking, 4).flatMap(({ positives, lift, cumulativeGain }) => [positives, lift, cumulativeGain]);
    const bins = (['width', 'mass'] as const).map((binning) => expectedCalibrationError(scored, 5, binning));
    const { threshold, cost, acted } = cheapestThreshold(scored, { falsePositive: 2, falseNegative: 3 });
    const { statistic } = kolmogorovSmirnov(ranking);
    return [
      auc(ranking),
      averagePrecision(ranking),
      statistic,
      logLoss(scored),
      brierScore(scored),
      threshold,
      cost,
      acted,
      ...bins,
      ...gain,
    ];
  };
  fc.assert(
    fc.property(rowsWithTies, (rows) => {
      const turned = rows.toReversed();
      nearAll(all(turned, true), all(rows, true), 1e-9, 'turned');
      const repeated = rows.flatMap((row) => Array.from({ length: row.weight }, () => row));
      nearAll(all(repeated, false), all(rows, true), 1e-9, 'repeated');
    }),
  );
});

test('rows without weight change nothing; of equal gaps KS names the highest threshold', () => {
  const [scores, labels] = [
    [3, 2, 1, 0],
    [1, 0, 1, 0],
  ];
  const ranking = rank({ scores, labels });
  assert.deepEqual(kolmogorovSmirnov(ranking), { statistic: 0.5, threshold: 3 });
  const padded = { scores: [9, ...scores, 2], labels: [1, ...labels, 1], weights: [0, 1, 1, 1, 1, 0] };
  assert.equal(averagePrecision(rank(padded)), averagePrecision(ranking));
  assert.equal(auc(rank(padded)), auc(ranking));
  const certain = { scores: [0, 0.5], labels: [1, 1], weights: [0, 2] };
  assert.equal(logLoss(certain), Math.log(2));
});

test('curves begin and end where they should, and their area is the AUC', () => {
  fc.assert(
    fc.property(rowsWithTies, (rows) => {
      const ranking = rank(scoredOf(rows));
      const { falsePositiveRate: x, truePositiveRate: y, thresholds } = rocCurve(ranking);
      assert.deepEqual([x[0], y[0], thresholds[0]], [0, 0, Number.POSITIVE_INFINITY]);
      assert.deepEqual([x.at(-1), y.at(-1)], [1, 1]);
      let area = 0;
      for (let point = 1; point < x.length; point += 1) area += ((x[point]! - x[point - 1]!) * (y[point]! + y[point - 1]!)) / 2;
      near(area, auc(ranking), 1e-12, 'area');
      const { precision, recall } = precisionRecallCurve(ranking);
      assert.deepEqual([precision[0], recall[0], recall.at(-1)], [1, 0, 1]);
    }),
  );
});

test('one class alone has no AUC; wrong data is refused at the door', () => {
  assert.ok(Number.isNaN(auc(rank({ scores: [1, 2], labels: [1, 1] }))));
  assert.ok(Number.isNaN(kolmogorovSmirnov(rank({ scores: [1, 2], labels: [0, 0] })).statistic));
  assert.throws(() => rank({ scores: [1, 2], labels: [0] }), /labels: expected 2/);
  assert.throws(() => rank({ scores: [1], labels: [2] }), /expected 0 or 1, got 2/);
  assert.throws(() => rank({ scores: [Number.NaN], labels: [1] }), /NaN/);
  assert.throws(() => rank({ scores: [1], labels: [1], weights: [-1] }), /weights/);
  assert.throws(() => logLoss({ scores: [1.5], labels: [1] }), /probabilities/);
  assert.throws(() => aucInterval([1, 2, 3], [0, 0, 1]), /two rows of each/);
});

test('the cheapest threshold is the one that trying all finds', () => {
  const cost = fc.integer({ min: 0, max: 9 });
  fc.assert(
    fc.property(rowsWithTies, cost, cost, fc.boolean(), (rows, falsePositive, falseNegative, valued) => {
      const values = rows.map(({ score, weight }) => (valued ? 1 + ((weight * 7 + score * 24) % 5) : 1));
      const scored = scoredOf(rows);
      const found = cheapestThreshold(scored, { falsePositive, falseNegative, ...(valued ? { values } : {}) });
      const costAt = (threshold: number) =>
        rows.reduce((sum, { score, label, weight }, row) => {
          if (score >= threshold) return sum + (label === 0 ? weight * falsePositive : 0);
          return sum + (label === 1 ? weight * falseNegative * values[row]! : 0);
        }, 0);
      const tried = [Number.POSITIVE_INFINITY, ...new Set(rows.map(({ score }) => score))].sort((a, b) => b - a);
      const costs = tried.map(costAt);
      near(found.cost, Math.min(...costs), 1e-9, 'cost');
      assert.equal(found.threshold, tried[costs.indexOf(Math.min(...costs))]);
      near(found.costOfNobody, costs[0]!, 1e-9, 'nobody');
      near(found.costOfEverybody, costs.at(-1)!, 1e-9, 'everybody');
    }),
  );
});

test('MCC is the correlation of call and label', () => {
  const { mcc, specificity } = measuresOf(confusionAt({ scores: [0.9, 0.8, 0.4, 0.3, 0.6], labels: [1, 1, 1, 0, 0] }, 0.5));
  near(mcc, (2 * 1 - 1 * 1) / Math.sqrt(3 * 3 * 2 * 2), 1e-15, 'mcc');
  near(specificity, 0.5, 1e-15, 'specificity');
  assert.equal(measuresOf(confusionAt({ scores: [1], labels: [1] }, 0)).mcc, 0);
  assert.equal(confusionAt({ scores: [0.5], labels: [1] }, 0.5).truePositives, 1, 'a score at the threshold is acted on');
});

test('gain: parts are even, ties are shared, and everything is found at the end', () => {
  const table = gainTable(rank({ scores: [4, 3, 3, 3, 1, 0, 0, 0], labels: [1, 1, 0, 0, 1, 0, 0, 0] }), 4);
  nearAll(
    table.map(({ positives }) => positives),
    [1 + 1 / 3, 2 / 3, 1, 0],
    1e-12,
    'positives',
  );
  nearAll(
    table.map(({ cumulativeGain }) => cumulativeGain),
    [4 / 9, 2 / 3, 1, 1],
    1e-12,
    'gain',
  );
  near(table[0]!.lift, (4 / 3 / 2) * (8 / 3), 1e-12, 'lift');
  fc.assert(
    fc.property(rowsWithTies, fc.integer({ min: 1, max: 12 }), (rows, parts) => {
      const ranking = rank(scoredOf(rows));
      const some = gainTable(ranking, parts);
      near(
        some.reduce((sum, { positives }) => sum + positives, 0),
        ranking.positives,
        1e-9,
        'all',
      );
      assert.equal(some.at(-1)!.cumulativeGain, 1);
      for (const { rate } of some) assert.ok(rate > -1e-9 && rate < 1 + 1e-9, `rate ${rate}`);
    }),
  );
});

test('calibration: by width and by mass; equal probabilities stay together', () => {
  const scored = { scores: [0.05, 0.15, 0.15, 0.95, 1], labels: [0, 0, 1, 1, 1] };
  const bins = calibrationCurve(scored, 10);
  assert.deepEqual(
    bins.map(({ rows }) => rows),
    [1, 2, 2],
  );
  near(expectedCalibrationError(scored, 10), (0.05 + 2 * 0.35 + 2 * 0.025) / 5, 1e-12, 'ece');
  const even = calibrationCurve(
    { scores: Float64Array.from({ length: 100 }, (_, row) => row / 100), labels: new Uint8Array(100) },
    4,
    'mass',
  );
  assert.deepEqual(
    even.map(({ rows }) => rows),
    [25, 25, 25, 25],
  );
  assert.equal(calibrationCurve({ scores: [0.5, 0.5, 0.5], labels: [1, 0, 1] }, 10, 'mass').length, 1);
});

test('the bootstrap and DeLong agree; the bootstrap repeats from its seed and knows a difference', () => {
  const draw = drawsOf(17, 'rows');
  const unit = () => draw() / 2 ** 32;
  const labels = Array.from({ length: 400 }, () => (unit() < 0.4 ? 1 : 0));
  const good = labels.map((label) => Math.round(10 * (label * 0.5 + unit())));
  const bad = labels.map(() => unit());
  const delong = aucInterval(good, labels);
  const options = { seed: 4, replicates: 2000 };
  const bootstrap = bootstrapAuc({ scores: good, labels }, options);
  assert.deepEqual(bootstrapAuc({ scores: good, labels }, options), bootstrap);
  near(bootstrap.value, delong.value, 1e-12, 'value');
  near(bootstrap.standardError / delong.standardError, 1, 0.1, 'error');
  near(bootstrap.low, delong.low, 0.01, 'low');
  near(bootstrap.high, delong.high, 0.01, 'high');
  const difference = bootstrapAucDifference({ scores: good, labels }, bad, options);
  assert.ok(difference.low > 0 && difference.pValue === 1 / 2000);
  assert.equal(bootstrapAucDifference({ scores: good, labels }, good, options).pValue, 1);
  assert.throws(() => bootstrapAuc({ scores: good, labels }, { seed: 1, replicates: 1e6 }), /at most 500000 for 400/);
});

test('a picture of a curve keeps both ends', () => {
  assert.deepEqual([...thinned(3, 10)], [0, 1, 2]);
  const points = thinned(1_000_001, 5);
  assert.deepEqual([...points], [0, 250_000, 500_000, 750_000, 1_000_000]);
});
