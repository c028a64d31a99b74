// The node's side of averaging: gradients beside finite differences, moments beside plain sums, networks that learn what no line can, and a thread
// that gives the same bits, tells how far it is and can be stopped.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import fc from 'fast-check';
import { near, nearAll } from '../fixtures/testing.ts';
import { auc } from '../metrics/curves.ts';
import { rank } from '../metrics/scored.ts';
import {
  type AveragedModel,
  initialWeights,
  linearOf,
  parametersOf,
  predict,
  type Source,
  type Standardiser,
  startAveraging,
  type Table,
} from './averaging.ts';
import { heldLimits, heldLoss } from './held-loss.ts';
import { localUpdate, type UpdateOrder } from './local-update.ts';
import { logisticSums } from './logistic-sums.ts';
import { Network } from './network.ts';
import { designOf, prepare, standardise, tableLimits } from './prepare.ts';
import { sampleSource, shared, unitsOf } from './testing.ts';

const averaging = startAveraging();
after(() => averaging.close());

/** Of one organisation's own moments, as the federation makes it of everybody's. */
function standardiserOf(source: Source): Standardiser {
  const { moments } = prepare(source);
  const columns = moments.features.flatMap(({ count, sum, squares }, feature) => {
    const step = source.limits[feature]! / tableLimits.stepsOfLimit;
    const center = Number(sum) / count;
    const scale = Math.sqrt(Number(squares) / count - center * center) * step;
    return scale > 1e-9 ? [{ feature, how: 'value' as const, center: center * step, scale }] : [];
  });
  columns.push({ feature: 3, how: 'missing' as never, center: 0.1, scale: 0.3 });
  return { limits: source.limits, columns };
}

function tableOf(rows: number, width: number, seed: number): Table {
  const { unit, normal } = unitsOf(seed, 'table');
  const cells = shared(Array.from({ length: rows * width }, normal)) as Float32Array<SharedArrayBuffer>;
  const labels = new Uint8Array(new SharedArrayBuffer(rows));
  labels.forEach((_, row) => {
    labels[row] = unit() < 0.4 ? 1 : 0;
  });
  return { rows, width, cells, labels };
}

const models: AveragedModel[] = [
  { kind: 'logistic', inputs: 4 },
  { kind: 'perceptron', inputs: 4, hidden: [5], activation: 'tanh' },
  { kind: 'perceptron', inputs: 4, hidden: [6, 3], activation: 'tanh' },
  { kind: 'perceptron', inputs: 4, hidden: [5], activation: 'relu' },
  { kind: 'perceptron', inputs: 4, hidden: [6, 3], activation: 'relu' },
];

test('gradients are the finite differences of the loss', () => {
  for (const [place, model] of models.entries()) {
    const table = tableOf(20, 4, place);
    const { normal } = unitsOf(place, 'weights');
    const weights = Float64Array.from({ length: parametersOf(model) }, normal);
    const lossAt = (at: Float64Array) =>
      predict(model, at, table).reduce((sum, p, row) => sum - Math.log(table.labels[row] === 1 ? p : 1 - p), 0);
    const gradient = new Float64Array(weights.length);
    const network = new Network(model);
    let loss = 0;
    for (let row = 0; row < 20; row += 1) loss += network.addGradient(weights, table.cells, row, table.labels[row]!, gradient);
    near(loss, lossAt(weights), 1e-9, 'loss');
    weights.forEach((_, index) => {
      const moved = (by: number) => lossAt(weights.map((weight, other) => (other === index ? weight + by : weight)));
      near((moved(1e-6) - moved(-1e-6)) / 2e-6, gradient[index]!, 1e-5, `${JSON.stringify(model)} at ${index}`);
    });
  }
});

test('one step over all rows is the gradient with its penalties; biases have no L2', () => {
  const model: AveragedModel = { kind: 'logistic', inputs: 3 };
  const table = tableOf(30, 3, 9);
  const weights = Float64Array.of(0.5, -1, 2, 0.3);
  const order: UpdateOrder = { model, weights, table, epochs: 1, batchSize: 30, learningRate: 0.1, lambda: 0.2, mu: 5, seed: 1 };
  const p = predict(model, weights, table);
  const expected = weights.map((weight, column) => {
    let sum = 0;
    for (let row = 0; row < 30; row += 1)
      sum += (p[row]! - table.labels[row]!) * (column < 3 ? table.cells[row * 3 + column]! : 1);
    return -0.1 * (sum / 30 + (column < 3 ? 0.2 * weight : 0));
  });
  const { delta, rows, steps } = localUpdate(order);
  nearAll(delta, expected, 1e-14, 'delta');
  assert.deepEqual([rows, steps], [30, 1]);
  // The second step feels the pull back to where the round began.
  const free = localUpdate({ ...order, epochs: 2, mu: 0 }).delta;
  const held = localUpdate({ ...order, epochs: 2 }).delta;
  free.forEach((value, index) => {
    near(held[index]!, value - 0.1 * 5 * expected[index]!, 1e-13, `held ${index}`);
  });
});

