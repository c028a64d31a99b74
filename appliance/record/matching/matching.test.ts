// The whole matcher on seeded people whose truth is known: floors of F1 in many manners of going wrong, and what must not change
// the answer (order of rows, number of threads). The real sets run when HOLDFAST_DATA names their folder.

import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { pinyinOf } from './chinesenames.ts';
import { joinFiles, pairwiseScore, readPersonFile, resolveTable, scorePair, trainModel, truthOfColumn } from './matching.ts';
import {
  createDice,
  customerManner,
  febrlManner,
  makeChinese,
  makePeople,
  type Plan,
  type Synthetic,
  sparseManner,
} from './synthetic.ts';

const long = process.env.HOLDFAST_LONG === '1';
const pinyin = (han: string): string => pinyinOf(han, false);

async function f1Of({ table, truth }: Synthetic): Promise<{ f1: number; told: string }> {
  const { clusters, parameters } = await resolveTable(table, { threads: 1 });
  const score = pairwiseScore(clusters, truth);
  return {
    f1: score.f1,
    told: `${score.rightPairs} right of ${score.foundPairs} found and ${score.truePairs} true; ${parameters.comparedPairs} compared`,
  };
}

const plans: [name: string, floor: number, plan: Omit<Plan, 'seed'>][] = [
  ['full addresses, one copy each', 0.99, { rows: 700, manner: febrlManner, repeats: 0.4, mostRepeats: 1 }],
  ['full addresses, many copies', 0.99, { rows: 700, manner: febrlManner, repeats: 0.6, mostRepeats: 6 }],
  ['full addresses, hardly a copy', 0.95, { rows: 700, manner: febrlManner, repeats: 0.01, mostRepeats: 1 }],
  ['sparse registers', 0.95, { rows: 800, manner: sparseManner, repeats: 0.75, mostRepeats: 6 }],
  ['customers', 0.98, { rows: 1800, manner: customerManner, repeats: 0.25, mostRepeats: 2 }],
  [
    'families with twins',
    0.95,
    { rows: 1800, manner: customerManner, repeats: 0.25, mostRepeats: 2, families: 0.5, twins: 0.02 },
  ],
];
for (const [name, floor, plan] of plans) {
  for (const seed of long ? [11, 12, 13, 14, 15] : [11]) {
    test(`${name}, seed ${seed}: F1 at least ${floor}`, async () => {
      const { f1, told } = await f1Of(makePeople({ ...plan, seed }));
      assert.ok(f1 >= floor, `F1 ${f1.toFixed(4)}: ${told}`);
    });
  }
}

test('Chinese customers with pinyin, familiar and traditional forms: F1 at least 0.98', async () => {
  const { f1, told } = await f1Of(makeChinese(800, 21, 0.35, pinyin));
  assert.ok(f1 >= 0.98, `F1 ${f1.toFixed(4)}: ${told}`);
});

test('where nobody is there twice, hardly anybody is joined', async () => {
  for (const manner of [febrlManner, customerManner, sparseManner]) {
    const { table, truth } = makePeople({
      rows: 1000,
      seed: 31,
      manner,
      repeats: 0,
      mostRepeats: 1,
      families: manner === sparseManner ? 0 : 0.4,
    });
    const score = pairwiseScore((await resolveTable(table)).clusters, truth);
    assert.ok(score.foundPairs <= 3, `${score.foundPairs} pairs joined among ${table.rowCount} different persons`);
  }
});

test('a handful of rows is enough', async () => {
  let right = 0;
  let found = 0;
  let real = 0;
  for (const rows of [5, 10, 20, 50]) {
    for (const manner of [febrlManner, customerManner]) {
      const { table, truth } = makePeople({ rows, seed: rows, manner, repeats: 0.4, mostRepeats: 2 });
      const score = pairwiseScore((await resolveTable(table)).clusters, truth);
      right += score.rightPairs;
      found += score.foundPairs;
      real += score.truePairs;
    }
  }
  assert.ok(right / found > 0.95 && right / real > 0.9, `${right} right of ${found} found and ${real} true`);
});

test('columns that say the same of everybody, and tables without any telling one, join nobody', async () => {
  const values = (value: string | null) => new Array<string | null>(30).fill(value);
  const { clusters } = await resolveTable({
    rowCount: 30,
    columns: [
      { field: 'city', values: values('Leeds') },
      { field: 'email', values: values(null) },
    ],
  });
  assert.equal(new Set(clusters).size, 30);
  const one = await resolveTable({ rowCount: 1, columns: [{ field: 'city', values: ['Leeds'] }] });
  assert.deepEqual([...one.clusters], [0]);
});

