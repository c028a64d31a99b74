import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { fixture, near, nearAll, rowsWithTies, scoredOf } from '../fixtures/testing.ts';
import { logLoss } from '../metrics/probability.ts';
import { drawsOf } from '../numerics/chance.ts';
import { calibrate, logistic, uncalibrated } from './calibrate.ts';
import { chooseCalibration } from './choose.ts';
import { isotonicScaling, poolAdjacentViolators } from './isotonic.ts';
import { plattScaling, plattTargets } from './platt.ts';

type Case = {
  margins: number[];
  labels: number[];
  weights: number[] | null;
  platt: { a: number; b: number };
  plattExact: { a: number; b: number };
  probes: number[];
  sigmoid: number[];
  isotonic: { margins: number[]; probabilities: number[]; atProbes: number[] };
};
const { cases } = fixture<{ cases: Case[] }>('calibration');

cases.forEach((each, index) => {
  const scored = { scores: each.margins, labels: each.labels, ...(each.weights ? { weights: each.weights } : {}) };

  test(`Platt: scikit-learn's to what it stops at (1e-4), the optimum to 1e-9, case ${index}`, () => {
    const ours = plattScaling(scored);
    near(ours.a, each.platt.a, 1e-4, 'a');
    near(ours.b, each.platt.b, 1e-4, 'b');
    near(ours.a, each.plattExact.a, 1e-9, 'exact a');
    near(ours.b, each.plattExact.b, 1e-9, 'exact b');
    nearAll(
      each.probes.map((margin) => calibrate(ours, margin)),
      each.sigmoid,
      1e-4,
      'CalibratedClassifierCV',
    );
  });

  test(`isotonic: scikit-learn's points and what lies between them, to 1e-12, case ${index}`, () => {
    const ours = isotonicScaling(scored);
    nearAll(ours.margins, each.isotonic.margins, 1e-12, 'margins');
    nearAll(ours.probabilities, each.isotonic.probabilities, 1e-12, 'probabilities');
    nearAll(
      each.probes.map((margin) => calibrate(ours, margin)),
      each.isotonic.atProbes,
      1e-12,
      'probes',
    );
  });
});

/** Of all ways to cut a sequence into blocks whose means rise, the one nearest in weighted squares. */
function nearestRising(values: readonly number[], weights: readonly number[]): number[] {
  let best: { cost: number; fitted: number[] } = { cost: Number.POSITIVE_INFINITY, fitted: [] };
  for (let cuts = 0; cuts < 2 ** (values.length - 1); cuts += 1) {
    const fitted: number[] = [];
    let from = 0;
    for (let to = 1; to <= values.length; to += 1) {
      if (to < values.length && ((cuts >> (to - 1)) & 1) === 0) continue;
      let [mass, sum] = [0, 0];
      for (let at = from; at < to; at += 1) {
        mass += weights[at]!;
        sum += weights[at]! * values[at]!;
      }
      while (from < to) from = fitted.push(sum / mass);
    }
    if (fitted.some((value, at) => at > 0 && value < fitted[at - 1]! - 1e-12)) continue;
    const cost = fitted.reduce((sum, value, at) => sum + weights[at]! * (value - values[at]!) ** 2, 0);
    if (cost < best.cost) best = { cost, fitted };
  }
  return best.fitted;
}

test('pooling adjacent violators is the nearest rising sequence of all', () => {
  const entry = fc.record({ value: fc.integer({ min: -4, max: 4 }), weight: fc.integer({ min: 1, max: 5 }) });
  fc.assert(
    fc.property(fc.array(entry, { minLength: 1, maxLength: 9 }), (entries) => {
      const values = entries.map(({ value }) => value);
      const weights = entries.map(({ weight }) => weight);
      nearAll(poolAdjacentViolators(values, weights), nearestRising(values, weights), 1e-9, 'fitted');
    }),
  );
});

test('isotonic is what scoring.ts asks for: margins rise strictly, probabilities never fall, the mean is kept', () => {
  fc.assert(
    fc.property(rowsWithTies, fc.boolean(), (rows, cautious) => {
      const scored = scoredOf(rows);
      const { margins, probabilities } = isotonicScaling(scored, cautious);
      for (let point = 1; point < margins.length; point += 1) {
        assert.ok(margins[point]! > margins[point - 1]!);
        assert.ok(probabilities[point]! >= probabilities[point - 1]!);
      }
      if (cautious) {
        assert.ok(probabilities[0]! > 0 && probabilities.at(-1)! < 1);
        return;
      }
      const said = rows.reduce(
        (sum, { score, weight }) => sum + weight * calibrate({ kind: 'isotonic', margins, probabilities }, score),
        0,
      );
      near(
        said,
        rows.reduce((sum, { label, weight }) => sum + weight * label, 0),
        1e-9,
        'mean',
      );
    }),
  );
});

