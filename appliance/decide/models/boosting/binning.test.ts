// Bins: edges are exact quantiles, numbers fall where a slow search says, and what equals an edge goes left.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import fc from 'fast-check';
import { edgesOf } from './binning.ts';
import { Boosting } from './boosting.ts';
import { binsSlowly, columnOfBins, normal, seeded, tableOf } from './testing/tables.ts';

const boosting = new Boosting({ threads: 2 });
after(() => boosting.close());

test('every number lies in the bin that a slow search finds', async () => {
  const cell = fc.oneof(fc.float({ noDefaultInfinity: true }), fc.constantFrom(0, -0, 1, 2, Number.NaN));
  const tables = fc
    .integer({ min: 1, max: 300 })
    .chain((rows) => fc.array(fc.array(cell, { minLength: rows, maxLength: rows }), { minLength: 1, maxLength: 9 }));
  await fc.assert(
    fc.asyncProperty(tables, fc.integer({ min: 3, max: 256 }), async (columns, bins) => {
      const features = tableOf(columns);
      const table = await boosting.bin(features, { bins });
      for (const edges of table.edges) {
        assert.ok(edges.length <= bins - 2);
        for (let at = 1; at < edges.length; at += 1) assert.ok(edges[at]! > edges[at - 1]!);
      }
      const slow = binsSlowly(features, table.edges);
      for (const column of columns.keys()) assert.deepEqual(columnOfBins(table, column), slow[column]);
    }),
    { numRuns: 60 },
  );
});

test('edges part equal shares, and a number that fills much has a bin of its own', () => {
  const gauss = normal(seeded(4));
  const sorted = Float32Array.from({ length: 100_000 }, gauss).sort();
  const edges = edgesOf(sorted, 255);
  assert.equal(edges.length, 254);
  let from = 0;
  for (const edge of [...edges, Number.POSITIVE_INFINITY]) {
    let to = from;
    while (to < sorted.length && sorted[to]! <= edge) to += 1;
    assert.ok(Math.abs(to - from - sorted.length / 255) <= 2, `${to - from} rows in a bin`);
    from = to;
  }
  const heavy = Float32Array.from({ length: 10_000 }, (_, row) => (row < 4000 ? row / 4000 - 2 : row < 9000 ? 0 : row)).sort();
  const cut = edgesOf(heavy, 10);
  assert.ok(cut.some((edge) => edge < 0 && edge > -1.1));
  assert.ok(cut.some((edge) => edge >= 0 && edge < 9000));
});

test('few different numbers have a bin each, with edges halfway', async () => {
  const { edges } = await boosting.bin(tableOf([[1, 3, 1, Number.NaN, 2, 3]]));
  assert.deepEqual([...edges[0]!], [1.5, 2.5]);
});
