// The sampler against its definition (chi-square, fixed seeds) and against the paper's own form of it on the same random bytes.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { plainDiscreteGaussians } from '../reference/discrete-gaussian.ts';
import { discreteGaussian, discreteGaussians } from './discrete-gaussian.ts';
import { drawsFrom } from './draws.ts';
import { floorSquareRoot, positiveRational, toNumber } from './rational.ts';
import { logNormalTail } from './special.ts';
import { chiSquareScore, near, playing, probabilities, seeded } from './testing.ts';

const fixed = { seed: 20_200_004 };

test('the same bytes give the same values as the paper’s algorithms on fractions', () => {
  const part = fc.bigInt({ min: 1n, max: 10_000n });
  fc.assert(
    fc.property(part, part, fc.nat(), (n, d, seed) => {
      const stream = seeded(seed).bytes(8192 * 8);
      const expected = plainDiscreteGaussians(40, { n, d }, stream, 8192);
      assert.deepEqual([...discreteGaussians(40, { numerator: n, denominator: d }, playing(stream))], expected.map(Number));
    }),
    { ...fixed, numRuns: 150 },
  );
});

test('the twin agrees where the integers no longer fit into 53 bits', () => {
  for (const [n, d] of [
    [10n ** 9n + 7n, 1n],
    [10n ** 11n, 7n],
    [3n, 10n ** 30n],
    [(1n << 70n) + 1n, 1n << 40n],
  ] as const) {
    const stream = seeded(`large ${n}`).bytes(8192 * 8);
    const values = discreteGaussians(30, { numerator: n, denominator: d }, playing(stream));
    assert.deepEqual([...values], plainDiscreteGaussians(30, { n, d }, stream, 8192).map(Number));
  }
});

// The scores are standard deviations, so that 4 is passed by chance once in 30,000; the seeds are fixed.
test('values are as frequent as the definition says', () => {
  for (const [sigma2, reach] of [
    [0.1, 4],
    [0.5, 7],
    [1, 9],
    [7.25, 25],
    [100, 90],
  ] as const) {
    const draws = 100_000;
    const counts = new Array<number>(2 * reach + 1).fill(0);
    for (const value of discreteGaussians(draws, sigma2, seeded(`chi ${sigma2}`))) counts[value + reach]! += 1;
    const score = chiSquareScore(
      counts,
      [...probabilities(sigma2, reach)].map((p) => p * draws),
    );
    assert.ok(score < 4, `${score} at ${sigma2}`);
    assert.equal(
      counts.reduce((sum, count) => sum + count, 0),
      draws,
    );
  }
});

test('with a large sigma the values are as frequent as those of the normal distribution', () => {
  const sigma = 2 ** 30 + 0.5;
  const draws = 100_000;
  const edges = Array.from({ length: 79 }, (_, index) => (index - 39) / 10);
  const above = [...edges.map((edge) => Math.exp(logNormalTail(edge)))];
  const expected = [1, ...above].map((p, index) => (p - (above[index] ?? 0)) * draws);
  const counts = expected.map(() => 0);
  for (const value of discreteGaussians(draws, sigma ** 2, seeded('wide'))) {
    assert.ok(Number.isSafeInteger(value));
    const cell = edges.findIndex((edge) => value / sigma < edge);
    counts[cell < 0 ? edges.length : cell]! += 1;
  }
  assert.ok(chiSquareScore(counts, expected) < 4, `${chiSquareScore(counts, expected)}`);
});

test('events have probability exp(-p/q), on small integers and on large ones', () => {
  const draws = drawsFrom(seeded('exp'), 4096);
  const tries = 40_000;
  const check = (happens: () => boolean, gamma: number) => {
    let count = 0;
    for (let index = 0; index < tries; index += 1) if (happens()) count += 1;
    const p = Math.exp(-gamma);
    const score = (count - tries * p) / Math.sqrt(tries * p * (1 - p) || 1);
    assert.ok(Math.abs(score) < 4.5, `${count / tries} for exp(-${gamma}) = ${p}`);
  };
  check(() => draws.expMinusOne(), 1);
  for (const [p, q] of [
    [0, 5],
    [1, 1000],
    [1, 3],
    [2, 3],
    [5, 5],
    [123_456_789_012, 2 ** 47],
  ] as const) {
    check(() => draws.expMinus(p, q), p / q);
    check(() => draws.expMinusLarge(BigInt(p), BigInt(q)), p / q);
  }
  check(() => draws.expMinusLarge(7n, 2n), 3.5);
  check(() => draws.expMinusLarge(10n ** 40n, 3n * 10n ** 40n), 1 / 3);
  check(() => draws.expMinusLarge(4n, 2n), 2);
});

