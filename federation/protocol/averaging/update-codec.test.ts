// Updates in fixed point: no sum of honest members leaves its words, the mean comes back within the rounding, and nothing is clipped silently
// that is no number.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { norm } from './arithmetic.ts';
import {
  clipToNorm,
  decodeUpdate,
  encodeUpdate,
  honestNorm,
  memberLimit,
  type UpdateTerms,
  updateScale,
  updateSensitivity,
  wordHalf,
} from './averaging.ts';

const add = (vectors: readonly Int32Array[]) =>
  Int32Array.from(vectors[0]!, (_, at) => {
    const sum = vectors.reduce((total, vector) => total + vector[at]!, 0);
    assert.ok(Math.abs(sum) <= wordHalf, `word ${at}: ${sum}`);
    return sum;
  });

const double = fc.double({ min: -1e6, max: 1e6, noNaN: true });
const termsOf = fc.record({
  parameters: fc.constant(7),
  members: fc.integer({ min: 1, max: memberLimit }),
  clip: fc.double({ min: 1e-6, max: 1e6, noNaN: true }),
  weighting: fc.oneof(
    fc.constant({ by: 'equal' } as const),
    fc.record({ by: fc.constant('rows' as const), rowsCap: fc.integer({ min: 1, max: 8_000_000 }) }),
  ),
});

test('any members, any updates: the sum stays in its words and its mean is the mean of the clipped updates', () => {
  fc.assert(
    fc.property(
      termsOf,
      fc.array(fc.tuple(fc.array(double, { minLength: 7, maxLength: 7 }), fc.integer({ min: 1, max: 1e9 })), {
        minLength: 1,
        maxLength: 12,
      }),
      (terms: UpdateTerms, given) => {
        const updates = given.slice(0, terms.members).map(([delta, rows]) => ({ delta, rows }));
        const { scale } = updateScale(terms);
        const decoded = decodeUpdate(terms, add(updates.map((update) => encodeUpdate(terms, update))), updates.length);
        const heaviest = terms.weighting.by === 'rows' ? terms.weighting.rowsCap : 1;
        const weights = updates.map(({ rows }) => Math.min(rows, heaviest));
        const weight = weights.reduce((sum, each) => sum + each, 0);
        assert.equal(decoded.weight, weight);
        assert.ok(norm(decoded.mean) <= honestNorm(terms, weight, updates.length) * (1 + 1e-12));
        const clipped = updates.map(({ delta }) => clipToNorm(delta, terms.clip).update);
        decoded.mean.forEach((value, at) => {
          const expected = clipped.reduce((sum, delta, member) => sum + (delta[at]! * weights[member]!) / weight, 0);
          const rounding = ((0.5 * updates.length) / scale) * (heaviest / weight);
          assert.ok(Math.abs(value - expected) <= rounding * 1.0001 + 1e-12 * terms.clip, `${value}, expected ${expected}`);
        });
      },
    ),
    { seed: 1, numRuns: 300 },
  );
});

test('the worst that honest members can send fits at every number of members, and twice the scale would not', () => {
  for (let members = 1; members <= memberLimit; members += 1) {
    const terms: UpdateTerms = { parameters: 1, members, clip: 0.7, weighting: { by: 'equal' } };
    const { scale, bound } = updateScale(terms);
    const worst = encodeUpdate(terms, { delta: [-1e9], rows: 5 });
    assert.ok(members * Math.abs(worst[0]!) <= wordHalf && members * bound <= wordHalf, `${members}`);
    assert.ok(members * 2 * scale * terms.clip > wordHalf * 0.99, `${members}: room is wasted`);
  }
  assert.throws(() => updateScale({ parameters: 1, members: 256, clip: 1, weighting: { by: 'equal' } }), /members/);
});

test('one member moves the sum by no more than the sensitivity says', () => {
  fc.assert(
    fc.property(termsOf, fc.array(double, { minLength: 7, maxLength: 7 }), (terms: UpdateTerms, delta) => {
      const words = encodeUpdate(terms, { delta, rows: 1e9 });
      assert.ok(norm(words.subarray(0, 7)) <= updateSensitivity(terms) * (1 + 1e-12));
    }),
    { seed: 2, numRuns: 200 },
  );
});

test('a reserve is kept free, and members without rows count for nothing', () => {
  const terms: UpdateTerms = { parameters: 2, members: 10, clip: 1, weighting: { by: 'equal' }, reserve: 100_000_000 };
  const { scale, bound } = updateScale(terms);
  assert.ok(scale + 1 + 100_000_000 <= bound);
  const none = encodeUpdate(terms, { delta: [0.5, 0.5], rows: 0 });
  assert.deepEqual([...none], [0, 0, 0]);
  const one = encodeUpdate(terms, { delta: [0.25, -0.5], rows: 3 });
  assert.deepEqual(decodeUpdate(terms, add([none, one]), 2), { mean: Float64Array.of(0.25, -0.5), weight: 1 });
});

test('rows weigh up to the cap', () => {
  const terms: UpdateTerms = { parameters: 1, members: 3, clip: 1, weighting: { by: 'rows', rowsCap: 100 } };
  const sum = add([
    encodeUpdate(terms, { delta: [1], rows: 1000 }),
    encodeUpdate(terms, { delta: [0], rows: 50 }),
    encodeUpdate(terms, { delta: [-1], rows: 50 }),
  ]);
  assert.deepEqual(decodeUpdate(terms, sum, 3), { mean: Float64Array.of(0.25), weight: 200 });
});

test('what is no update, and what no honest members sum to, is refused by name and index', () => {
  const terms: UpdateTerms = { parameters: 3, members: 5, clip: 1, weighting: { by: 'rows', rowsCap: 100 } };
  const encode = (delta: number[], rows = 1) => encodeUpdate(terms, { delta, rows });
  assert.throws(() => encode([0, Number.NaN, 0]), /update: .* got NaN at 1/);
  assert.throws(() => encode([0, 0, Number.NEGATIVE_INFINITY]), /update: .* got -Infinity at 2/);
  assert.throws(() => encode([1e200, 0, 0]), /finite norm/);
  assert.throws(() => encode([0, 0]), /expected 3 numbers, got 2/);
  assert.throws(() => encode([0, 0, 0], 1.5), /rows/);
  assert.throws(() => encode([0, 0, 0], -1), /rows/);
  assert.throws(() => decodeUpdate(terms, new Int32Array(4), 5), /weight: .* got 0/);
  assert.throws(() => decodeUpdate(terms, Int32Array.of(0, 0, 0, 501), 5), /weight/);
  assert.throws(() => decodeUpdate(terms, Int32Array.of(0, 2 ** 31 - 1, 0, 5), 1), /at 1/);
  assert.throws(() => decodeUpdate(terms, Int32Array.of(0, 0, 0, 5), 6), /contributors/);
  assert.throws(() => updateScale({ ...terms, clip: 0 }), /clip/);
  assert.throws(() => updateScale({ ...terms, clip: Number.NaN }), /clip/);
  assert.throws(() => updateScale({ ...terms, reserve: 429_400_000 }), /clip: expected at least 256 steps/);
  assert.throws(() => updateScale({ ...terms, weighting: { by: 'rows', rowsCap: 2 ** 29 } }), /rowsCap/);
});
