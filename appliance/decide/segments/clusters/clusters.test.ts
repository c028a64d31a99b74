// k-means against a plain twin, on blobs whose truth is known; what must not change clusters (order of rows, number of threads); and the words.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type Matrix, numberColumn } from '../../../core/matrix/matrix.ts';
import { seededNumbers } from '../seeded.ts';
import { type Clustering, clusterRows } from './clusters.ts';
import { assignRows, freshRows, Means, squaredDistance } from './kernel.ts';
import { describeColumn, fillCells } from './prepare.ts';
import { nameOf } from './profile.ts';
import { sampleRows } from './sample.ts';
import { silhouettes } from './silhouette.ts';

type Blobs = { rows: number[][]; truth: number[] };

/** Rows around centres far apart. */
function blobs(count: number, k: number, width: number, seed: number, spread = 0.5): Blobs {
  const random = seededNumbers(seed);
  const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  const centres = Array.from({ length: k }, (_, c) =>
    Array.from({ length: width }, (_, d) => (d === c % width ? 8 * (1 + c) : 0) + normal()),
  );
  const truth = Array.from({ length: count }, () => Math.floor(random() * k));
  return { rows: truth.map((c) => centres[c]!.map((value) => value + spread * normal())), truth };
}

function matrixOf(rows: readonly (readonly number[])[], names?: readonly string[]): Matrix {
  const columns = rows[0]!.map((_, c) =>
    numberColumn(
      names?.[c] ?? `c${c}`,
      rows.map((row) => row[c]!),
    ),
  );
  return { rows: rows.length, columns };
}

function shuffle(count: number, seed: number): number[] {
  const random = seededNumbers(seed);
  const order = Array.from({ length: count }, (_, at) => at);
  for (let at = count - 1; at > 0; at -= 1) {
    const other = Math.floor(random() * (at + 1));
    [order[at], order[other]] = [order[other]!, order[at]!];
  }
  return order;
}

test('blobs far apart are found, k among them', async () => {
  const { rows, truth } = blobs(6000, 5, 4, 21);
  const found = await clusterRows(matrixOf(rows), { threads: 2, seed: 3 });
  assert.equal(found.k, 5, JSON.stringify(found.silhouettes));
  const pairs = new Set(truth.map((c, row) => `${c} ${found.labels[row]}`));
  assert.equal(pairs.size, 5, 'each blob is one cluster');
  assert.ok(found.settled);
  assert.ok(found.profiles.every(({ size }, at) => at === 0 || size <= found.profiles[at - 1]!.size));
  assert.ok(Math.abs(found.profiles.reduce((sum, { share }) => sum + share, 0) - 1) < 1e-12);
});

/** What must be the same to the bit, and the means, which are sums off the grid, to rounding. */
function assertSame(actual: Clustering, expected: Clustering, order: readonly number[]): void {
  assert.deepEqual(
    [...actual.labels],
    order.map((row) => expected.labels[row]),
  );
  assert.deepEqual(actual.centres, expected.centres);
  assert.deepEqual(actual.silhouettes, expected.silhouettes);
  assert.deepEqual(actual.features, expected.features);
  assert.equal(actual.steps, expected.steps);
  assert.ok(Math.abs(actual.inertia / expected.inertia - 1) < 1e-12);
  actual.profiles.forEach((profile, at) => {
    const other = expected.profiles[at]!;
    assert.deepEqual(profile.name, other.name);
    assert.equal(profile.size, other.size);
  });
}

test('neither the order of rows nor the number of threads changes clusters, also beyond the sample and with many equal rows', async () => {
  const random = seededNumbers(22);
  // Skewed, overlapping, a third of the rows equal, some cells missing: what would show any dependence.
  const rows = Array.from({ length: 40_000 }, () =>
    random() < 0.33
      ? [1, 0, 30]
      : [Math.floor(1 - 3 * Math.log(1 - random())), random() < 0.1 ? Number.NaN : -200 * Math.log(1 - random()), random() * 100],
  );
  const options = { k: { from: 3, to: 5 }, seed: 9, starts: 2 } as const;
  const one = await clusterRows(matrixOf(rows), { ...options, threads: 1 });
  const inOrder = rows.map((_, row) => row);
  assertSame(await clusterRows(matrixOf(rows), { ...options, threads: 3 }), one, inOrder);
  const order = shuffle(rows.length, 23);
  assertSame(await clusterRows(matrixOf(order.map((row) => rows[row]!)), { ...options, threads: 2 }), one, order);
});

test('bounds leave out distances and never change a step: the same as looking at all of them', () => {
  const small = fc.integer({ min: -40, max: 40 });
  const rows = fc
    .integer({ min: 1, max: 4 })
    .chain((width) => fc.array(fc.array(small, { minLength: width, maxLength: width }), { minLength: 6, maxLength: 80 }));
  fc.assert(
    fc.property(rows, fc.integer({ min: 2, max: 6 }), (table, k) => {
      const width = table[0]!.length;
      const cells = Float32Array.from(table.flat(), (value) => value / 8);
      const state = freshRows(cells, width, false);
      const means = new Means(k, Float64Array.from(cells.subarray(0, k * width)));
      for (let step = 0; step < 12; step += 1) {
        const change = assignRows(state, means.centres, 0, table.length);
        means.add(change);
        const plain = table.map((_, row) => nearestOf(cells, row, means.centres.at, k, width));
        assert.deepEqual([...state.labels], plain);
        const counts = Array.from({ length: k }, (_, c) => plain.filter((label) => label === c).length);
        assert.deepEqual([...means.counts], counts, 'kept up by differences, counts are what counting gives');
        if (change.moved === 0) break;
        means.move();
      }
    }),
  );
});

