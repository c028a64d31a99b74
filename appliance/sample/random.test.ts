import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { scattered, seeded, sfc32, uuidFrom } from './random.ts';

/** PractRand's sfc32 written with whole numbers that never overflow: slow and plain. */
function slowSfc32(a: bigint, b: bigint, c: bigint): () => number {
  const word = (n: bigint) => n & 0xffff_ffffn;
  let counter = 1n;
  const next = () => {
    const out = word(a + b + counter);
    counter = word(counter + 1n);
    a = b ^ (b >> 9n);
    b = word(c + (c << 3n));
    c = word(word((c << 21n) | (c >> 11n)) + out);
    return Number(out);
  };
  for (let round = 0; round < 12; round++) next();
  return next;
}

test('the generator is sfc32', () => {
  const word = fc.integer({ min: 0, max: 0xffff_ffff });
  fc.assert(
    fc.property(word, word, word, (a, b, c) => {
      const fast = sfc32(a, b, c);
      const slow = slowSfc32(BigInt(a), BigInt(b), BigInt(c));
      for (let i = 0; i < 50; i++) assert.equal(fast(), slow());
    }),
  );
});

test('a stream depends on its seed and labels alone', () => {
  const draw = (seed: number, ...labels: string[]) => seeded(seed, ...labels).hex(64);
  assert.equal(draw(7, 'a'), draw(7, 'a'));
  assert.equal(new Set([draw(7, 'a'), draw(8, 'a'), draw(7, 'b'), draw(7, 'a', 'b'), draw(-7, 'a')]).size, 5);
});

test('distributions have the means and spreads they are named for', () => {
  const moments = (draw: () => number, count = 40_000) => {
    let sum = 0;
    let squares = 0;
    for (let i = 0; i < count; i++) {
      const value = draw();
      sum += value;
      squares += value * value;
    }
    const mean = sum / count;
    return { mean, variance: squares / count - mean * mean };
  };
  const rng = seeded(1, 'moments');
  const near = (found: number, wanted: number, by: number, what: string) =>
    assert.ok(Math.abs(found - wanted) < by, `${what}: ${found}, wanted ${wanted}`);
  const cases: [string, () => number, number, number][] = [
    ['unit', rng.unit, 1 / 2, 1 / 12],
    ['normal', rng.normal, 0, 1],
    ['exponential', () => rng.exponential(2), 2, 4],
    ['gamma above 1', () => rng.gamma(2.5, 0.8), 2, 1.6],
    ['gamma below 1', () => rng.gamma(0.6, 2), 1.2, 2.4],
    ['poisson', () => rng.poisson(1.7), 1.7, 1.7],
    ['poisson of many', () => rng.poisson(50), 50, 50],
  ];
  for (const [what, draw, mean, variance] of cases) {
    const found = moments(draw);
    near(found.mean, mean, 0.035 * Math.max(1, Math.sqrt(variance)), `${what}, mean`);
    near(found.variance, variance, 0.1 * Math.max(1, variance), `${what}, variance`);
  }
});

test('weights are kept and nothing outside the list is drawn', () => {
  const rng = seeded(2, 'weights');
  const counts = { a: 0, b: 0, never: 0 };
  for (let i = 0; i < 20_000; i++)
    counts[
      rng.weighted([
        ['a', 3],
        ['never', 0],
        ['b', 1],
      ] as const)
    ] += 1;
  assert.equal(counts.never, 0);
  assert.ok(Math.abs(counts.a / 20_000 - 0.75) < 0.015, JSON.stringify(counts));
});

test('scattered numbers never collide', () => {
  for (const offset of [0, 7, 40_417])
    assert.equal(new Set(Array.from({ length: 10_000 }, (_, i) => scattered(i, 10_000, offset))).size, 10_000);
});

test('message ids are UUIDs of version 8', () => {
  const rng = seeded(3, 'ids');
  for (let i = 0; i < 1000; i++)
    assert.match(uuidFrom(rng), /^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
});
