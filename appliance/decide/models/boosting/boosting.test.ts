// Training as callers see it: constraints, weights, missing values, early stopping, resuming, cancelling, a thread that dies, and bad input.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { Fault } from '../../../core/errors.ts';
import type { Tree, Trees } from '../../../core/model/scoring.ts';
import { Boosting, type Checkpoint, type FeatureTable, trainingBytes } from './boosting.ts';
import { benchTable, measure, normal, seeded, sharedFloats, tableOf } from './testing/tables.ts';

const boosting = new Boosting({ threads: 2 });
after(() => boosting.close());
const { features, labels } = benchTable(6000, 11);
const binned = await boosting.bin(features);
const bytes = (trees: Trees) => JSON.stringify(trees);

function walk(tree: Tree, row: (feature: number) => number): number {
  let node = 0;
  while (tree.feature[node]! >= 0) {
    const value = Math.fround(row(tree.feature[node]!));
    const left = Number.isNaN(value) ? tree.missingLeft[node] === 1 : value <= tree.threshold[node]!;
    node = left ? tree.left[node]! : tree.right[node]!;
  }
  return tree.value[node]!;
}

function walked(trees: Trees, table: FeatureTable, row: number): number {
  return trees.trees.reduce((margin, tree) => margin + walk(tree, (feature) => table.columns[feature]![row]!), trees.base);
}

async function fault(code: string, where: RegExp, work: () => Promise<unknown>): Promise<void> {
  await assert.rejects(work, (error: unknown) => {
    assert.ok(error instanceof Fault, String(error));
    assert.equal(error.code, code);
    assert.match(error.where ?? '', where);
    return true;
  });
}

test('margins are the base and the leaves of every tree, bit for bit, for any rows and threads', async () => {
  const random = seeded(3);
  const holes = {
    rows: features.rows,
    columns: features.columns.map((column) => column.map((value) => (random() < 0.1 ? Number.NaN : value))),
  };
  const table = tableOf(holes.columns.map((column) => [...column]));
  const { trees } = await boosting.train(table, labels, { trees: 20, growth: 'leaf', maxLeaves: 20 });
  const margins = await boosting.predictMargins(trees, table);
  for (let row = 0; row < table.rows; row += 1) assert.equal(margins[row], walked(trees, table, row));
  const rows = Uint32Array.from({ length: 3001 }, () => Math.floor(random() * table.rows));
  for (const threads of [1, 2]) {
    const chosen = await boosting.predictMargins(trees, table, { rows, threads });
    rows.forEach((row, at) => {
      assert.equal(chosen[at], margins[row]);
    });
  }
  assert.ok(measure(margins, labels).auc > 0.85);
});

test('a constrained column never turns the margin the other way', async () => {
  const monotone = features.columns.map((_, column) => (column === 0 || column === 8 ? 1 : column === 1 ? -1 : 0) as -1 | 0 | 1);
  const { trees } = await boosting.train(binned, labels, { trees: 40, monotone });
  const steps = 60;
  for (const [column, way] of [
    [0, 1],
    [8, 1],
    [1, -1],
  ] as const) {
    for (let row = 0; row < 40; row += 1) {
      let before = Number.NEGATIVE_INFINITY;
      for (let step = 0; step < steps; step += 1) {
        const moved = (step / steps) * 6 - 3;
        const margin = trees.trees.reduce(
          (sum, tree) => sum + walk(tree, (one) => (one === column ? moved : features.columns[one]![row]!)),
          0,
        );
        assert.ok(margin * way >= before - 1e-12, `column ${column}, row ${row}`);
        before = margin * way;
      }
    }
  }
});

test('a weight of two is the row twice', async () => {
  const columns = features.columns
    .slice(0, 5)
    .map((column) => [...column.subarray(0, 400)].map((value) => Math.round(value * 4) / 4));
  const twice = Array.from({ length: 400 }, (_, row) => row % 3 === 0);
  const double = <T>(values: readonly T[]) => values.flatMap((value, row) => (twice[row] ? [value, value] : [value]));
  const target = [...labels.subarray(0, 400)];
  const settings = { trees: 10, objective: 'squared' as const, maxDepth: 3, minChildHessian: 30 };
  const weighted = await boosting.train(tableOf(columns), Float32Array.from(target), settings, {
    weights: Float32Array.from(twice, (two) => (two ? 2 : 1)),
  });
  const repeated = await boosting.train(tableOf(columns.map(double)), Float32Array.from(double(target)), settings);
  const shape = ({ trees }: { trees: Trees }) => trees.trees.map(({ feature, threshold }) => ({ feature, threshold }));
  assert.deepEqual(shape(weighted), shape(repeated));
  for (const [which, tree] of weighted.trees.trees.entries()) {
    tree.value.forEach((value, node) => {
      assert.ok(Math.abs(value - repeated.trees.trees[which]!.value[node]!) < 1e-6);
    });
  }
});

