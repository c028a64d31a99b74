import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import type { ScoringModel } from '../../../core/model/scoring.ts';
import { createScorer } from '../scoring/scoring.ts';
import { matrixOf, randomModel, randomRows, shapes } from '../scoring/testing.ts';
import { additivityTolerance, createExplainer, interactionValues, valuesByColumn } from './explain.ts';
import { bruteInteraction, bruteShapley } from './testing.ts';

/** What a model adds up at most: what rounding is measured by. */
function reach(model: ScoringModel, values: ArrayLike<number>): number {
  const parts = model.margin.kind === 'blend' ? model.margin.parts.map(({ of }) => of) : [model.margin];
  const leaves = parts.flatMap((of) =>
    of.kind === 'trees' ? of.trees.map((tree) => Math.max(...tree.value.map(Math.abs))) : [],
  );
  return [...leaves, ...Array.from(values, Math.abs), 1].reduce((sum, one) => sum + one, 0);
}

test('values agree with Shapley over all subsets, missing values, blends and means included', () => {
  let compared = 0;
  fc.assert(
    fc.property(shapes, fc.integer(), fc.boolean(), (shape, seed, withMeans) => {
      const model = randomModel({
        ...shape,
        numbers: Math.min(shape.numbers, 3),
        times: Math.min(shape.times, 1),
        categories: Math.min(shape.categories, 1),
        trees: Math.min(shape.trees, 5),
      });
      if (model.features.length > 10) return;
      const means = withMeans
        ? model.features.map(({ how }, at) => (at === 0 ? Number.NaN : how === 'time' ? 19_001 : 0.3))
        : undefined;
      const explainer = createExplainer(model, means ? { means } : {});
      const scorer = createScorer(model);
      const rows = randomRows(model, 4, seed);
      const matrix = matrixOf(model, rows);
      rows.forEach((row, at) => {
        const features = scorer.featuresAt(matrix, at);
        // What is infinite or nearly so has no sum in doubles.
        if (model.margin.kind !== 'trees' && features.some((value) => Math.abs(value) > 1e6)) return;
        const given = explainer.row(row);
        const expected = bruteShapley(model, features, means);
        const limit = 1e-10 * reach(model, expected.values);
        assert.ok(
          Math.abs(given.baseValue - expected.baseValue) <= limit,
          `base ${given.baseValue}, expected ${expected.baseValue}`,
        );
        expected.values.forEach((value, feature) => {
          assert.ok(
            Math.abs(given.values[feature]! - value) <= limit,
            `feature ${feature}: ${given.values[feature]}, expected ${value}`,
          );
        });
        compared += 1;
      });
    }),
    { numRuns: process.env.HOLDFAST_LONG ? 2000 : 150 },
  );
  assert.ok(compared > 150, `${compared} rows`);
});

test('base value and values sum to the margin of the scorer, for deep trees too', () => {
  let worst = 0;
  fc.assert(
    fc.property(shapes, fc.integer(), (shape, seed) => {
      const model = randomModel({ ...shape, depth: shape.depth + 5 });
      const explainer = createExplainer(model);
      const rows = randomRows(model, 10, seed);
      const matrix = matrixOf(model, rows);
      rows.forEach((_, at) => {
        const { baseValue, values, margin } = explainer.at(matrix, at);
        if (!Number.isFinite(margin)) return;
        const sum = values.reduce((total, value) => total + value, baseValue);
        const apart = Math.abs(sum - margin) / reach(model, values);
        worst = Math.max(worst, apart);
        assert.ok(apart <= additivityTolerance, `row ${at}: ${sum}, margin ${margin}, apart ${apart}`);
        const byColumn = valuesByColumn(model, values).reduce((total, { value }) => total + value, baseValue);
        assert.ok(Math.abs(byColumn - margin) <= additivityTolerance * reach(model, values));
      });
    }),
    { numRuns: process.env.HOLDFAST_LONG ? 2000 : 100 },
  );
  assert.ok(worst < additivityTolerance, `worst ${worst}`);
});

test('one tree by hand: a feature asked twice, a branch that training never took, a value that is missing', () => {
  const model: ScoringModel = {
    format: 1,
    inputs: [
      { name: 'a', kind: 'number' },
      { name: 'b', kind: 'number' },
    ],
    features: [
      { name: 'a', input: 'a', how: 'number' },
      { name: 'b', input: 'b', how: 'number' },
    ],
    margin: {
      kind: 'trees',
      base: 1,
      trees: [
        {
          feature: [0, -1, 0, -1, 1, -1, -1],
          threshold: [0, 0, 1, 0, 0, 0, 0],
          missingLeft: [1, 0, 0, 0, 0, 0, 0],
          left: [1, 0, 3, 0, 5, 0, 0],
          right: [2, 0, 4, 0, 6, 0, 0],
          value: [0, 8, 0, 4, 0, 2, 100],
          cover: [8, 4, 4, 2, 2, 2, 0],
        },
      ],
    },
    calibration: { kind: 'platt', a: 1, b: 0 },
  };
  const explainer = createExplainer(model);
  // On the average 8/2 + 4/4 + 2/4, and the base.
  assert.equal(explainer.baseValue, 6.5);
  assert.deepEqual([...explainer.row({ a: -1, b: -5 }).values], [2.5, 0]);
  assert.deepEqual([...explainer.row({ b: -5 }).values], [2.5, 0]);
  const taken = explainer.row({ a: 2, b: 5 });
  assert.equal(taken.margin, 101);
  assert.ok(Math.abs(taken.values[0]! + taken.values[1]! - 94.5) < 1e-12);
  const expected = bruteShapley(model, [2, 5]).values;
  expected.forEach((value, at) => {
    assert.ok(Math.abs(value - taken.values[at]!) < 1e-12);
  });
  assert.throws(() => createExplainer(model, { means: [1] }), /expected one for each of 2 features, got 1/);
});

test('interaction values agree with all subsets, and each row of the table sums to the feature', () => {
  fc.assert(
    fc.property(shapes, fc.integer(), (shape, seed) => {
      const model = randomModel({
        ...shape,
        numbers: 2,
        times: Math.min(shape.times, 1),
        categories: Math.min(shape.categories, 1),
        trees: 3,
      });
      const count = model.features.length;
      if (count > 8) return;
      const explainer = createExplainer(model);
      const matrix = matrixOf(model, randomRows(model, 1, seed));
      const features = createScorer(model).featuresAt(matrix, 0);
      if (model.margin.kind !== 'trees' && features.some((value) => Math.abs(value) > 1e6)) return;
      const table = interactionValues(explainer.explainable, features);
      const { values } = explainer.features(features);
      const limit = 1e-10 * reach(model, values);
      for (let one = 0; one < count; one += 1) {
        let sum = 0;
        for (let other = 0; other < count; other += 1) {
          sum += table[one * count + other]!;
          if (one === other) continue;
          const expected = bruteInteraction(model, features, one, other);
          assert.ok(
            Math.abs(table[one * count + other]! - expected) <= limit,
            `${one}, ${other}: ${table[one * count + other]}, expected ${expected}`,
          );
        }
        assert.ok(Math.abs(sum - values[one]!) <= limit);
      }
    }),
    { numRuns: process.env.HOLDFAST_LONG ? 1000 : 60 },
  );
});
