// Edges from counts: cells hold what a slow search says, parties find what one table does, and bins come out as a person would cut them. Real sets
// run when HOLDFAST_DATA names their folder.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import fc from 'fast-check';
import { Fault } from '../../../core/errors.ts';
import { Boosting } from './boosting.ts';
import { countCells, EdgeFinder, edgesFrom, firstCells, keyOf, refine } from './shared-edges.ts';
import { chosen, mixedTable } from './testing/parties.ts';
import { needsReal, readReal, realSets } from './testing/real.ts';
import { measure, normal, seeded, tableOf } from './testing/tables.ts';

const boosting = new Boosting({ threads: 2 });
after(() => boosting.close());

/** Edges of columns of one table. */
async function found(columns: readonly (readonly number[])[], settings: { bins?: number; leastCount?: number } = {}) {
  const edges = await boosting.sharedEdges(tableOf(columns), { ...settings, sum: async (counts) => counts });
  return edges.map((of) => [...of]);
}

/** How many numbers lie in each bin. */
function shares(values: readonly number[], edges: readonly number[]): number[] {
  const counts = new Array<number>(edges.length + 1).fill(0);
  for (const value of values) {
    const bin = edges.findIndex((edge) => Math.fround(value) <= edge);
    counts[bin < 0 ? edges.length : bin]! += 1;
  }
  return counts;
}

const number = fc.oneof(
  fc.float({ noDefaultInfinity: true }),
  fc.constantFrom(0, -0, 1, -1, 2 ** -149, -(2 ** -149), 3.4028234663852886e38, -3.4028234663852886e38),
);

test('keys keep the order of numbers', () => {
  const key = (value: number) => keyOf(new Uint32Array(Float32Array.of(value).buffer)[0]!);
  fc.assert(
    fc.property(fc.float({ noNaN: true }), fc.float({ noNaN: true }), (a, b) => {
      assert.equal(Math.sign(key(a) - key(b)), a < b ? -1 : a > b ? 1 : 0);
    }),
  );
});

test('cells hold what a slow search finds, on every pass, and edges part numbers as the cells do', () => {
  fc.assert(
    fc.property(fc.array(number, { minLength: 1, maxLength: 300 }), fc.integer({ min: 3, max: 256 }), (values, bins) => {
      const numbers = Float32Array.from(values);
      const keys = [...new Uint32Array(numbers.buffer)].filter((_, at) => !Number.isNaN(numbers[at])).map(keyOf);
      let cells = firstCells();
      for (;;) {
        const counts = countCells(numbers, cells);
        const { tops } = cells;
        for (let cell = 0; cell < tops.length; cell += 1) {
          const above = cell === 0 ? -1 : tops[cell - 1]!;
          const slow = keys.filter((key) => key > above && key <= tops[cell]!).length;
          if (slow !== counts[cell]) assert.equal(counts[cell], slow);
        }
        assert.equal(counts.at(-1), numbers.length - keys.length);
        const edges = edgesFrom(cells, counts, { bins });
        assert.ok(edges.length <= bins - 2);
        // Every edge parts the counts between two cells: so many numbers are at most it as lie in the cells below.
        let before = Number.NEGATIVE_INFINITY;
        const sums = new Set([0]);
        let sum = 0;
        for (const count of counts.subarray(0, -1)) {
          sum += count;
          sums.add(sum);
        }
        for (const edge of edges) {
          assert.ok(edge > before && !Object.is(edge, -0));
          assert.ok(sums.has(numbers.filter((value) => value <= edge).length));
          before = edge;
        }
        const finer = refine(cells, counts, { bins, leastCount: 2 });
        if (!finer) break;
        assert.equal(finer.pass, cells.pass + 1);
        cells = finer;
      }
      assert.ok(cells.pass <= 3);
    }),
    { numRuns: 60, seed: 20_261_126 },
  );
});

test('parties that add their counts find the edges of the pooled table', async () => {
  const { features, labels } = mixedTable(3000, 6, 3);
  const rows = [...labels.keys()];
  const parts = [0, 1, 2].map((part) =>
    chosen(
      { features, labels },
      rows.filter((row) => row % 3 === part),
    ),
  );
  const whole = new EdgeFinder(6);
  const added = new EdgeFinder(6);
  const count = ({ columns }: { columns: readonly Float32Array[] }, finder: EdgeFinder) =>
    [...finder.cells].flatMap(([column, cells]) => [...countCells(columns[column]!, cells)]);
  while (whole.cells.size > 0) {
    const each = parts.map((part) => count(part.features, added));
    added.take(Int32Array.from(each[0]!, (_, at) => each.reduce((sum, one) => sum + one[at]!, 0)));
    whole.take(Int32Array.from(count(features, whole)));
  }
  assert.deepEqual(added.edges, whole.edges);
  const threads = await boosting.sharedEdges(features, { sum: async (counts) => counts });
  assert.deepEqual(threads, whole.edges);
});