test('missing values go the way that training learned, and present against missing is a split of its own', async () => {
  const random = seeded(8);
  const gauss = normal(random);
  const rows = Array.from({ length: 2000 }, () => ({ x: gauss(), missing: random() < 0.3 }));
  const table = tableOf([rows.map(({ x, missing }) => (missing ? Number.NaN : x)), rows.map(() => gauss())]);
  for (const high of [true, false]) {
    const target = Float32Array.from(rows, ({ x, missing }) => (missing ? Number(high) : x > 0 ? 1 : 0));
    const { trees } = await boosting.train(table, target, { trees: 1, maxDepth: 1 });
    assert.deepEqual(trees.trees[0]!.missingLeft[0], high ? 0 : 1);
  }
  const target = Float32Array.from(rows, ({ missing }) => Number(missing));
  const { trees } = await boosting.train(table, target, { trees: 1, maxDepth: 1 });
  const margins = await boosting.predictMargins(trees, table);
  rows.forEach(({ missing }, row) => {
    assert.equal(margins[row]! > trees.base, missing);
  });
});

test('stops when validation has not become better, and keeps the best', async () => {
  const rows = Uint32Array.from({ length: 1500 }, (_, row) => row);
  const validation = { rows: Uint32Array.from({ length: 3000 }, (_, row) => 3000 + row), labels };
  const settings = { trees: 400, learningRate: 0.5, earlyStoppingTrees: 7 };
  const { trees, history } = await boosting.train(binned, labels, settings, { rows, validation, threads: 1 });
  const { validationLoss: losses, bestTrees } = history;
  assert.equal(losses.length, bestTrees + 7);
  assert.equal(trees.trees.length, bestTrees);
  assert.equal(Math.min(...losses), losses[bestTrees - 1]);
  const margins = await boosting.predictMargins(trees, features, { rows: validation.rows });
  const { logLoss } = measure(
    margins,
    Float32Array.from(validation.rows, (row) => labels[row]!),
  );
  // Each row's loss is rounded to a multiple of 2^-20.
  assert.ok(Math.abs(logLoss - losses[bestTrees - 1]!) < 2 ** -21);
});

test('goes on from a checkpoint to the same bytes, samples and validation included', async () => {
  const saved: Checkpoint[] = [];
  const settings = { trees: 12, rowSample: 0.6, columnSample: 0.5, seed: 99, earlyStoppingTrees: 5 };
  const validation = { rows: Uint32Array.from({ length: 500 }, (_, row) => row), labels };
  const seen: number[] = [];
  const options = { validation, checkpoint: { everyTrees: 5, save: (one: Checkpoint) => saved.push(one) } };
  const whole = await boosting.train(binned, labels, settings, { ...options, progress: ({ treesDone }) => seen.push(treesDone) });
  assert.deepEqual(
    saved.map(({ trees }) => trees.length),
    [5, 10],
  );
  assert.deepEqual(
    seen,
    Array.from({ length: 12 }, (_, tree) => tree + 1),
  );
  for (const resume of saved) {
    for (const threads of [1, 2]) {
      const rest = await boosting.train(binned, labels, settings, { validation, resume, threads });
      assert.equal(bytes(rest.trees), bytes(whole.trees));
      assert.deepEqual(rest.history, whole.history);
    }
  }
  const other = await boosting.bin(features, { bins: 17 });
  const strange = { table: other, labels };
  await fault('bad_request', /validation/, () => boosting.train(binned, labels, settings, { validation: strange }));
  await fault('bad_request', /resume/, () => boosting.train(other, labels, settings, { resume: saved[0]! }));
});

test('any cut of the table into threads and any choice of the same rows gives the same bytes', async () => {
  const settings = { trees: 6, growth: 'leaf' as const };
  const expected = bytes((await boosting.train(binned, labels, settings, { threads: 1 })).trees);
  const all = Uint32Array.from({ length: features.rows }, (_, row) => row);
  const together = await Promise.all(
    [1, 2, 1, 2, 1].map((threads) => boosting.train(binned, labels, settings, { threads, rows: all })),
  );
  for (const { trees } of together) assert.equal(bytes(trees), expected);
});

