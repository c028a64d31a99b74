// Moments as words: sums over any split of the rows are those of the pooled rows, bit for bit, and what they say of the columns.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  decodeMoments,
  encodeMoments,
  type Moments,
  memberLimit,
  momentLimits,
  momentWords,
  standardiserOf,
  wordHalf,
} from './averaging.ts';
import { digitsAt, pairAt, pairLimit, putDigits, putPair } from './digits.ts';

/** Values of one feature in steps; null where missing. */
type Column = readonly (number | null)[];
const momentsOf = (columns: readonly Column[], rows: number, positives = Math.min(1, rows)): Moments => ({
  rows,
  positives,
  features: columns.map((column) => {
    const present = column.filter((value) => value !== null).map(BigInt);
    return {
      count: present.length,
      sum: present.reduce((sum, value) => sum + value, 0n),
      squares: present.reduce((sum, value) => sum + value * value, 0n),
    };
  }),
});
const sumOf = (vectors: readonly Int32Array[]) =>
  Int32Array.from(vectors[0]!, (_, at) => {
    const sum = vectors.reduce((total, vector) => total + vector[at]!, 0);
    assert.ok(Math.abs(sum) <= wordHalf);
    return sum;
  });

test('digits and pairs come back, and add up', () => {
  fc.assert(
    fc.property(
      fc.array(fc.bigInt({ min: -(2n ** 79n), max: 2n ** 79n }), { minLength: 1, maxLength: 20 }),
      fc.array(fc.integer({ min: -pairLimit, max: pairLimit }), { minLength: 1, maxLength: 20 }),
      (values, pairs) => {
        const digits = values.map((value) => {
          const words = new Int32Array(4);
          putDigits('value', value, 4, words, 0);
          assert.equal(digitsAt(words, 4, 0), value);
          return words;
        });
        assert.equal(
          digitsAt(sumOf(digits), 4, 0),
          values.reduce((sum, value) => sum + value, 0n),
        );
        const words = pairs.map((value) => {
          const pair = new Int32Array(2);
          putPair('value', value, pair, 0);
          assert.ok(pair.every((word) => Math.abs(word) <= 2 ** 23));
          return pair;
        });
        assert.equal(
          pairAt(sumOf(words), 0),
          pairs.reduce((sum, value) => sum + value, 0),
        );
      },
    ),
    { seed: 3, numRuns: 300 },
  );
  const out = new Int32Array(4);
  assert.throws(() => putPair('value', pairLimit + 1, out, 0), /2\^46/);
  assert.throws(() => putPair('value', Number.NaN, out, 0), /value/);
  assert.throws(() => putDigits('value', 2n ** 95n, 4, out, 0), /4 digits/);
});

test('the fullest moments of 255 members stay in their words', () => {
  const steps = BigInt(momentLimits.stepsOfLimit);
  const count = momentLimits.rows;
  for (const sign of [1n, -1n]) {
    const feature = { count, sum: sign * BigInt(count) * steps, squares: BigInt(count) * steps * steps };
    const words = encodeMoments({ rows: count, positives: count, features: [feature] });
    const sum = words.map((word) => word * memberLimit);
    assert.ok(words.every((word) => Math.abs(word) * memberLimit <= wordHalf));
    const many = BigInt(memberLimit);
    assert.deepEqual(decodeMoments(sum, 1), {
      rows: count * memberLimit,
      positives: count * memberLimit,
      features: [{ count: count * memberLimit, sum: feature.sum * many, squares: feature.squares * many }],
    });
  }
});

test('any split gives the pooled standardiser, bit for bit', () => {
  const value = fc.option(fc.integer({ min: -momentLimits.stepsOfLimit, max: momentLimits.stepsOfLimit }), { nil: null });
  fc.assert(
    fc.property(fc.array(fc.tuple(value, value, fc.integer({ min: 0, max: 4 })), { minLength: 3, maxLength: 60 }), (rows) => {
      const of = (some: typeof rows) => momentsOf([some.map(([a]) => a), some.map(([, b]) => b)], some.length);
      const pooled = { ...of(rows), positives: [0, 1, 2, 3, 4].filter((part) => rows.some(([, , at]) => at === part)).length };
      const parts = [0, 1, 2, 3, 4].map((part) => encodeMoments(of(rows.filter(([, , at]) => at === part))));
      const summed = decodeMoments(sumOf(parts), 2);
      assert.deepEqual(summed, pooled);
      assert.deepEqual(standardiserOf(summed, [8, 0.25], 1), standardiserOf(pooled, [8, 0.25], 1));
    }),
    { seed: 4, numRuns: 200 },
  );
});

