// Sums of discrete Gaussians: their exact distribution, by convolution, against the bound that the accountant uses.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { epsilonOf, epsilonOfRho } from './convert.ts';
import { discreteGaussians } from './discrete-gaussian.ts';
import { distributedCurve, distributedDivergence, distributedRho, shareOfNoise, tau } from './distributed.ts';
import { toNumber } from './rational.ts';
import { amplifiedCurve, gaussianRho, orders } from './rdp.ts';
import { chiSquareScore, near, probabilities, seeded } from './testing.ts';

const reach = 60;

/** Probabilities of the sum of so many, on -reach to reach. */
function sumOf(memberSigma2: number, members: number): Float64Array {
  const one = probabilities(memberSigma2, reach);
  let sum = one;
  for (let member = 1; member < members; member += 1) {
    sum = one.map((_, at) => {
      let p = 0;
      for (let from = Math.max(0, at - reach); from <= Math.min(2 * reach, at + reach); from += 1)
        p += sum[from]! * one[at - from + reach]!;
      return p;
    });
  }
  return sum;
}

/** Renyi divergence between the sum and the sum moved by `shift`. */
function divergence(p: Float64Array, shift: number, order: number): number {
  let total = 0;
  for (let at = shift; at < p.length; at += 1) {
    if (p[at]! > 1e-290 && p[at - shift]! > 1e-290)
      total += Math.exp(order * Math.log(p[at]!) + (1 - order) * Math.log(p[at - shift]!));
  }
  return Math.log(total) / (order - 1);
}

test('no divergence of the true sum is above the bound, and the bound is close where noise is more than small', () => {
  for (const [memberSigma2, threshold, shift] of [
    [0.25, 2, 1],
    [0.25, 8, 2],
    [0.5, 3, 1],
    [0.5, 20, 1],
    [1, 5, 3],
    [2, 10, 1],
  ] as const) {
    const p = sumOf(memberSigma2, threshold);
    const bound = distributedDivergence({ memberSigma2, threshold, sensitivity: shift, sensitivityL1: shift, dimension: 1 });
    const rho = distributedRho({ memberSigma2, threshold, sensitivity: shift, sensitivityL1: shift, dimension: 1 });
    for (const order of [1.1, 2, 5, 9]) {
      const found = divergence(p, shift, order);
      assert.ok(
        found <= bound(order) + 1e-9,
        `${memberSigma2} * ${threshold} by ${shift} at ${order}: ${found} of ${bound(order)}`,
      );
      assert.ok(found <= order * rho + 1e-9);
      if (memberSigma2 >= 1) near(bound(order) / found, 1, 0.01, `${memberSigma2}`);
    }
  }
});

test('a small sum is no discrete Gaussian: without tau the promise would be broken', () => {
  // With more than a twentieth of the noise’s promise missing, the plain rho of the whole variance is too small.
  const p = sumOf(0.25, 2);
  const plain = 1 / (2 * 0.5);
  assert.ok(divergence(p, 1, 9) > 9 * plain * 1.0001, `${divergence(p, 1, 9)} of ${9 * plain}`);
});

test('tau: the formula of theorem 1, nothing for one member, nothing to speak of from sigma = 3 up', () => {
  near(tau(0.25, 3), 10 * (Math.exp(-(Math.PI ** 2) / 4) + Math.exp(-(Math.PI ** 2) / 3)), 1e-14);
  assert.equal(tau(0.25, 1), 0);
  assert.ok(tau(9, 100) < 1e-30);
  assert.throws(() => tau(0.2, 3), /memberSigma2: expected 1\/4 or more, got 0.2/);
});

test('enough noise: the distributed promise is that of one Gaussian of the whole variance', () => {
  const mechanism = { memberSigma2: 400, threshold: 5, sensitivity: 20, dimension: 10_000 };
  const rho = gaussianRho(Math.sqrt(2000) / 20);
  near(distributedRho(mechanism), rho, 1e-12);
  near(epsilonOf(distributedCurve(mechanism), 1e-6), epsilonOfRho(rho, 1e-6), 1e-3);
  assert.ok(epsilonOf(amplifiedCurve(0.1, distributedDivergence(mechanism)), 1e-6) < epsilonOfRho(rho, 1e-6) / 2);
});

test('bounds: more honest members never tell more, and the curve is within rho', () => {
  fc.assert(
    fc.property(
      fc.double({ min: 0.25, max: 20, noNaN: true }),
      fc.integer({ min: 1, max: 50 }),
      fc.double({ min: 0.1, max: 50, noNaN: true }),
      fc.integer({ min: 1, max: 100_000 }),
      (memberSigma2, threshold, sensitivity, dimension) => {
        const mechanism = { memberSigma2, threshold, sensitivity, dimension };
        const rho = distributedRho(mechanism);
        assert.ok(rho >= (sensitivity ** 2 / (2 * memberSigma2 * threshold)) * (1 - 1e-12));
        for (const [index, value] of distributedCurve(mechanism).entries())
          assert.ok(value <= orders[index]! * rho * (1 + 1e-12));
      },
    ),
    { seed: 20_210_206, numRuns: 200 },
  );
});

test('shares: any threshold of them have exactly the whole, and drawn sums are as frequent as the convolution says', () => {
  assert.deepEqual(shareOfNoise({ numerator: 9n, denominator: 2n }, 6), { numerator: 3n, denominator: 4n });
  assert.equal(toNumber(shareOfNoise(10, 4)) * 4, 10);
  const share = shareOfNoise(2, 4);
  const random = seeded('shares');
  const members = Array.from({ length: 4 }, () => discreteGaussians(40_000, share, random));
  const counts = new Array<number>(2 * reach + 1).fill(0);
  for (let index = 0; index < 40_000; index += 1) {
    counts[members.reduce((sum, values) => sum + values[index]!, 0) + reach]! += 1;
  }
  const score = chiSquareScore(
    counts,
    [...sumOf(0.5, 4)].map((p) => p * 40_000),
  );
  assert.ok(score < 4, `${score}`);
  for (const threshold of [0, 1.5, -1, Number.NaN]) assert.throws(() => shareOfNoise(1, threshold), /threshold: expected/);
});