test('FedProx holds updates near the start, the more the larger mu', () => {
  const table = tableOf(400, 4, 11);
  const [, model] = models;
  const lengthOf = (mu: number) => {
    const order = {
      model: model!,
      weights: initialWeights(model!, 1),
      table,
      epochs: 20,
      batchSize: 16,
      learningRate: 0.1,
      mu,
      seed: 2,
    };
    return Math.hypot(...localUpdate(order).delta);
  };
  const [free, some, much] = [0, 0.3, 3].map(lengthOf);
  assert.ok(free! > 1.3 * some! && some! > 1.3 * much!, `${free}, ${some}, ${much}`);
});

test('perceptrons learn an exclusive or, which logistic regression cannot', () => {
  const { unit, normal } = unitsOf(5, 'xor');
  const rows = 400;
  const corners = Array.from({ length: rows }, () => [unit() < 0.5 ? 1 : -1, unit() < 0.5 ? 1 : -1] as const);
  const cells = shared(corners.flatMap(([x, y]) => [x + 0.2 * normal(), y + 0.2 * normal()])) as Float32Array<SharedArrayBuffer>;
  const labels = new Uint8Array(new SharedArrayBuffer(rows));
  labels.set(corners.map(([x, y]) => (x * y < 0 ? 1 : 0)));
  const table: Table = { rows, width: 2, cells, labels };
  const rightOf = (model: AveragedModel) => {
    const weights = initialWeights(model, 3);
    const { delta } = localUpdate({ model, weights, table, epochs: 60, batchSize: 16, learningRate: 0.2, seed: 4 });
    const p = predict(
      model,
      weights.map((weight, index) => weight + delta[index]!),
      table,
    );
    return p.reduce((right, each, row) => right + (each > 0.5 === (labels[row] === 1) ? 1 : 0), 0) / rows;
  };
  for (const activation of ['tanh', 'relu'] as const)
    for (const hidden of [[8], [8, 4]]) {
      const right = rightOf({ kind: 'perceptron', inputs: 2, hidden, activation });
      assert.ok(right > 0.98, `${activation} ${hidden}: ${right}`);
    }
  assert.ok(rightOf({ kind: 'logistic', inputs: 2 }) < 0.7);
});

test('initial weights follow from the seed, within their bounds, and are the same numbers for ever', () => {
  const model: AveragedModel = { kind: 'perceptron', inputs: 3, hidden: [2], activation: 'tanh' };
  const weights = initialWeights(model, 42);
  assert.deepEqual(initialWeights(model, 42), weights);
  assert.notDeepEqual(initialWeights(model, 43), weights);
  assert.equal(weights.length, 11);
  assert.deepEqual([...weights.subarray(6, 8), weights[10]], [0, 0, 0]);
  assert.ok(weights.subarray(0, 6).every((each) => each !== 0 && Math.abs(each) <= Math.sqrt(6 / 5)));
  assert.deepEqual(Array.from(weights.subarray(0, 2)), [0.3418045366950131, 0.21429548313572705]);
  const wide = initialWeights({ ...model, inputs: 100, hidden: [64], activation: 'relu' }, 1).subarray(0, 6400);
  near(Math.sqrt(wide.reduce((sum, each) => sum + each * each, 0) / 6400), Math.sqrt(2 / 100), 0.02, 'He');
  assert.ok(initialWeights({ kind: 'logistic', inputs: 3 }, 1).every((each) => each === 0));
});

