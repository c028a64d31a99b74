// Clipping and sensitivities: that no row and no member ever moves a result by more than the rule says.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { clipped, clippedToIntegers, grouped, histogramSensitivity, normOf, replaced, updateSensitivity } from './sensitivity.ts';
import { near } from './testing.ts';

const fixed = { seed: 20_160_001 };
const vectors = fc
  .array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { maxLength: 40 })
  .map((values) => Float64Array.from(values));
const bounds = fc.double({ min: 1e-3, max: 1e5, noNaN: true });

test('clipping: within the bound, in the same direction, and untouched where it was within', () => {
  fc.assert(
    fc.property(vectors, bounds, (vector, bound) => {
      const short = clipped(vector, bound);
      assert.ok(normOf(short) <= bound);
      const norm = normOf(vector);
      if (norm < bound * 0.999) assert.deepEqual(short, vector);
      else for (const [index, value] of short.entries()) near(value, (vector[index]! * bound) / Math.max(norm, bound), 1e-9);
    }),
    fixed,
  );
});

test('clipped integers: exact sums of squares are within the bound', () => {
  fc.assert(
    fc.property(
      vectors,
      fc.integer({ min: 1, max: 1000 }),
      fc.integer({ min: 1, max: 2 ** 20 }),
      (vector, bound, unitsPerOne) => {
        const values = clippedToIntegers(vector, bound, unitsPerOne);
        const square = [...values].reduce((sum, value) => sum + BigInt(value) ** 2n, 0n);
        assert.ok(square <= BigInt(bound * unitsPerOne) ** 2n);
        assert.ok(values.every((value) => Number.isInteger(value) && !Object.is(value, -0)));
      },
    ),
    fixed,
  );
});

test('norms: no overflow, no underflow, and no length for what is not finite', () => {
  near(normOf(Float64Array.of(3e200, 4e200)) / 5e200, 1, 1e-15);
  near(normOf(Float64Array.of(3e-200, 4e-200)) / 5e-200, 1, 1e-15);
  assert.equal(normOf(new Float64Array(0)), 0);
  near(normOf(new Float64Array(1_000_000).fill(0.1)), 100, 1e-15);
  for (const wrong of [Number.NaN, Number.POSITIVE_INFINITY])
    assert.throws(() => clipped(Float64Array.of(1, wrong), 1), /expected finite numbers/);
  assert.throws(() => clipped(Float64Array.of(1), 0), /bound: expected/);
  assert.throws(() => clippedToIntegers(Float64Array.of(1), 2 ** 30, 2 ** 30), /up to 2\^52/);
});

const row = (features: number, cells: number) =>
  fc.record({
    cell: fc.array(fc.nat(cells - 1), { minLength: features, maxLength: features }),
    gradient: fc.double({ min: -1, max: 1, noNaN: true }),
    hessian: fc.double({ min: 0, max: 0.25, noNaN: true }),
  });

test('histograms of gradients: one row more moves them by no more than the rule, also when cells are rounded', () => {
  const [features, cells] = [4, 3];
  fc.assert(
    fc.property(
      fc.array(row(features, cells), { minLength: 1, maxLength: 12 }),
      fc.constantFrom(0.4, 10),
      (rows, unitsPerOne) => {
        const sums = (of: typeof rows) => {
          const all = new Float64Array(features * cells * 2);
          for (const { cell, gradient, hessian } of of)
            for (const [feature, at] of cell.entries()) {
              all[(feature * cells + at) * 2]! += gradient * unitsPerOne;
              all[(feature * cells + at) * 2 + 1]! += hessian * unitsPerOne;
            }
          return all;
        };
        const [more, less] = [sums(rows), sums(rows.slice(1))];
        for (const rounding of ['none', 'cells'] as const) {
          const read = (values: Float64Array) => (rounding === 'cells' ? values.map(Math.round) : values);
          const difference = read(more).map((value, index) => value - read(less)[index]!);
          const { l2, l1 } = histogramSensitivity({ features, bounds: [unitsPerOne, unitsPerOne / 4], rounding });
          assert.ok(normOf(difference) <= l2 * (1 + 1e-12));
          assert.ok(difference.reduce((sum, value) => sum + Math.abs(value), 0) <= l1 * (1 + 1e-12));
        }
      },
    ),
    fixed,
  );
  // A cell of 0.3 to which 0.4 is added goes from 0 to 1.
  const moved = Math.round(0.3 + 0.4) - Math.round(0.3);
  assert.ok(moved > 0.4 && moved <= histogramSensitivity({ features: 1, bounds: [0.4], rounding: 'cells' }).l2);
  // One number, a hundred features: ten times the bound.
  assert.deepEqual(histogramSensitivity({ features: 100, bounds: [0.5] }), { l2: 5, l1: 50 });
});

test('updates, replaced neighbours and groups', () => {
  assert.deepEqual(updateSensitivity({ bound: 2, dimension: 9 }), { l2: 2, l1: 6 });
  assert.deepEqual(replaced({ l2: 2, l1: 6 }), { l2: 4, l1: 12 });
  assert.deepEqual(grouped({ l2: 2, l1: 6 }, 3), { l2: 6, l1: 18 });
  assert.throws(() => grouped({ l2: 1, l1: 1 }, 0), /rowsMax/);
  assert.throws(() => histogramSensitivity({ features: 0, bounds: [1] }), /features/);
  assert.throws(() => histogramSensitivity({ features: 1, bounds: [] }), /bounds/);
});