function nearestOf(cells: Float32Array, row: number, at: Float64Array, k: number, width: number): number {
  const distances = Array.from({ length: k }, (_, c) => squaredDistance(cells, row * width, at, c * width, width));
  return distances.indexOf(Math.min(...distances));
}

test('a sample is of rows, whatever their order, and holds equal rows by their share', () => {
  const random = seededNumbers(24);
  const rows = Array.from({ length: 20_000 }, () => (random() < 0.5 ? [1, 1] : [random(), random()]));
  const cells = Float32Array.from(rows.flat());
  const sample = sampleRows(cells, 2, 5, 2000);
  const order = shuffle(rows.length, 25);
  assert.deepEqual(sampleRows(Float32Array.from(order.flatMap((row) => rows[row]!)), 2, 5, 2000), sample);
  let equal = 0;
  for (let at = 0; at < sample.length; at += 2) equal += sample[at] === 1 ? 1 : 0;
  assert.ok(Math.abs(equal / 2000 - 0.5) < 0.05, `${equal} of 2000`);
  assert.notDeepEqual(sampleRows(cells, 2, 6, 2000), sample);
});

test('silhouettes are what the definition of Rousseeuw gives', () => {
  const { rows, truth } = blobs(60, 3, 2, 26, 3);
  const cells = Float32Array.from(rows.flat());
  const labels = Uint8Array.from(truth);
  const [found] = silhouettes(cells, 2, [{ k: 3, labels }], 0, rows.length);
  const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  rows.forEach((_, row) => {
    const to = (c: number) =>
      rows.flatMap((_, other) =>
        truth[other] === c && other !== row ? [Math.sqrt(squaredDistance(cells, row * 2, cells, other * 2, 2))] : [],
      );
    const a = mean(to(truth[row]!));
    const b = Math.min(...[0, 1, 2].filter((c) => c !== truth[row]).map((c) => mean(to(c))));
    assert.ok(Math.abs(found![row]! - (b - a) / Math.max(a, b)) < 1e-12);
  });
});

test('features: skewed columns by logarithm, missing and infinite cells at the mean, one value is none', () => {
  const random = seededNumbers(27);
  const money = Array.from({ length: 5000 }, () =>
    Math.exp(4 + 1.5 * Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(6.283 * random())),
  );
  money[3] = Number.NaN;
  money[4] = Number.POSITIVE_INFINITY;
  const column = numberColumn('money', money);
  const feature = describeColumn(column, money.length, 'auto')!;
  assert.equal(feature.transform, 'log');
  assert.equal(feature.missing, 2);
  const cells = new Float32Array(money.length);
  fillCells([column], [feature], undefined, cells, 0, money.length);
  assert.equal(cells[3], 0);
  assert.equal(cells[4], 0);
  const sum = cells.reduce((total, cell) => total + cell, 0);
  const squares = cells.reduce((total, cell) => total + cell * cell, 0);
  assert.ok(Math.abs(sum / money.length) < 1e-5 && Math.abs(squares / money.length - 1) < 2e-3);
  assert.equal(describeColumn(column, money.length, 'none')!.transform, 'none');
  assert.equal(describeColumn(numberColumn('same', [2, 2, Number.NaN]), 3, 'auto'), undefined);
  assert.equal(describeColumn(numberColumn('below', [-1, 2, 900]), 3, 'log')!.transform, 'none');
});

test('rows with a missing cell are left out where asked, and belong to nobody', async () => {
  const { rows } = blobs(600, 2, 2, 28);
  rows[7] = [Number.NaN, 1];
  const found = await clusterRows(matrixOf(rows), { k: 2, threads: 1, missing: 'leaveOut' });
  assert.equal(found.labels[7], 255);
  assert.equal(
    found.profiles.reduce((sum, { size }) => sum + size, 0),
    599,
  );
});

test('clusters have names in two languages, and columns that say nothing are told', async () => {
  const random = seededNumbers(29);
  const rows = Array.from({ length: 2000 }, (_, row) =>
    row % 4 === 0 ? [900 + 50 * random(), 5 + random(), 0, 1] : [40 + 9 * random(), 200 + 9 * random(), 3 + random(), 1],
  );
  const found = await clusterRows(matrixOf(rows, ['spend', 'recency_days', 'tickets', 'constant']), {
    k: 2,
    threads: 1,
    skew: 'none',
  });
  assert.deepEqual(found.ignored, [{ column: 'constant', why: 'one value' }]);
  const rich = found.profiles[1]!;
  assert.equal(rich.size, 500);
  assert.match(rich.name.en, /high spend/);
  assert.match(rich.name.en, /recent/);
  assert.match(rich.name.en, /few tickets/);
  assert.match(rich.name.zh, /消费高/);
  assert.deepEqual(nameOf([{ column: 'spend', standardised: 0.1, mean: 3 }]), { en: 'like everybody', zh: '与总体相近' });
});

test('what cannot be is said', async () => {
  const matrix = matrixOf([
    [1, 2],
    [1, 3],
    [1, 2],
  ]);
  await assert.rejects(clusterRows(matrix, { k: 3, threads: 1 }), /only 2 rows differ/);
  await assert.rejects(clusterRows(matrix, { k: 1, threads: 1 }), /k: from 2/);
  await assert.rejects(clusterRows(matrix, { columns: ['nothing'], threads: 1 }), /nothing/);
  await assert.rejects(clusterRows(matrix, { columns: ['c0'], threads: 1 }), /one value only/);
  await assert.rejects(clusterRows({ rows: 0, columns: [] }, { threads: 1 }), /no column of numbers/);
  await assert.rejects(clusterRows(matrix, { k: 2, threads: 1, signal: AbortSignal.abort(new Error('enough')) }), /enough/);
});