test('moments are the sums of what the prepared columns hold, whatever the rows, and clamping is counted', () => {
  const value = fc.oneof(fc.float({ min: -20, max: 20, noNaN: true }), fc.constant(Number.NaN));
  fc.assert(
    fc.property(fc.array(value, { minLength: 1, maxLength: 40 }), (values) => {
      const column = shared(values);
      const labels = new Uint8Array(values.length);
      const rows = Uint32Array.from({ length: values.length }, (_, row) => values.length - 1 - row);
      const { features, moments, clamped } = prepare({ features: [column], labels, limits: [16], rows });
      const step = 16 / tableLimits.stepsOfLimit;
      const steps = Array.from(features[0]!, (each) => each / step).filter((each) => !Number.isNaN(each));
      assert.ok(steps.every(Number.isInteger), 'single precision holds whole steps');
      assert.deepEqual(moments.features[0], {
        count: steps.length,
        sum: steps.reduce((sum, each) => sum + BigInt(each), 0n),
        squares: steps.reduce((sum, each) => sum + BigInt(each) * BigInt(each), 0n),
      });
      assert.equal(clamped[0], values.filter((each) => Math.abs(each) > 16).length);
      features[0]!.forEach((each, place) => {
        const given = column[rows[place]!]!;
        if (Number.isNaN(given)) assert.ok(Number.isNaN(each));
        else assert.ok(Math.abs(each - Math.max(-16, Math.min(16, given))) <= step / 2);
      });
    }),
    { seed: 20, numRuns: 300 },
  );
});

test('many of the largest squares sum exactly', () => {
  const rows = 300_000;
  const column = shared(new Float32Array(rows).fill(-1 + 2 ** -24));
  const { moments } = prepare({ features: [column], labels: new Uint8Array(rows), limits: [1] });
  const each = BigInt(-(2 ** 26 - 4));
  assert.deepEqual(moments.features[0], { count: rows, sum: each * BigInt(rows), squares: each * each * BigInt(rows) });
});

test('the standardised table is (value - center) / scale, 0 where missing, within its bound, with indicators', () => {
  const source = sampleSource(500, 1);
  const prepared = prepare(source);
  const standardiser = standardiserOf(source);
  const { cells, width, rows } = standardise(prepared, standardiser);
  assert.deepEqual([width, rows], [6, 500]);
  let [bounded, missing] = [0, 0];
  for (let row = 0; row < rows; row += 1) {
    standardiser.columns.forEach(({ feature, how, center, scale }, place) => {
      const value = source.features[feature]![row]!;
      const cell = cells[row * width + place]!;
      if (how === 'missing') near(cell, ((Number.isNaN(value) ? 1 : 0) - center) / scale, 1e-6, 'indicator');
      else if (Number.isNaN(value)) {
        missing += 1;
        assert.equal(cell, 0);
      } else if (Math.abs((value - center) / scale) > tableLimits.deviations) {
        bounded += 1;
        assert.equal(Math.abs(cell), tableLimits.deviations);
      } else near(cell, (value - center) / scale, 1e-5, 'cell');
    });
  }
  assert.ok(missing > 20 && bounded >= 0);
});

test('sums for a Newton step are those of a slow twin, over several blocks', () => {
  const source = sampleSource(9000, 2);
  const prepared = prepare(source);
  const standardiser = standardiserOf(source);
  const weights = Float64Array.of(0.3, -0.2, 0.5, 0.1, 0, -0.4, -1);
  const found = logisticSums({ prepared, standardiser, weights });
  const { design, standard } = designOf(prepared, standardiser);
  const size = weights.length;
  const gradient = new Float64Array(size);
  const curvature = new Float64Array((size * (size + 1)) / 2);
  let loss = 0;
  for (let row = 0; row < 9000; row += 1) {
    const cells = design.features.map((column, at) => {
      const value = (column[row]! - standard.centers[at]!) * standard.inverseScales[at]!;
      return Number.isNaN(value) ? 0 : value;
    });
    cells.push(1);
    const p = 1 / (1 + Math.exp(-cells.reduce((sum, value, at) => sum + value * weights[at]!, 0)));
    const label = source.labels[row]!;
    loss -= Math.log(label === 1 ? p : 1 - p);
    let at = 0;
    for (let i = 0; i < size; i += 1) {
      gradient[i]! += (p - label) * cells[i]!;
      for (let j = i; j < size; j += 1, at += 1) curvature[at]! += p * (1 - p) * cells[i]! * cells[j]!;
    }
  }
  assert.equal(found.rows, 9000);
  near(found.loss, loss, 1e-10, 'loss');
  nearAll(found.gradient, gradient, 1e-10, 'gradient');
  nearAll(found.curvature, curvature, 1e-10, 'curvature');
  const { linear, features } = linearOf(standardiser, weights);
  assert.deepEqual([linear.base, linear.weights.length, features.at(-1)], [-1, 6, { feature: 3, how: 'missing' }]);
});