test('the order of the rows does not matter', async () => {
  for (const manner of [customerManner, sparseManner]) {
    const { table } = makePeople({ rows: 400, seed: 41, manner, repeats: 0.5, mostRepeats: 3 });
    const order = shuffled(table.rowCount, 42);
    const columns = table.columns.map((column) => ({ ...column, values: order.map((row) => column.values[row]!) }));
    const [plain, mixed] = [await resolveTable(table), await resolveTable({ ...table, columns })];
    const mixedBack = new Array<number>(table.rowCount);
    order.forEach((row, at) => {
      mixedBack[row] = mixed.clusters[at]!;
    });
    assert.deepEqual(partition(mixedBack), partition([...plain.clusters]));
    assert.deepEqual(mixed.thresholds, plain.thresholds);
  }
});

test('the number of threads does not matter, and blocking loses next to nothing', async () => {
  const { table, truth } = makePeople({
    rows: 6000,
    seed: 51,
    manner: customerManner,
    repeats: 0.25,
    mostRepeats: 2,
    families: 0.2,
  });
  const [one, _two, three] = [
    await resolveTable(table, { threads: 1 }),
    await resolveTable(table, { threads: 2 }),
    await resolveTable(table, { threads: 3 }),
  ];
  assert.deepEqual(three.clusters, one.clusters);
  assert.deepEqual(three.pairs, one.pairs);
  assert.deepEqual(three.model, one.model);
  const score = pairwiseScore(one.clusters, truth);
  assert.ok(
    score.recall >= 0.97,
    `recall ${score.recall} from ${one.parameters.comparedPairs} of ${one.parameters.possiblePairs} pairs`,
  );
  assert.ok(one.parameters.comparedPairs < one.parameters.possiblePairs / 10);
});

test('linking only joins across sources', async () => {
  const { table, truth } = makePeople({ rows: 700, seed: 61, manner: febrlManner, repeats: 0.5, mostRepeats: 1 });
  const sources = Int32Array.from(truth, (_, row) => row % 2);
  const { pairs } = await resolveTable({ ...table, sources }, { linkOnly: true });
  assert.ok(pairs.length > 50);
  for (const { left, right } of pairs) assert.notEqual(sources[left], sources[right]);
});

test('reasons add up to the probability, and a stored model scores a pair alike', async () => {
  const { table } = makePeople({ rows: 500, seed: 71, manner: customerManner, repeats: 0.4, mostRepeats: 2 });
  const resolution = await resolveTable(table);
  const model = JSON.parse(JSON.stringify(await trainModel(table))) as typeof resolution.model;
  const person = (row: number) => Object.fromEntries(table.columns.map(({ field, values }) => [field, values[row]]));
  for (const { left, right, probability } of resolution.pairs.slice(0, 200)) {
    const bits = resolution.reasons(left, right).reduce((sum, { weightBits }) => sum + weightBits, 0);
    assert.ok(Math.abs(1 / (1 + 2 ** -bits) - probability) < 1e-4, `rows ${left} and ${right}`);
    const [there, back] = [scorePair(model, person(left), person(right)), scorePair(model, person(right), person(left))];
    assert.equal(there.probability, back.probability);
    assert.ok(Math.abs(there.probability - probability) < 0.35, `${there.probability} against ${probability}`);
  }
});

const data = process.env.HOLDFAST_DATA;
const real: [file: string, truth: string, floor: number][] = [
  ['febrl/dataset1.csv', 'rec_id', 0.995],
  ['febrl/dataset2.csv', 'rec_id', 0.997],
  ['febrl/dataset3.csv', 'rec_id', 0.992],
  ['splink/fake_1000.csv', 'cluster', 0.93],
];
for (const [file, truthColumn, floor] of real) {
  const path = data === undefined ? '' : join(data, file);
  const skip =
    data === undefined
      ? 'HOLDFAST_DATA is not set: the real sets did not run'
      : existsSync(path)
        ? false
        : `${file} is not there`;
  test(`${file}: F1 at least ${floor}`, { skip }, async () => {
    const files = [await readPersonFile(path)];
    const { table } = joinFiles(files, {}, truthColumn);
    const { f1, told } = await f1Of({ table, truth: truthOfColumn(files, truthColumn).map(String) });
    assert.ok(f1 >= floor, `F1 ${f1.toFixed(4)}: ${told}`);
  });
}

function shuffled(count: number, seed: number): number[] {
  const dice = createDice(seed);
  const order = Array.from({ length: count }, (_, row) => row);
  for (let i = count - 1; i > 0; i--) {
    const j = dice.int(i + 1);
    [order[i], order[j]] = [order[j]!, order[i]!];
  }
  return order;
}

/** Groups of rows, whatever they are numbered. */
function partition(clusters: number[]): number[][] {
  const groups = new Map<number, number[]>();
  clusters.forEach((cluster, row) => {
    const group = groups.get(cluster);
    if (group) group.push(row);
    else groups.set(cluster, [row]);
  });
  return [...groups.values()];
}
