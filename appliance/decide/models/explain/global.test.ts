import assert from 'node:assert/strict';
import test from 'node:test';
import { categoryColumn, numberColumn } from '../../../core/matrix/matrix.ts';
import type { ScoringModel } from '../../../core/model/scoring.ts';
import { createScorer } from '../scoring/scoring.ts';
import { matrixOf, randomModel, randomRows, seeded } from '../scoring/testing.ts';
import { partialDependence } from './dependence.ts';
import { createExplainer, valuesByColumn } from './explain.ts';
import { permutationImportance, splitImportance } from './importance.ts';
import { topReasons } from './reasons.ts';
import { startExplainThreads } from './threads.ts';

const stump = (feature: number, threshold: number, low: number, high: number) => ({
  feature: [feature, -1, -1],
  threshold: [threshold, 0, 0],
  missingLeft: [1, 0, 0] as (0 | 1)[],
  left: [1, 0, 0],
  right: [2, 0, 0],
  value: [0, low, high],
  cover: [8, 6, 2],
});

/** Days since the last purchase and the tier matter, the age does not. */
const model: ScoringModel = {
  format: 1,
  inputs: [
    { name: 'last', kind: 'time' },
    { name: 'tier', kind: 'category', levels: ['gold', 'silver'] },
    { name: 'age', kind: 'number' },
  ],
  features: [
    { name: 'last', input: 'last', how: 'time' },
    { name: 'tier is gold', input: 'tier', how: 'is', level: 'gold' },
    { name: 'tier is silver', input: 'tier', how: 'is', level: 'silver' },
    { name: 'age', input: 'age', how: 'number' },
  ],
  margin: { kind: 'trees', base: 0, trees: [stump(0, 19_000, 2, -2), stump(1, 0.5, 1, -1), stump(2, 0.5, 0, 0.5)] },
  calibration: { kind: 'platt', a: 1, b: 0 },
};
const day = 86_400_000;

test('threads explain a matrix as one row at a time is explained, and mean values are their mean', async () => {
  const model = randomModel({
    seed: 3,
    numbers: 2,
    times: 1,
    categories: 2,
    trees: 6,
    depth: 4,
    margin: 'trees',
    calibration: 'plain',
  });
  const rows = randomRows(model, 1_300, 4);
  const matrix = matrixOf(model, rows);
  const explainer = createExplainer(model);
  const threads = startExplainThreads(2);
  const values = await threads.values(explainer, matrix);
  const { features, columns } = await threads.importance(explainer, matrix);
  await threads.close();
  const count = model.features.length;
  const sums = new Map(model.inputs.map(({ name }) => [name, 0]));
  rows.forEach((row, at) => {
    const one = values.slice(at * count, (at + 1) * count);
    assert.deepEqual([...one], [...explainer.row(row).values]);
    for (const { column, value } of valuesByColumn(model, one))
      sums.set(column, sums.get(column)! + Math.abs(value) / rows.length);
  });
  for (const { name, value } of columns) assert.ok(Math.abs(value - sums.get(name)!) < 1e-12);
  assert.deepEqual(
    features.map(({ name }) => name),
    model.features.map(({ name }) => name),
  );
});

