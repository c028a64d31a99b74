import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import { inverse, permutation, reorder } from './shuffle.ts';

const seeds = fc.uint8Array({ minLength: 32, maxLength: 32 });
const sizes = fc.integer({ min: 0, max: 300 });
const seedOf = (n: number) => createHash('sha256').update(`shuffle ${n}`).digest();

test('a permutation is a bijection, decided by its seed, and its inverse undoes it', () => {
  fc.assert(
    fc.property(sizes, seeds, (size, seed) => {
      const order = permutation(size, seed);
      assert.deepEqual(
        [...order].sort((a, b) => a - b),
        Array.from({ length: size }, (_, index) => index),
      );
      assert.deepEqual(permutation(size, seed), order);
      const list = Buffer.from(Uint8Array.from({ length: size * 32 }, (_, index) => (index * 7) % 251));
      assert.deepEqual(reorder(reorder(list, order), inverse(order)), list);
      assert.deepEqual(inverse(inverse(order)), order);
      for (const [to, from] of order.entries()) {
        assert.deepEqual(reorder(list, order).subarray(to * 32, to * 32 + 32), list.subarray(from * 32, from * 32 + 32));
      }
    }),
    { numRuns: 40 },
  );
});

/** Chi-square of counts that should be equal. */
const chiSquare = (counts: readonly number[], expected: number) =>
  counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);

// The seeds are fixed, so these either hold for good or never did. The bounds are the 0.999 quantiles of chi-square.
test('all 24 orders of four are equally likely', () => {
  const counts = new Map<string, number>();
  const draws = 24 * 400;
  for (let draw = 0; draw < draws; draw += 1) {
    const order = permutation(4, seedOf(draw)).join();
    counts.set(order, (counts.get(order) ?? 0) + 1);
  }
  assert.equal(counts.size, 24);
  const found = chiSquare([...counts.values()], 400);
  assert.ok(found < 49.73, `${found} with 23 degrees of freedom`);
});

test('each of twenty places comes from each of twenty equally often, and neighbours part', () => {
  const draws = 4000;
  const counts = new Array<number>(400).fill(0);
  let neighbours = 0;
  for (let draw = 0; draw < draws; draw += 1) {
    const order = permutation(20, seedOf(draw));
    for (const [to, from] of order.entries()) {
      counts[to * 20 + from]! += 1;
      if (to > 0 && Math.abs(from - order[to - 1]!) === 1) neighbours += 1;
    }
  }
  // (20 - 1)^2 = 361 degrees of freedom.
  const found = chiSquare(counts, draws / 20);
  assert.ok(found < 448, `${found} with 361 degrees of freedom`);
  // Two a draw expected: 19 pairs, each with a chance of 2/20.
  assert.ok(Math.abs(neighbours / draws - 1.9) < 0.1, `${neighbours / draws} of 1.9`);
});

test('one block of the stream is not the end of it', () => {
  const order = permutation(40_000, seedOf(0));
  assert.equal(new Set(order).size, 40_000);
  assert.notDeepEqual(order.slice(0, 16_384), order.slice(16_384, 32_768));
});

test('wrong counts, seeds and lengths are refused', () => {
  for (const count of [-1, 1.5, 2 ** 27, Number.NaN]) assert.throws(() => permutation(count, seedOf(0)), RangeError);
  assert.throws(() => permutation(3, Buffer.alloc(31)), RangeError);
  assert.throws(() => reorder(Buffer.alloc(64), permutation(3, seedOf(0))), /expected 3 tokens, got 2/);
});