test('Platt: its gradient is zero, whatever the unit of the margin; a weight is so many rows', () => {
  fc.assert(
    fc.property(rowsWithTies, (rows) => {
      const scored = scoredOf(rows);
      const { a, b } = plattScaling(scored);
      const { low, high } = plattTargets(...weightsOf(rows));
      let [ga, gb] = [0, 0];
      for (const { score, label, weight } of rows) {
        const residual = weight * (logistic(a * score + b) - (label === 1 ? high : low));
        ga += residual * score;
        gb += residual;
      }
      near(ga, 0, 1e-6, 'slope of a');
      near(gb, 0, 1e-6, 'slope of b');
      const far = plattScaling({ ...scored, scores: rows.map(({ score }) => 1e6 * score + 3e6) });
      near(far.a * 1e6, a, 1e-5, 'unit');
      const repeated = plattScaling(
        scoredOf(
          rows.flatMap((row) => Array<typeof row>(row.weight).fill(row)),
          false,
        ),
      );
      near(repeated.a, a, 1e-6, 'repeated');
    }),
  );
});

function weightsOf(rows: readonly { label: number; weight: number }[]): [number, number] {
  const sum = (wanted: number) => rows.reduce((total, { label, weight }) => total + (label === wanted ? weight : 0), 0);
  return [sum(1), sum(0)];
}

test('Platt of separated, equal or one-sided rows is finite', () => {
  const apart = plattScaling({ scores: [-2, -1, 1, 2], labels: [0, 0, 1, 1] });
  assert.ok(Number.isFinite(apart.a) && apart.a > 0);
  assert.deepEqual(plattScaling({ scores: [3, 3], labels: [0, 1] }), { kind: 'platt', a: 0, b: 0 });
  const third = plattScaling({ scores: [1 / 3, 1 / 3, 1 / 3, 1 / 3, 1 / 3, 1 / 3, 1 / 3], labels: [1, 0, 0, 0, 0, 0, 0] });
  assert.equal(third.a, 0);
  const sure = plattScaling({ scores: [1, 2, 3], labels: [1, 1, 1] });
  assert.equal(sure.a, 0);
  near(calibrate(sure, 9), 4 / 5, 1e-9, 'smoothed');
  assert.throws(() => plattScaling({ scores: [Number.POSITIVE_INFINITY], labels: [1] }), /finite/);
  assert.throws(() => plattScaling({ scores: [], labels: [] }), /weight/);
});

test('calibrate: straight between the points, flat outside, nothing overflows', () => {
  const points = { kind: 'isotonic', margins: [-1, 0, 2], probabilities: [0.1, 0.4, 0.6] } as const;
  nearAll(
    [-9, -1, -0.5, 0, 1, 2, 9].map((margin) => calibrate(points, margin)),
    [0.1, 0.1, 0.25, 0.4, 0.5, 0.6, 0.6],
    1e-15,
    'isotonic',
  );
  nearAll(
    [-1000, 0, 1000].map((margin) => calibrate(uncalibrated, margin)),
    [0, 0.5, 1],
    0,
    'logistic',
  );
  assert.ok(Number.isNaN(calibrate(points, Number.NaN)));
  assert.throws(() => calibrate({ kind: 'isotonic', margins: [], probabilities: [] }, 0), /points/);
});

test('the choice: none for what is calibrated, Platt for a wrong slope, isotonic for a bend and enough rows', () => {
  const sample = (rows: number, truth: (margin: number) => number) => {
    const draw = drawsOf(rows, 'choice');
    const scores = Float64Array.from({ length: rows }, () => (draw() / 2 ** 32) * 6 - 3);
    const labels = Uint8Array.from(scores, (margin) => (draw() / 2 ** 32 < truth(margin) ? 1 : 0));
    return { scores, labels };
  };
  const bend = (margin: number) => (margin < 0 ? 0.1 : 0.6);
  assert.equal(chooseCalibration(sample(4000, logistic), { seed: 1 }).name, 'none');
  assert.equal(
    chooseCalibration(
      sample(4000, (margin) => logistic(0.3 * margin - 1)),
      { seed: 1 },
    ).name,
    'platt',
  );
  const bent = chooseCalibration(sample(4000, bend), { seed: 1 });
  assert.equal(bent.name, 'isotonic');
  near(calibrate(bent.calibration, -1.5), 0.1, 0.06, 'low side');
  assert.notEqual(chooseCalibration(sample(60, bend), { seed: 1 }).name, 'isotonic');
  assert.equal(chooseCalibration({ scores: [1, 2, 3], labels: [0, 1, 1] }, { seed: 1 }).name, 'none');
  const penalties = bent.candidates.map(({ penalty }) => penalty);
  assert.equal(penalties[0], 0);
  near(penalties[1]!, Math.log(4000) / 4000, 1e-15, 'price of two numbers');
  assert.ok(penalties[2]! > 2 * penalties[1]!);
  const scored = sample(500, bend);
  const seen = isotonicScaling(scored, true);
  const fitted = logLoss({ ...scored, scores: scored.scores.map((margin) => calibrate(seen, margin)) });
  const unseen = chooseCalibration(scored, { seed: 1 }).candidates[2]!.logLoss;
  assert.ok(unseen > fitted + 0.005, `isotonic is judged on rows it did not see: ${unseen}, ${fitted}`);
  const keys = Array.from(scored.scores, (_, row) => `c${row}`);
  const turned = { scores: scored.scores.toReversed(), labels: scored.labels.toReversed() };
  const [one, other] = [
    chooseCalibration(scored, { seed: 1, keys }),
    chooseCalibration(turned, { seed: 1, keys: keys.toReversed() }),
  ];
  one.candidates.forEach(({ logLoss }, index) => {
    near(other.candidates[index]!.logLoss, logLoss, 1e-9, 'turned');
  });
});