test('reasons in words, the weightiest first, levels of a category as one', () => {
  const explainer = createExplainer(model);
  const row = { last: 18_990 * day, tier: 'gold', age: 40 };
  const { values } = explainer.row(row);
  const options = {
    asOfMs: 19_035 * day + 5,
    outcome: { en: 'the risk', zh: '流失风险' },
    columns: {
      last: {
        title: { en: 'No purchase for {value} days', zh: '{value} 天未购买' },
        time: 'days-ago',
        missing: { en: 'No purchase yet', zh: '从未购买' },
      },
      tier: { title: { en: 'Tier', zh: '等级' }, levels: { gold: { en: 'gold', zh: '金卡' } } },
    },
  } as const;
  const reasons = topReasons(model, values, row, options);
  assert.deepEqual(
    reasons.map(({ column, direction, words }) => [column, direction, words]),
    [
      ['tier', 'lowers', { en: 'Tier: gold lowers the risk', zh: '等级：金卡，使流失风险降低' }],
      ['last', 'raises', { en: 'No purchase for 45 days raises the risk', zh: '45 天未购买，使流失风险升高' }],
    ],
  );
  assert.ok(Math.abs(reasons.reduce((sum, { share }) => sum + share, 0) - 1) < 1e-12);
  const unknown = topReasons(model, explainer.row({}).values, {}, { ...options, only: 'raises' });
  assert.deepEqual(
    unknown.map(({ words }) => words.en),
    ['No purchase yet raises the risk', 'Tier: unknown raises the risk'],
  );
  assert.deepEqual(topReasons(model, [0, 0, 0, 1], { age: 1234.567 }, { ...options, limit: 1 })[0]!.words, {
    en: 'age: 1,234.57 raises the risk',
    zh: 'age：1,234.57，使流失风险升高',
  });
});

test('splits: what a stump parts', () => {
  assert.deepEqual(
    splitImportance(model).map(({ name, splits, cover, gain }) => [name, splits, cover, gain]),
    [
      ['last', 1, 8, 24],
      ['tier is gold', 1, 8, 6],
      ['tier is silver', 1, 8, 0.375],
      ['age', 0, 0, 0],
    ],
  );
});

test('shuffling a column that matters costs, one that does not costs nothing; dependence follows the trees', async () => {
  const random = seeded(9);
  const rows = 3_000;
  const matrix = {
    rows,
    columns: [
      numberColumn(
        'last',
        Float64Array.from({ length: rows }, () => (random() < 0.1 ? Number.NaN : (18_990 + 20 * random()) * day)),
        'f64',
        'time',
      ),
      categoryColumn(
        'tier',
        Array.from({ length: rows }, () => (random() < 0.3 ? 'gold' : random() < 0.5 ? 'silver' : 'new')),
      ),
      numberColumn(
        'age',
        Float64Array.from({ length: rows }, () => 80 * random()),
      ),
    ],
  };
  const scorer = createScorer(model);
  const score = async (of: typeof matrix | Parameters<typeof scorer.matrix>[0]) => scorer.matrix(of).probability;
  const labels = Array.from(await score(matrix), (probability) => (random() < probability ? 1 : 0));
  const metric = (happened: ArrayLike<number>, given: ArrayLike<number>) =>
    Array.from(given, (one, at) => Math.log(happened[at] ? one : 1 - one)).reduce((sum, one) => sum + one / rows, 0);
  const bytes = (length: number) => Uint8Array.from({ length }, () => random() * 256);
  const [last, tier, age] = await permutationImportance(score, matrix, {
    columns: ['last', 'tier', 'age'],
    labels,
    metric,
    random: { bytes },
  });
  assert.ok(last!.loss > tier!.loss && tier!.loss > 0.01, `${last!.loss} ${tier!.loss}`);
  assert.deepEqual([age!.loss, age!.deviation], [0, 0]);

  const points = await partialDependence(score, matrix, 'last', { points: 5, curves: true });
  assert.equal(points.length, 6);
  assert.equal(points.at(-1)!.value, undefined);
  const [first] = points;
  assert.ok(first!.mean > points[4]!.mean + 0.3);
  // Missing goes left, where the early times are.
  assert.equal(points.at(-1)!.mean, first!.mean);
  assert.ok(Math.abs(first!.curve!.reduce((sum, one) => sum + one, 0) / rows - first!.mean) < 1e-12);
  const levels = await partialDependence(score, matrix, 'tier');
  assert.deepEqual(levels.map(({ value }) => value).sort(), ['gold', 'new', 'silver']);
  await assert.rejects(partialDependence(score, matrix, 'nothing'), { code: 'model_invalid' });
  await assert.rejects(partialDependence(score, matrix, 'age', { points: 1000 }), { code: 'limit_reached' });
});
