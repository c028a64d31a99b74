// Special functions against published values and the identities that define them.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { digamma, hypergeometric, logGamma } from './special.ts';

const near = (actual: number, expected: number, within = 4e-15) =>
  assert.ok(
    Math.abs(actual - expected) <= within * Math.max(1, Math.abs(expected)),
    `expected ${expected} within ${within}, got ${actual}`,
  );

test('ln gamma: values of Abramowitz and Stegun, table 6.1 and 6.4, and of large and tiny arguments', () => {
  near(logGamma(1), 0);
  near(logGamma(2), 0);
  near(logGamma(0.5), Math.log(Math.PI) / 2);
  near(logGamma(1.5), Math.log(Math.PI) / 2 - Math.LN2);
  near(logGamma(100), 359.134_205_369_575_4);
  near(logGamma(1e-10), -Math.log(1e-10), 1e-10);
  near(logGamma(1e6), 12_815_504.569_147_611);
  assert.throws(() => logGamma(0), RangeError);
  assert.throws(() => logGamma(Number.NaN), RangeError);
});

test('digamma: values, and the derivative of ln gamma', () => {
  near(digamma(1), -0.577_215_664_901_532_9);
  near(digamma(0.5), -0.577_215_664_901_532_9 - 2 * Math.LN2);
  near(digamma(10), 2.251_752_589_066_721);
  assert.throws(() => digamma(-1), RangeError);
});

test('ln gamma and digamma step by ln x and 1 / x', () => {
  fc.assert(
    fc.property(fc.double({ min: 1e-3, max: 1e5, noNaN: true }), (x) => {
      near(logGamma(x + 1), logGamma(x) + Math.log(x), 2e-14);
      near(digamma(x + 1), digamma(x) + 1 / x, 2e-14 * Math.max(1, 1 / x));
      const step = 1e-5 * x;
      near((logGamma(x + step) - logGamma(x - step)) / (2 * step), digamma(x), 1e-5);
    }),
  );
});

test('2F1: closed forms (Abramowitz and Stegun 15.1), also close to 1', () => {
  for (const z of [0, 1e-9, 0.1, 0.5, 0.9, 0.99, 0.9999]) {
    near(hypergeometric(1, 1, 2, z), z === 0 ? 1 : -Math.log1p(-z) / z, 1e-12);
    near(hypergeometric(0.5, 0.5, 1.5, z * z), z === 0 ? 1 : Math.asin(z) / z, 1e-11);
    near(
      hypergeometric(-3, 2, 5, z),
      1 - (3 * 2 * z) / 5 + (3 * 2 * 2 * 3 * z * z) / (2 * 5 * 6) - (6 * 2 * 3 * 4 * z ** 3) / (6 * 5 * 6 * 7),
      1e-13,
    );
  }
  assert.throws(() => hypergeometric(1, 1, 2, 1), RangeError);
  assert.throws(() => hypergeometric(1, 1, -2, 0.5), RangeError);
});

test("2F1: Euler's transformation holds", () => {
  const positive = fc.double({ min: 0.05, max: 30, noNaN: true });
  fc.assert(
    fc.property(positive, positive, positive, fc.double({ min: 0, max: 0.9, noNaN: true }), (a, b, c, z) => {
      const left = hypergeometric(a, b, c, z);
      const right = (1 - z) ** (c - a - b) * hypergeometric(c - a, c - b, c, z);
      // Where c - a and c - b are far below 0 the right side alternates and cancels.
      if (c > Math.max(a, b)) near(left, right, 1e-10);
    }),
  );
});