test('few different numbers have a bin each, with edges in the gaps', async () => {
  const random = seeded(2);
  const times = <T>(value: () => T) => Array.from({ length: 20_000 }, value);
  const flag = times(() => Number(random() < 0.1));
  const months = times(() => Math.floor(random() * 73));
  const codes = times(() => Math.floor(random() * 200) - 50);
  const missing = times(() => Number.NaN);
  const constant = times(() => 7);
  const [ofFlag, ofMonths, ofCodes, ofMissing, ofConstant] = await found([flag, months, codes, missing, constant]);
  assert.deepEqual(ofFlag, [0.5]);
  assert.equal(ofMonths!.length, 72);
  for (const [month, edge] of ofMonths!.entries()) assert.ok(edge >= month && edge < month + 1);
  assert.equal(ofCodes!.length, 199);
  for (const [at, edge] of ofCodes!.entries()) assert.ok(edge >= at - 50 && edge < at - 49);
  assert.deepEqual([ofMissing, ofConstant], [[], []]);
});

test('bins of continuous numbers hold about equal shares, and a heavy number has a bin of its own', async () => {
  const gauss = normal(seeded(5));
  const random = seeded(6);
  const rows = 100_000;
  const money = Array.from({ length: rows }, () => Math.round(Math.exp(gauss() + 3) * 100) / 100);
  const near = Array.from({ length: rows }, () => 1e6 + Math.round(random() * 1000) / 8);
  const spiky = Array.from({ length: rows }, (_, row) => (row % 3 === 0 ? 0 : row % 3 === 1 ? 49.99 : gauss() * 20));
  const plain = Array.from({ length: rows }, gauss);
  const columns = [money, near, spiky, plain];
  const edges = await found(columns);
  for (const [at, of] of edges.entries()) {
    const counts = shares(columns[at]!, of);
    assert.ok(of.length > 180, `${of.length} edges of column ${at}`);
    const least = at === 2 ? (rows / 3) * 0.99 : 0;
    for (const count of counts) assert.ok(count < (rows / 255) * 1.7 || (least > 0 && count >= least), `${count} rows in a bin`);
  }
  const heavy = shares(spiky, edges[2]!).filter((count) => count > rows / 4);
  assert.equal(heavy.length, 2);
});

test('cells of fewer than the least count are never cut', () => {
  const cells = firstCells();
  const counts = new Int32Array(cells.tops.length + 1);
  counts[300] = 19;
  counts[301] = 20;
  const finer = refine(cells, counts, { bins: 256, leastCount: 20 })!;
  assert.ok(finer.tops.includes(cells.tops[299]!) && finer.tops.includes(cells.tops[300]!));
  const inside = finer.tops.filter((top) => top > cells.tops[299]! && top < cells.tops[301]!);
  assert.deepEqual(
    inside.filter((top) => top < cells.tops[300]!),
    new Uint32Array(0),
  );
  assert.ok(inside.length > 2);
});

test('infinite numbers, odd settings and counts that cannot be are named', async () => {
  const code = (where: RegExp) => (error: unknown) =>
    error instanceof Fault && error.code === 'bad_request' && where.test(error.where!);
  await assert.rejects(
    found([
      [1, 2],
      [1, Number.NEGATIVE_INFINITY],
    ]),
    code(/features\[1\]/),
  );
  await assert.rejects(found([[1]], { bins: 2 }), code(/bins/));
  await assert.rejects(found([[1]], { leastCount: 0 }), code(/leastCount/));
  const features = tableOf([
    [1, 2],
    [3, 4],
  ]);
  await assert.rejects(boosting.sharedEdges(features, { sum: async (counts) => counts.subarray(1) }), code(/sums/));
  await assert.rejects(boosting.sharedEdges(features, { sum: async (counts) => counts.fill(-1, 0, 1) }), code(/sums/));
});

for (const set of realSets) {
  test(`as good as exact quantiles: ${set.name}`, { skip: needsReal, timeout: 60_000 }, async (t) => {
    const table = readReal(set);
    const settings = { trees: 150, learningRate: 0.05, maxDepth: 4 };
    const reached: { [kind: string]: number } = { exact: 0, grid: 0 };
    for (let fold = 0; fold < 5; fold += 1) {
      const [training, held] = [false, true].map((out) =>
        chosen(
          table,
          table.folds.flatMap((one, row) => ((one === fold) === out ? [row] : [])),
        ),
      ) as [typeof table, typeof table];
      const grid = await boosting.sharedEdges(training.features, { sum: async (counts) => counts });
      for (const [kind, edges] of Object.entries({ exact: undefined, grid })) {
        const binned = await boosting.bin(training.features, edges ? { edges } : {});
        const { trees } = await boosting.train(binned, training.labels, settings);
        reached[kind]! += measure(await boosting.predictMargins(trees, held.features), held.labels).auc / 5;
      }
    }
    t.diagnostic(`AUC ${reached.grid!.toFixed(4)}, exact quantiles ${reached.exact!.toFixed(4)}`);
    assert.ok(reached.grid! > reached.exact! - 0.002);
  });
}