test('the thread gives the same bits, and tells how far it is', async () => {
  const source = sampleSource(3000, 3);
  const prepared = await averaging.prepare(source);
  assert.deepEqual(prepared, prepare(source));
  const standardiser = standardiserOf(source);
  const table = await averaging.standardise(prepared, standardiser);
  assert.deepEqual(table, standardise(prepared, standardiser));
  const model: AveragedModel = { kind: 'perceptron', inputs: 6, hidden: [8], activation: 'tanh' };
  const order = { model, weights: initialWeights(model, 1), table, epochs: 3, batchSize: 32, learningRate: 0.1, seed: 7 };
  const heard: number[] = [];
  const update = await averaging.localUpdate(order, { onProgress: (share) => heard.push(share) });
  assert.deepEqual(update, localUpdate(order));
  assert.deepEqual(localUpdate(order), localUpdate(order));
  assert.notDeepEqual(localUpdate({ ...order, seed: 8 }).delta, update.delta);
  assert.ok(heard.length > 50 && heard.every((share, at) => share < 1 && (at === 0 || share > heard[at - 1]!)));
  const weights = new Float64Array(7);
  assert.deepEqual(
    await averaging.logisticSums({ prepared, standardiser, weights }),
    logisticSums({ prepared, standardiser, weights }),
  );
});

test('the loss on rows kept out is the mean loss within a step, and the same over any parts', async () => {
  const table = tableOf(1000, 4, 15);
  const model = models[1]!;
  const weights = initialWeights(model, 2).map((weight) => 3 * weight);
  const whole = heldLoss({ model, weights, table });
  const p = predict(model, weights, table);
  const mean = p.reduce((sum, each, row) => sum - Math.log(table.labels[row] === 1 ? each : 1 - each), 0) / 1000;
  assert.ok(Math.abs(whole.steps / heldLimits.stepsOfNat / 1000 - mean) <= 0.5 / heldLimits.stepsOfNat);
  const part = (from: number, to: number): Table => {
    const cells = shared(table.cells.subarray(from * 4, to * 4)) as Float32Array<SharedArrayBuffer>;
    const labels = new Uint8Array(new SharedArrayBuffer(to - from));
    labels.set(table.labels.subarray(from, to));
    return { rows: to - from, width: 4, cells, labels };
  };
  const steps = [part(0, 170), part(170, 999), part(999, 1000)].map((own) => heldLoss({ model, weights, table: own }).steps);
  assert.equal(
    steps.reduce((sum, each) => sum + each, 0),
    whole.steps,
  );
  assert.deepEqual(await averaging.heldLoss({ model, weights, table }), whole);
  const sure = heldLoss({ model: models[0]!, weights: Float64Array.of(0, 0, 0, 0, 1e9), table });
  const negatives = table.labels.reduce((sum, label) => sum + 1 - label, 0);
  assert.equal(sure.steps, negatives * heldLimits.mostNats * heldLimits.stepsOfNat);
});

test('it stops when it is told to, and goes on with what comes next', async () => {
  const table = tableOf(2000, 4, 13);
  const model = models[2]!;
  const order = { model, weights: initialWeights(model, 1), table, epochs: 1000, batchSize: 8, learningRate: 0.01, seed: 1 };
  const controller = new AbortController();
  const running = averaging.localUpdate(order, {
    signal: controller.signal,
    onProgress: () => controller.abort(new Error('enough')),
  });
  await assert.rejects(running, /enough/);
  assert.equal((await averaging.localUpdate({ ...order, epochs: 1 })).rows, 2000);
  await assert.rejects(averaging.localUpdate({ ...order, epochs: 0 }), /epochs/);
});

test('a learning rate that is too large is a fault with its code, not numbers that are none', async () => {
  const table = tableOf(100, 4, 14);
  const order = { weights: new Float64Array(5), table, epochs: 30, batchSize: 10, learningRate: 1e300, lambda: 1e10, seed: 1 };
  await assert.rejects(averaging.localUpdate({ ...order, model: models[0]! }), { code: 'cannot_train' });
});

