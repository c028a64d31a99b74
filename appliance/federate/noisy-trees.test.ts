// Histograms with noise are mended alike by the trainer and by whoever checks it, into ones that rows could have: by a property over any cells, and
// by a slow search for the nearest.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { mendBase, mendCells, mendCounts, scaleSums } from '../../federation/protocol/trees/noisy.ts';
import { mendCells as trainers } from '../decide/models/boosting/mend.ts';

const most = 2_147_000_000;
const bins = fc.array(fc.integer({ min: 2, max: 9 }), { minLength: 1, maxLength: 4 });
const word = fc.oneof(fc.integer({ min: -50, max: 200 }), fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }));
const histograms = bins.chain((of) => {
  const length = 2 * of.reduce((sum, one) => sum + one, 0);
  const cells = fc.array(word, { minLength: length, maxLength: length }).map((words) => Int32Array.from(words));
  return fc.record({ of: fc.constant(of), parent: cells, child: cells, share: fc.double({ min: 0, max: 1, noNaN: true }) });
});

function totals(cells: Int32Array, of: readonly number[]): { gradient: number; hessian: number }[] {
  let from = 0;
  return of.map((count) => {
    const column = cells.subarray(from, from + 2 * count);
    from += 2 * count;
    const sum = (which: number) => column.reduce((all, one, at) => (at % 2 === which ? all + one : all), 0);
    return { gradient: sum(0), hessian: sum(1) };
  });
}
/** Where no gradient was cut to what a cell holds. */
const whole = (cells: Int32Array) => cells.every((one, at) => at % 2 === 1 || Math.abs(one) < most);

test('trainer and checker mend any histogram alike: one total, hessians from 0 to the parent’s, the sibling too', () => {
  fc.assert(
    fc.property(histograms, ({ of, parent: given, child, share }) => {
      const parent = mendCells(given, of);
      assert.deepEqual(parent, trainers(given, of));
      const [total, ...others] = totals(parent, of);
      for (const other of others) {
        assert.equal(other.hessian, total!.hessian);
        if (whole(parent)) assert.equal(other.gradient, total!.gradient);
      }
      assert.ok(total!.hessian >= 1 && parent.every((one, at) => at % 2 === 0 || one >= 0));
      const known = {
        parent,
        total: { gradient: Math.round(total!.gradient * share) + 0, hessian: Math.round(total!.hessian * share) + 0 },
      };
      const mended = mendCells(child, of, known);
      assert.deepEqual(mended, trainers(child, of, known));
      for (const one of totals(mended, of)) {
        assert.equal(one.hessian, known.total.hessian);
        if (whole(mended)) assert.equal(one.gradient, known.total.gradient);
      }
      for (let at = 1; at < mended.length; at += 2) assert.ok(mended[at]! >= 0 && mended[at]! <= parent[at]!);
    }),
    { numRuns: 500, seed: 20_261_126 },
  );
});

test('a histogram that rows could have stays as it is', () => {
  const cells = Int32Array.of(5, 10, -3, 4, 0, 0, 1, 7, 1, 7);
  assert.deepEqual(mendCells(cells, [3, 2]), cells);
  const known = { parent: cells, total: { gradient: 2, hessian: 6 } };
  const child = Int32Array.of(2, 5, 0, 1, 0, 0, 1, 3, 1, 3);
  assert.deepEqual(mendCells(child, [3, 2], known), child);
});

test('hessians are the nearest that there are: none of all others is nearer', () => {
  fc.assert(
    fc.property(
      fc.tuple(fc.integer({ min: -6, max: 9 }), fc.integer({ min: -6, max: 9 }), fc.integer({ min: -6, max: 9 })),
      fc.tuple(fc.integer({ min: 0, max: 6 }), fc.integer({ min: 0, max: 6 }), fc.integer({ min: 0, max: 6 })),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (values, limits, share) => {
        const total = Math.round(share * (limits[0] + limits[1] + limits[2]));
        const parent = Int32Array.from(limits.flatMap((limit) => [0, limit]));
        const cells = Int32Array.from(values.flatMap((value) => [0, value]));
        const mended = mendCells(cells, [3], { parent, total: { gradient: 0, hessian: total } });
        const far = (of: readonly number[]) => of.reduce((sum, one, at) => sum + (one - values[at]!) ** 2, 0);
        const found = far([mended[1]!, mended[3]!, mended[5]!]);
        for (let a = 0; a <= limits[0]; a += 1)
          for (let b = 0; b <= limits[1]; b += 1) {
            const c = total - a - b;
            if (c >= 0 && c <= limits[2]) assert.ok(found <= far([a, b, c]), `${a} ${b} ${c}`);
          }
      },
    ),
    { numRuns: 300, seed: 7 },
  );
});

test('counts below the cutoff are nothing, and every column is of the same rows', () => {
  const mended = mendCounts(Int32Array.of(90, 4, -7, 3, 40, 60, -20), [4, 3], 10);
  assert.deepEqual([...mended], [90, 0, 0, 10, 40, 60, 0]);
  assert.deepEqual([...mendBase(Int32Array.of(-5, 9, 4))], [2, 1, 0]);
  assert.deepEqual([...mendBase(Int32Array.of(100, -3, 0))], [100, 1, 0]);
  assert.deepEqual(scaleSums(1000, 64), { gradient: 2064, hessian: 1032 });
});