test('uniform integers: each value of a limit equally often, and up to 2^48', () => {
  const draws = drawsFrom(seeded('uniform'), 64);
  for (const limit of [1, 2, 3, 10, 255, 256]) {
    const counts = new Array<number>(limit).fill(0);
    for (let index = 0; index < limit * 200; index += 1) counts[draws.below(limit)]! += 1;
    if (limit > 1)
      assert.ok(
        chiSquareScore(
          counts,
          counts.map(() => 200),
        ) < 4,
        `${limit}`,
      );
  }
  for (const limit of [257, 65_537, 2 ** 32 + 1, 2 ** 48]) {
    let sum = 0;
    for (let index = 0; index < 2000; index += 1) {
      const drawn = draws.below(limit);
      assert.ok(Number.isSafeInteger(drawn) && drawn >= 0 && drawn < limit);
      sum += drawn / limit;
    }
    assert.ok(Math.abs(sum / 2000 - 0.5) < 0.03, `${limit}: ${sum / 2000}`);
  }
});

test('digits that agree are followed by more digits', () => {
  // 1/3 is 0x5555... in digits of 48 bits: equal to it so far, then below, then above.
  const digit = (value: number) => [value, value, value, value, value, value];
  const ask = (second: number) => {
    const bytes = new Uint8Array([...digit(0x55), ...digit(second), 1, ...new Array(32).fill(0xff)]);
    // Two digits and a byte fill a block.
    return drawsFrom(playing(bytes), 13).expMinusLarge(1n, 3n);
  };
  // Below: the first event happens, then one in two (the byte 1) does not: the run ends at 2, which is even.
  assert.equal(ask(0x00), false);
  assert.equal(ask(0xff), true);
});

test('variance: at most sigma^2, and close to the paper’s bound below 1', () => {
  for (const sigma2 of [0.05, 0.1, 0.3, 1, 4]) {
    const reach = 60;
    const exact = probabilities(sigma2, reach).reduce((sum, p, index) => sum + p * (index - reach) ** 2, 0);
    const factor = 4 * Math.PI ** 2 * sigma2;
    assert.ok(exact <= sigma2 * (1 - factor / Math.expm1(factor)) + 1e-12, `${exact} at ${sigma2}`);
    const values = discreteGaussians(50_000, sigma2, seeded(`variance ${sigma2}`));
    near(values.reduce((sum, value) => sum + value ** 2, 0) / values.length, exact, 0.05, `${sigma2}`);
  }
});

test('one value at a time is the same distribution', () => {
  const random = seeded('single');
  const counts = new Array<number>(15).fill(0);
  for (let index = 0; index < 20_000; index += 1) counts[discreteGaussian(2, random) + 7]! += 1;
  assert.ok(
    chiSquareScore(
      counts,
      [...probabilities(2, 7)].map((p) => p * 20_000),
    ) < 4,
  );
});

test('fractions: a number stands for exactly what its bits say', () => {
  assert.deepEqual(positiveRational(0.1, 'x'), { numerator: 3_602_879_701_896_397n, denominator: 1n << 55n });
  assert.deepEqual(positiveRational(1e22, 'x'), { numerator: 10n ** 22n, denominator: 1n });
  assert.deepEqual(positiveRational({ numerator: 6n, denominator: 4n }, 'x'), { numerator: 3n, denominator: 2n });
  assert.deepEqual(positiveRational(Number.MIN_VALUE, 'x'), { numerator: 1n, denominator: 1n << 1074n });
  fc.assert(
    fc.property(fc.double({ min: 1e-200, max: 1e200, noNaN: true }), (x) => {
      assert.equal(toNumber(positiveRational(x, 'x')), x);
    }),
    fixed,
  );
  fc.assert(
    fc.property(fc.bigInt({ min: 0n, max: 1n << 200n }), (x) => {
      const root = floorSquareRoot(x);
      assert.ok(root * root <= x && (root + 1n) * (root + 1n) > x);
    }),
    fixed,
  );
});

test('misuse is refused', () => {
  const random = seeded('misuse');
  for (const sigma2 of [0, -1, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 80, { numerator: 1n, denominator: 0n }]) {
    assert.throws(() => discreteGaussian(sigma2, random), RangeError, String(sigma2));
  }
  assert.throws(() => discreteGaussians(-1, 1, random), /count: expected/);
  assert.throws(() => discreteGaussians(1, 1, { bytes: () => new Uint8Array(3) }), /random: expected 8192 bytes, got 3/);
  assert.deepEqual(discreteGaussians(0, 1, random), new Float64Array(0));
});