test('is cancelled, whoever leads', async () => {
  for (const threads of [1, 2]) {
    const stop = new AbortController();
    const training = boosting.train(
      binned,
      labels,
      { trees: 10_000 },
      { threads, signal: stop.signal, progress: () => stop.abort() },
    );
    await assert.rejects(training, { name: 'AbortError' });
  }
  await assert.rejects(boosting.bin(features, { signal: AbortSignal.abort() }), { name: 'AbortError' });
});

test('a training whose thread dies begins anew once, and says so; a second death is told with a code', async () => {
  const restarts: string[] = [];
  const mortal = new Boosting({ threads: 2, onRestart: ({ task }) => restarts.push(task) });
  const deaths = async (most: number) => {
    let killed = 0;
    const progress = () => {
      if (killed++ < most) void mortal.pool.workers.at(-1)?.terminate();
    };
    return mortal.train(binned, labels, { trees: 300 }, { threads: 2, progress });
  };
  try {
    const whole = await boosting.train(binned, labels, { trees: 300 }, { threads: 1 });
    assert.deepEqual(await deaths(1), whole);
    assert.match(restarts.join(), /^boosting\.task\.ts: (train|help)$/);
    await fault('worker_failed', /boosting/, () => deaths(1000));
    assert.deepEqual(await deaths(0), whole);
  } finally {
    await mortal.close();
  }
});

test('too much memory is refused before anything is made', async () => {
  const needed = trainingBytes({ rows: 6000, columns: 30 }, {}, { threads: 2 });
  await fault('limit_reached', /memory of training/, () => boosting.train(binned, labels, {}, { memoryLimitBytes: needed - 1 }));
  await boosting.train(binned, labels, { trees: 1 }, { memoryLimitBytes: needed });
  assert.throws(() => trainingBytes({ rows: 2 ** 26, columns: 2000 }, {}), Fault);
});

test('bad tables, labels and settings are named', async () => {
  const column = sharedFloats(6000);
  const one = { rows: 6000, columns: [column] };
  await fault('bad_request', /labels\[7\]/, () => boosting.train(binned, labels.with(7, Number.NaN), {}));
  await fault('bad_request', /labels\[7\]/, () => boosting.train(binned, labels.with(7, 2), {}));
  await fault('bad_request', /one class/, () => boosting.train(binned, new Float32Array(6000), {}));
  await fault('bad_request', /labels: expected 6000/, () => boosting.train(binned, new Float32Array(3), {}));
  await fault('bad_request', /weights\[2\]/, () =>
    boosting.train(binned, labels, {}, { weights: new Float32Array(6000).fill(1).with(2, -1) }),
  );
  await fault('bad_request', /weights: all/, () => boosting.train(binned, labels, {}, { weights: new Float32Array(6000) }));
  await fault('bad_request', /rows: row 6000/, () => boosting.train(binned, labels, {}, { rows: Uint32Array.of(6000) }));
  await fault('bad_request', /learningRate/, () => boosting.train(binned, labels, { learningRate: 0 }));
  await fault('bad_request', /monotone/, () => boosting.train(binned, labels, { monotone: [1] }));
  await fault('bad_request', /features\[0\]/, () => boosting.bin({ rows: 5, columns: [column] }));
  column[9] = Number.POSITIVE_INFINITY;
  await fault('bad_request', /features\[0\]: an infinite/, () => boosting.bin(one));
  await fault('bad_request', /features\[0\]: an infinite/, () => boosting.bin(one, { edges: [Float32Array.of(1)] }));
});

test('constant columns, all missing, few rows, many columns', async () => {
  const random = seeded(1);
  const few = 20;
  const columns = Array.from({ length: 2000 }, (_, which) =>
    Array.from({ length: few }, () => (which === 0 ? 4 : which === 1 ? Number.NaN : random())),
  );
  const target = Float32Array.from({ length: few }, (_, row) => row % 2);
  const { trees } = await boosting.train(tableOf(columns), target, { trees: 3, minChildHessian: 0.1 });
  assert.ok(trees.trees.every(({ feature }) => !feature.includes(0) && !feature.includes(1)));
  assert.ok(trees.trees[0]!.feature[0]! >= 2);
  const nothing = await boosting.train(tableOf(columns.slice(0, 2)), target, { trees: 2 });
  assert.ok(nothing.trees.trees.every(({ feature }) => feature.length === 1));
  const same = Float32Array.from({ length: few }, () => 7.5);
  const flat = await boosting.train(tableOf(columns), same, { objective: 'squared', trees: 2 });
  assert.equal(flat.trees.base, 7.5);
});