test('an organisation without rows takes part with nothing', () => {
  const prepared = prepare({ ...sampleSource(10, 4), rows: new Uint32Array(0) });
  assert.deepEqual([prepared.moments.rows, prepared.moments.features[0]!.count], [0, 0]);
  const table = standardise(prepared, standardiserOf(sampleSource(50, 4)));
  const model: AveragedModel = { kind: 'logistic', inputs: 6 };
  const order = { model, weights: new Float64Array(7), table, epochs: 2, batchSize: 10, learningRate: 0.1, seed: 1 };
  assert.deepEqual(localUpdate(order), { delta: new Float64Array(7), rows: 0, steps: 0, loss: Number.NaN });
  const sums = logisticSums({ prepared, standardiser: standardiserOf(sampleSource(50, 4)), weights: new Float64Array(7) });
  assert.ok(sums.rows === 0 && sums.loss === 0 && sums.gradient.every((each) => each === 0));
});

test('it learns what it can learn', () => {
  const source = sampleSource(4000, 5, { curved: true });
  const table = standardise(prepare(source), standardiserOf(source));
  const aucOf = (model: AveragedModel) => {
    const weights = initialWeights(model, 1);
    const { delta } = localUpdate({ model, weights, table, epochs: 20, batchSize: 32, learningRate: 0.1, lambda: 1e-4, seed: 1 });
    const scores = predict(
      model,
      weights.map((weight, index) => weight + delta[index]!),
      table,
    );
    return auc(rank({ scores, labels: source.labels }));
  };
  const flat = aucOf({ kind: 'logistic', inputs: 6 });
  const curved = aucOf({ kind: 'perceptron', inputs: 6, hidden: [16], activation: 'tanh' });
  // The margin that the labels were drawn by: nobody does better but by chance.
  const scores = source.features[0]!.map((amount, row) => (Math.log(amount) - 4) * source.features[2]![row]!);
  const best = auc(rank({ scores, labels: source.labels }));
  assert.ok(curved > best - 0.02 && flat < 0.6, `${curved} of ${best}, ${flat}`);
});

test('what is no table, model or order is refused by name', () => {
  const source = sampleSource(20, 6);
  assert.throws(() => prepare({ ...source, limits: [3, 1, 8, 16, 1024, 1] }), /limits: .* got 3 for feature 0/);
  assert.throws(() => prepare({ ...source, limits: [1] }), /limits/);
  assert.throws(() => prepare({ ...source, labels: new Uint8Array(20).fill(2) }), /labels: .* got 2 in row 0/);
  assert.throws(() => prepare({ ...source, rows: Uint32Array.of(20) }), /row/);
  const infinite = source.features.map((column, at) =>
    at === 1 ? shared([...column.subarray(1), Number.POSITIVE_INFINITY]) : column,
  );
  assert.throws(() => prepare({ ...source, features: infinite }), /Infinity in row 19 of feature 1/);
  assert.throws(() => parametersOf({ kind: 'perceptron', inputs: 2, hidden: [65], activation: 'tanh' }), /64 units, got 65/);
  assert.throws(() => parametersOf({ kind: 'perceptron', inputs: 2, hidden: [2, 2, 2], activation: 'tanh' }), /layers, got 3/);
  assert.throws(() => parametersOf({ kind: 'perceptron', inputs: 2, hidden: [], activation: 'tanh' }), /layers, got 0/);
  assert.throws(() => parametersOf({ kind: 'logistic', inputs: 0 }), /inputs/);
  const table = tableOf(10, 4, 1);
  const order = { model: models[0]!, weights: new Float64Array(5), table, epochs: 1, batchSize: 1, learningRate: 0.1, seed: 1 };
  assert.throws(() => localUpdate({ ...order, weights: new Float64Array(4) }), /weights: expected 5, got 4/);
  assert.throws(() => localUpdate({ ...order, weights: new Float64Array(5).fill(Number.NaN) }), /weights: .* at 0/);
  assert.throws(() => localUpdate({ ...order, mu: -1 }), /mu/);
  assert.throws(() => localUpdate({ ...order, learningRate: 0 }), /learningRate/);
  assert.throws(() => localUpdate({ ...order, batchSize: 0.5 }), /batchSize/);
  assert.throws(() => localUpdate({ ...order, seed: 0.5 }), /seed/);
  assert.throws(() => predict(models[0]!, new Float64Array(5), tableOf(3, 3, 1)), /table: expected 4 columns, got 3/);
});
