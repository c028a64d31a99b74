// What a round brought, as the node scores with it: of every kind the same margin as the round's own evaluation of the same row, whatever stands in it;
// calibrated on rows that were kept out; and a model that cannot be scored with is told as such.

import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import type { Learning, RoundSchema } from '../../../federation/protocol/round/round-terms.ts';
import type { StandardModel } from '../../../federation/protocol/round/standard-model.ts';
import type { RoundModel } from '../../../federation/protocol/round/trees-model.ts';
import { categoryColumn, type Matrix, numberColumn } from '../../core/matrix/matrix.ts';
import { createScorer, parseScoringModel, type Row } from '../../decide/models/models.ts';
import { seededNumbers } from '../../decide/segments/seeded.ts';
import { prepareAdopted } from './adopted.task.ts';
import { scoringOf } from './adopted-scoring.ts';
import { roundTable } from './round-table.ts';
import { standardMargins } from './standard-model.ts';
import { closeLearners, learnerOf, learnTogether, termsOf } from './testing.ts';

after(closeLearners);

const schema: RoundSchema = {
  label: { name: 'left', positive: 'yes' },
  features: [
    { name: 'orders', kind: 'number', limit: 8 },
    { name: 'spent', kind: 'number', limit: 1024 },
    { name: 'constant', kind: 'number', limit: 1 },
    { name: 'city', kind: 'category', levels: ['beijing', 'rare', 'shanghai'] },
  ],
};
const bare = { ...schema, features: schema.features.map(({ limit: _limit, ...rest }) => rest) };

/** Customers with values that are missing, beyond the limits, of a level that not all know, and of one that hardly anybody has. */
function customers(rows: number, seed: number): { matrix: Matrix; row(at: number): Row } {
  const draw = seededNumbers(seed);
  const made = Array.from({ length: rows }, (_, at) => {
    const orders = draw() < 0.1 ? Number.NaN : Math.fround(20 * draw() - 4);
    const spent = draw() < 0.2 ? Number.NaN : Math.fround(draw() < 0.02 ? 5000 : 100 * draw());
    const cities = ['beijing', 'shanghai', 'elsewhere', undefined];
    const city = at % 401 === 0 ? 'rare' : cities[Math.floor(4 * draw())];
    const left = draw() < 1 / (1 + Math.exp(0.3 * (Number.isNaN(orders) ? 0 : orders) - (city === 'beijing' ? 2 : 1)));
    return { orders, spent, constant: 0.5, city, left: left ? 'yes' : 'no' };
  });
  const numbers = (name: 'orders' | 'spent' | 'constant') =>
    numberColumn(
      name,
      made.map((one) => one[name]),
      'f32',
    );
  const texts = (name: 'city' | 'left') =>
    categoryColumn(
      name,
      made.map((one) => one[name]),
    );
  const columns = [numbers('orders'), numbers('spent'), numbers('constant'), texts('city'), texts('left')];
  return { matrix: { rows, columns }, row: (at) => made[at] as Row };
}

const averaging: Learning = {
  ...{ kind: 'averaging', model: 'logistic', hidden: [], optimiser: 'fedavg', rounds: 4, patience: 4, epochs: 1, batch: 64 },
  ...{ learningRate: 0.1, l2: 1e-4, serverLearningRate: 1, mu: 0, clip: 100, weighting: { by: 'equal' }, fewest: 2, seed: 3 },
};
const kinds: { readonly [kind: string]: { learn: Learning; near: number } } = {
  trees: {
    learn: {
      ...{
        kind: 'trees',
        trees: 4,
        learningRate: 0.3,
        growth: 'depth',
        maxDepth: 3,
        maxLeaves: 8,
        minChildHessian: 1,
        lambda: 1,
      },
      ...{ alpha: 0, gamma: 0, columnSample: 1, seed: 0, bins: 16, leastCount: 20 },
    },
    near: 0,
  },
  logistic: { learn: { kind: 'logistic', l2: 1e-4, iterations: 30, tolerance: 1e-6, fewest: 2 }, near: 0 },
  averaging: { learn: averaging, near: 2e-5 },
};

async function learned(learn: Learning): Promise<string> {
  const given = learn.kind === 'trees' ? bare : schema;
  const tables = [1, 2, 3].map((seed) => roundTable(customers(800, seed).matrix, given));
  const { learned: all } = await learnTogether(termsOf(3, learn, given), tables);
  return Buffer.from(all[0]!.model).toString('utf8');
}

async function ownMargins(model: RoundModel | StandardModel, matrix: Matrix): Promise<Float64Array> {
  const table = roundTable(matrix, model.schema);
  const { boosting, averaging: learner } = learnerOf(0);
  return model.kind === 'trees'
    ? boosting.predictMargins(model.trees, table, { threads: 1 })
    : standardMargins(learner, model, table);
}

describe('scores by the node', () => {
  for (const [kind, { learn, near }] of Object.entries(kinds))
    test(`${kind}: the margin of the round's own evaluation, of whole columns and of one customer`, async () => {
      const text = await learned(learn);
      const model = JSON.parse(text) as RoundModel | StandardModel;
      const scoring = parseScoringModel(JSON.parse(JSON.stringify(scoringOf(model))));
      const { matrix, row } = customers(1500, 9);
      const theirs = await ownMargins(model, matrix);
      assert.ok(new Set(theirs).size > 20, 'the model tells nobody from another');
      const scorer = createScorer(scoring);
      const ours = scorer.matrix(matrix).margin;
      for (let at = 0; at < matrix.rows; at += 1) {
        assert.ok(Math.abs(ours[at]! - theirs[at]!) <= near, `row ${at}: ${ours[at]} and ${theirs[at]}`);
        const { left: _left, ...one } = row(at) as { [name: string]: string | number };
        assert.equal(scorer.row(one).margin, ours[at]);
      }
    });

  test('is calibrated on rows that were kept out, with figures and an ONNX file of the same scores', async () => {
    const text = await learned(kinds.logistic!.learn);
    const table = roundTable(customers(3000, 4).matrix, schema);
    const told = await prepareAdopted({ model: text, name: 'a round', label: 'left', table });
    assert.ok('prepared' in told, JSON.stringify(told));
    const { figures, baseline, model } = told.prepared;
    assert.ok(figures!.rocAuc > 0.7 && figures!.calibrationError < 0.15, JSON.stringify(figures));
    assert.equal(baseline!.columns.length, schema.features.length);
    assert.ok(told.onnx!.length > 100);
    assert.deepEqual(parseScoringModel(JSON.parse(JSON.stringify(model))), model);
  });

  test('few rows calibrate nothing; a neural model, and what is no model to score with, are told as such', async () => {
    const order = { name: 'a round', label: 'left', table: roundTable(customers(120, 5).matrix, schema) };
    const text = await learned(kinds.logistic!.learn);
    const few = await prepareAdopted({ ...order, model: text });
    assert.ok('prepared' in few && few.prepared.calibration === 'none' && few.prepared.figures === undefined);
    const model = JSON.parse(text) as StandardModel;
    const neural = { ...model, kind: 'averaging', model: { kind: 'perceptron', inputs: 4, hidden: [2], activation: 'tanh' } };
    assert.deepEqual(await prepareAdopted({ ...order, model: JSON.stringify(neural) }), { kept: 'neural' });
    const broken = { ...model, weights: model.weights.map(() => null) };
    const told = await prepareAdopted({ ...order, model: JSON.stringify(broken) });
    assert.ok('kept' in told && told.kept === 'model_invalid', JSON.stringify(told));
  });
});
