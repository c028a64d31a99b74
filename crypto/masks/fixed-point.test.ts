import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { plainSum } from '../reference/masks.ts';
import { clip, type FixedPoint, fixedPoint, fromResidues, toResidues } from './fixed-point.ts';

const form: FixedPoint = { modulus: 2 ** 24, members: 10, bound: 8, stepsPerUnit: 1000 };

test('a sum of up to so many members comes back, wherever their values are within the bound', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 255 }),
      fc.integer({ min: 2 ** 16, max: 2 ** 32 }),
      fc.array(fc.double({ min: -1, max: 1, noNaN: true }), { minLength: 1, maxLength: 20 }),
      (members, modulus, drawn) => {
        // As many steps as just fit.
        const stepsMax = Math.ceil(modulus / 2 / members) - 1;
        const tight = fixedPoint({ modulus, members, bound: stepsMax, stepsPerUnit: 1 });
        const integers = drawn.map((value, at) => (at % 3 === 0 ? Math.sign(value) * stepsMax : Math.round(value * stepsMax)));
        const residues = toResidues(integers, tight);
        const sum = fromResidues(plainSum(Array(members).fill(residues), modulus), tight);
        assert.deepEqual(
          [...sum],
          integers.map((value) => members * value + 0),
        );
      },
    ),
    { seed: 6, numRuns: 300 },
  );
});

test('reals come back to half a step', () => {
  const values = [0, -0, 0.0004, 0.0005, -0.0004, 7.9999, -8, 8];
  assert.deepEqual([...fromResidues(toResidues(values, form), form)], [0, 0, 0, 0.001, 0, 8, -8, 8]);
  assert.deepEqual([...toResidues([-0.001, 0.001], form)], [2 ** 24 - 1, 1]);
});

test('the form has to hold the largest sum', () => {
  fixedPoint({ modulus: 2 ** 16, members: 3, bound: 10_922, stepsPerUnit: 1 });
  assert.throws(
    () => fixedPoint({ modulus: 65_536, members: 4, bound: 8192, stepsPerUnit: 1 }),
    /less than half the modulus, 32768, got 32768/,
  );
  assert.throws(() => fixedPoint({ ...form, members: 0 }), /members: expected an integer from 1 to 255, got 0/);
  assert.throws(() => fixedPoint({ ...form, bound: Number.POSITIVE_INFINITY }), /bound: expected a number above 0, got Infinity/);
  assert.throws(() => fixedPoint({ ...form, stepsPerUnit: 0 }), /stepsPerUnit: expected a number above 0, got 0/);
  assert.throws(() => fixedPoint({ ...form, modulus: 2 ** 33 }), /modulus: expected/);
});

test('what is no number or beyond the bound is refused by its place, and never clipped in silence', () => {
  for (const value of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 8.0001, -9, undefined, '1', null]) {
    assert.throws(() => toResidues([0, 1, value as number], form), /values\[2\]: expected a number from -8 to 8/);
  }
  assert.throws(() => fromResidues(Uint32Array.from([2 ** 24]), form), /residues\[0\]: expected a value below the modulus/);
});

test('clipping says how many it clipped, and does not take what is no number', () => {
  const { values, clippedCount } = clip([1, -9, 8, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY], 8);
  assert.deepEqual([...values], [1, -8, 8, 8, -8]);
  assert.equal(clippedCount, 3);
  assert.throws(() => clip([0, Number.NaN], 8), /values\[1\]: expected a number/);
  assert.throws(() => clip([0], -1), /bound: expected a number above 0, got -1/);
});