test('centers and scales are means and population deviations of what is present', () => {
  const one = momentLimits.stepsOfLimit / 8;
  const values = [1.5, -2, 4, null, 7.25, null, 0];
  const column = values.map((value) => (value === null ? null : value * one));
  const { columns } = standardiserOf(momentsOf([column], values.length), [8], 1);
  const present = values.filter((value) => value !== null);
  const mean = present.reduce((sum, value) => sum + value, 0) / present.length;
  const deviation = Math.sqrt(present.reduce((sum, value) => sum + (value - mean) ** 2, 0) / present.length);
  assert.deepEqual(
    columns.map(({ feature, how }) => [feature, how]),
    [
      [0, 'value'],
      [0, 'missing'],
    ],
  );
  assert.ok(Math.abs(columns[0]!.center - mean) < 1e-14 && Math.abs(columns[0]!.scale - deviation) < 1e-14);
  assert.ok(Math.abs(columns[1]!.center - 2 / 7) < 1e-15 && Math.abs(columns[1]!.scale - Math.sqrt(10) / 7) < 1e-15);
});

test('what tells of few rows, or of nothing, is left out', () => {
  const one = momentLimits.stepsOfLimit;
  const rows = 100;
  const yes = (count: number): Column => Array.from({ length: rows }, (_, row) => (row < count ? one : 0));
  const present = (count: number): Column => Array.from({ length: rows }, (_, row) => (row < count ? row * 1000 : null));
  const kept = (column: Column, fewest?: number) =>
    standardiserOf(momentsOf([column], rows), [1], fewest).columns.map(({ how }) => how);
  assert.deepEqual(kept(yes(19)), []);
  assert.deepEqual(kept(yes(20)), ['value']);
  assert.deepEqual(kept(yes(81)), []);
  assert.deepEqual(kept(yes(19), 19), ['value']);
  assert.deepEqual(kept(present(19)), []);
  assert.deepEqual(kept(present(20)), ['value', 'missing']);
  assert.deepEqual(kept(present(81)), ['value']);
  assert.deepEqual(kept(present(100)), ['value']);
  assert.deepEqual(kept(Array.from({ length: rows }, () => 77)), []);
  assert.deepEqual(
    kept(
      Array.from({ length: rows }, () => null),
      0,
    ),
    [],
  );
  assert.deepEqual(kept(yes(0), 0), []);
});

test('moments that no rows have are refused', () => {
  const words = encodeMoments(momentsOf([[5, -7, null]], 3));
  const with_ = (at: number, by: number) => words.map((word, index) => (index === at ? word + by : word));
  assert.throws(() => decodeMoments(words.subarray(1), 1), /expected 13 numbers/);
  assert.equal(momentWords(1), 13);
  assert.throws(() => decodeMoments(with_(0, -3), 1), /rows: .* got 0/);
  assert.throws(() => decodeMoments(with_(2, 9), 1), /positives/);
  assert.throws(() => decodeMoments(with_(4, 2), 1), /count of feature 0/);
  assert.throws(() => decodeMoments(with_(9, -74), 1), /squares of feature 0/);
  const feature = { count: 1, sum: 2n ** 26n + 1n, squares: 0n };
  assert.throws(() => encodeMoments({ rows: 1, positives: 0, features: [feature] }), /sum of feature 0/);
  assert.throws(() => encodeMoments({ rows: 1, positives: 0, features: [{ count: 2, sum: 0n, squares: 0n }] }), /count/);
  assert.throws(() => standardiserOf(momentsOf([[1, 2]], 2), [3]), /power of two.* got 3/);
  assert.throws(() => standardiserOf(momentsOf([[1, 2]], 2), [2 ** 65]), /power of two/);
  assert.throws(() => standardiserOf(momentsOf([[1, 2]], 2), [Number.NaN]), /power of two/);
  assert.throws(() => standardiserOf(momentsOf([[1, 2]], 2), []), /limits: expected 1/);
});
