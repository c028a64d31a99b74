import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { near } from '../fixtures/testing.ts';
import { drawsOf } from '../numerics/chance.ts';
import { categoryDrift, numberDrift, profileCategories, profileNumbers, shareFloor, twoSampleKs } from './drift.ts';
import { type Trial, upliftMeasures } from './uplift.ts';

const trialRow = fc.record({
  score: fc.integer({ min: 0, max: 9 }),
  outcome: fc.integer({ min: 0, max: 1 }),
  treated: fc.integer({ min: 0, max: 1 }),
  weight: fc.integer({ min: 1, max: 5 }),
});

/** The papers' formulas, at every distinct score from all rows at or above it. */
function slowCurves({ scores, outcomes, treated, weights }: Trial): { qini: number[]; gain: number[] } {
  const rows = Array.from(scores, (score, row) => ({ score, y: outcomes[row]!, t: treated[row]!, w: weights?.[row] ?? 1 }));
  const sum = (some: typeof rows, of: (row: (typeof rows)[number]) => number) => some.reduce((total, row) => total + of(row), 0);
  const everyTreated = sum(rows, ({ t, w }) => t * w);
  const all = sum(rows, ({ w }) => w);
  const points = [...new Set(rows.map(({ score }) => score))].sort((a, b) => b - a);
  return points.reduce(
    ({ qini, gain }, point) => {
      const so = rows.filter(({ score }) => score >= point);
      const [nt, nc] = [sum(so, ({ t, w }) => t * w), sum(so, ({ t, w }) => (1 - t) * w)];
      const [yt, yc] = [sum(so, ({ t, w, y }) => t * w * y), sum(so, ({ t, w, y }) => (1 - t) * w * y)];
      qini.push((yt - (nc > 0 ? (yc * nt) / nc : 0)) / everyTreated);
      gain.push(((nt > 0 ? yt / nt : 0) - (nc > 0 ? yc / nc : 0)) * ((nt + nc) / all));
      return { qini, gain };
    },
    { qini: [0], gain: [0] } as { qini: number[]; gain: number[] },
  );
}

test('Qini and gain curves are the papers’ formulas, and end at the average effect', () => {
  fc.assert(
    fc.property(fc.array(trialRow, { minLength: 2, maxLength: 50 }), (rows) => {
      fc.pre(new Set(rows.map(({ treated }) => treated)).size === 2);
      const trial = {
        scores: rows.map(({ score }) => score),
        outcomes: rows.map(({ outcome }) => outcome),
        treated: rows.map(({ treated }) => treated),
        weights: rows.map(({ weight }) => weight),
      };
      const { curve, averageEffect, auuc, auucOverRandom } = upliftMeasures(trial);
      const slow = slowCurves(trial);
      curve.qini.forEach((value, point) => {
        near(value, slow.qini[point]!, 1e-12, 'qini');
        near(curve.gain[point]!, slow.gain[point]!, 1e-12, 'gain');
      });
      near(curve.gain.at(-1)!, averageEffect, 1e-12, 'effect');
      near(auuc - auucOverRandom, averageEffect / 2, 1e-12, 'random');
    }),
  );
});

test('a model that finds who is moved scores above 0, its opposite below, chance at 0', () => {
  const draw = drawsOf(23, 'trial');
  const unit = () => draw() / 2 ** 32;
  const moved = Array.from({ length: 20_000 }, () => (unit() < 0.3 ? 1 : 0));
  const treated = moved.map(() => (unit() < 0.5 ? 1 : 0));
  const outcomes = moved.map((isMoved, row) => (unit() < 0.2 + 0.4 * isMoved * treated[row]! ? 1 : 0));
  const of = (scores: number[]) => upliftMeasures({ scores, outcomes, treated });
  const right = of(moved);
  near(right.averageEffect, 0.12, 0.02, 'effect');
  // Two straight lines: at share 0.3 all of 0.12 is won, so the area over the diagonal is 0.12 x 0.7 / 2.
  near(right.qiniCoefficient, 0.042, 0.01, 'qini');
  near(of(moved.map((each) => -each)).qiniCoefficient, -0.042, 0.01, 'opposite');
  near(of(moved.map(unit)).qiniCoefficient, 0, 0.006, 'chance');
  assert.throws(() => upliftMeasures({ scores: [1], outcomes: [1], treated: [1] }), /both groups/);
});

test('drift of numbers: none against itself, quantile bins, missing is a bin', () => {
  const values = Float64Array.from({ length: 1000 }, (_, row) => (row < 100 ? Number.NaN : row));
  const profile = profileNumbers(values, 9);
  assert.equal(profile.edges.length, 8);
  for (const share of profile.shares) near(share, 0.1, 1e-12, 'share');
  assert.equal(numberDrift(profile, values).index, 0);
  const shifted = numberDrift(
    profile,
    values.map((value) => value + 200),
  );
  assert.equal(shifted.parts[0]!.actual, 0);
  near(shifted.parts[0]!.index, (0.1 - shareFloor) * Math.log(0.1 / shareFloor), 1e-12, 'empty bin');
  assert.equal(shifted.parts.at(-1)!.name, 'missing');
  near(shifted.parts.at(-1)!.index, 0, 1e-15, 'missing');
  assert.deepEqual(profileNumbers([5, 5, 5]).edges, []);
  assert.deepEqual(profileNumbers([0, 0, 0, 0, 0, 0, 1]).edges, [0]);
  assert.deepEqual(profileNumbers([Number.NaN]).shares, [0, 1]);
  assert.throws(() => profileNumbers([]), RangeError);
});

test('drift by hand: half and half became one to three', () => {
  const profile = profileCategories(['a', 'b', 'a', 'b']);
  assert.deepEqual(profile.levels, ['a', 'b']);
  const drift = categoryDrift(profile, ['a', 'b', 'b', 'b']);
  near(drift.index, 0.25 * Math.log(2) + 0.25 * Math.log(1.5), 1e-12, 'index');
  const stranger = categoryDrift(profile, ['a', 'b', 'c', undefined]);
  assert.deepEqual(
    stranger.parts.map(({ actual }) => actual),
    [0.25, 0.25, 0.25, 0.25],
  );
  assert.deepEqual(profileCategories(['x', 'y', 'y', 'z'], 1).shares, [0.5, 0.5, 0]);
});

test('drift is never negative and two-sample KS is the largest gap', () => {
  const sample = fc.array(fc.integer({ min: -5, max: 5 }), { minLength: 1, maxLength: 40 });
  fc.assert(
    fc.property(sample, sample, (one, other) => {
      assert.ok(numberDrift(profileNumbers(one, 4), other).index >= 0);
      const below = (some: number[], x: number) => some.filter((each) => each <= x).length / some.length;
      const gaps = [...one, ...other].map((x) => Math.abs(below(one, x) - below(other, x)));
      near(twoSampleKs(one, other).statistic, Math.max(...gaps), 1e-12, 'ks');
    }),
  );
});
