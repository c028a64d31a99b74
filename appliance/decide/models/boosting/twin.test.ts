// The kernels against their slow twin on random tables, byte for byte, for any number of threads.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import fc from 'fast-check';
import { Boosting } from './boosting.ts';
import { defaults, type Settings, settingsOf } from './settings.ts';
import { normal, seeded, sharedFloats } from './testing/tables.ts';
import { trainTwin } from './testing/twin.ts';

const boosting = new Boosting({ threads: 3 });
after(() => boosting.close());

type Case = {
  seed: number;
  rows: number;
  columns: number;
  missing: number;
  distinct: number;
  weighted: boolean;
  settings: Partial<Settings>;
};

const share = fc.constantFrom(1, 1, 0.7, 0.4);
const cases: fc.Arbitrary<Case> = fc.record({
  seed: fc.nat(),
  rows: fc.integer({ min: 20, max: 700 }),
  columns: fc.integer({ min: 1, max: 45 }),
  missing: fc.constantFrom(0, 0.1, 0.5),
  distinct: fc.constantFrom(2, 7, 1e9),
  weighted: fc.boolean(),
  settings: fc.record({
    objective: fc.constantFrom('logistic' as const, 'squared' as const),
    trees: fc.integer({ min: 1, max: 5 }),
    growth: fc.constantFrom('depth' as const, 'leaf' as const),
    maxDepth: fc.integer({ min: 1, max: 9 }),
    maxLeaves: fc.integer({ min: 2, max: 40 }),
    minChildHessian: fc.constantFrom(0, 0.01, 1, 5),
    lambda: fc.constantFrom(0, 1, 10),
    alpha: fc.constantFrom(0, 0, 0.5),
    gamma: fc.constantFrom(0, 0.3),
    rowSample: share,
    columnSample: share,
    seed: fc.nat(),
  }),
});

/** A table, labels and weights of a case; the last column is constant where there are several. */
function made({ seed, rows, columns, missing, distinct, weighted }: Case) {
  const random = seeded(seed);
  const gauss = normal(random);
  const table = Array.from({ length: columns }, (_, column) => {
    const cells = sharedFloats(rows);
    for (let row = 0; row < rows; row += 1) {
      const value = column > 0 && column === columns - 1 ? 3 : Math.round(gauss() * distinct) / distinct;
      cells[row] = random() < missing ? Number.NaN : value;
    }
    return cells;
  });
  const labels = sharedFloats(rows);
  for (let row = 0; row < rows; row += 1) labels[row] = (table[0]![row]! || 0) + gauss() > 0 ? 1 : 0;
  labels[0] = 0;
  labels[1] = 1;
  const weights = weighted ? sharedFloats(rows).map(() => Math.fround(random() * 3 + 0.01)) : undefined;
  return { features: { rows, columns: table }, labels, weights };
}

test('the twin grows the same trees, for one, two and three threads', { timeout: 120_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(cases, fc.boolean(), async (one, constrained) => {
      const { features, labels, weights } = made(one);
      const monotone = constrained ? features.columns.map((_, column) => ((column % 3) - 1) as -1 | 0 | 1) : undefined;
      const settings = settingsOf({ ...one.settings, monotone }, one.columns);
      const table = await boosting.bin(features);
      const expected = JSON.stringify(trainTwin(table, labels, weights, settings));
      for (const threads of [1, 2, 3]) {
        const { trees } = await boosting.train(table, labels, settings, { threads, ...(weights ? { weights } : {}) });
        assert.equal(JSON.stringify(trees), expected);
      }
    }),
    { numRuns: process.env.HOLDFAST_LONG === '1' ? 1000 : 40 },
  );
});

test('deep trees, whose levels are split in several steps, too', { timeout: 120_000 }, async () => {
  const { features, labels } = made({
    seed: 5,
    rows: 3000,
    columns: 3,
    missing: 0.05,
    distinct: 1e9,
    weighted: false,
    settings: {},
  });
  const settings: Settings = { ...defaults, trees: 2, maxDepth: 14, minChildHessian: 0, lambda: 0.1 };
  const table = await boosting.bin(features);
  const expected = trainTwin(table, labels, undefined, settings);
  assert.ok(Math.max(...expected.trees.map(({ feature }) => feature.length)) > 500);
  for (const threads of [1, 3]) {
    const { trees } = await boosting.train(table, labels, settings, { threads });
    assert.deepEqual(trees, expected);
  }
});
