// The accountant against published figures, each with where it stands, and against numeric integration as a slow twin.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { sigmaFor } from './calibrate.ts';
import {
  analyticGaussian,
  deltaOf,
  deltaOfRho,
  discreteGaussianDelta,
  epsilonOf,
  epsilonOfRho,
  gaussianDelta,
  gaussianEpsilon,
  rhoOf,
} from './convert.ts';
import { amplifiedCurve, type Curve, composed, gaussianRho, orders, repeated, sampledGaussianCurve, zcdpCurve } from './rdp.ts';
import { logMoment } from './sampled-gaussian.ts';
import { logErfc } from './special.ts';
import { near, probabilities } from './testing.ts';

const fixed = { seed: 20_171_908 };

/** The first conversion (Mironov 2017, proposition 3), which older figures were made with. */
const classicEpsilon = (curve: Curve, delta: number) =>
  Math.min(...curve.map((divergence, index) => divergence - Math.log(delta) / (orders[index]! - 1)));
const trained = (noiseMultiplier: number, sampling: number, rounds: number) =>
  repeated(sampledGaussianCurve({ noiseMultiplier, sampling }), rounds);
/** As the libraries count steps: whole ones, upwards. */
const epochs = (rows: number, batch: number, noiseMultiplier: number, count: number) =>
  trained(noiseMultiplier, batch / rows, Math.ceil((count * rows) / batch));

test('ln erfc: values of SciPy 1.17 (log_ndtr), and the identity with its mirror image', () => {
  for (const [x, expected] of [
    [-5, 0.693_147_180_559_176_7],
    [0, 0],
    [0.5, -0.735_011_129_837_084_8],
    [1.9, -4.932_345_862_780_27],
    [3, -10.720_363_041_981_11],
    [30, -903.974_117_110_643_9],
  ] as const)
    near(logErfc(x), expected, 1e-12, `at ${x}`);
  fc.assert(
    fc.property(fc.double({ min: -5, max: 5, noNaN: true }), (x) => near(Math.exp(logErfc(x)) + Math.exp(logErfc(-x)), 2, 1e-14)),
    fixed,
  );
});

test('TensorFlow Privacy: the table of its MNIST tutorial (tutorials/README.md, delta 1e-5, first conversion)', () => {
  for (const [noise, count, expected] of [
    [1.12, 60, 2.92],
    [0.6, 30, 9.74],
    [1.2, 10, 1.2],
    // Of earlier versions of that table.
    [1.3, 15, 1.19],
    [1.1, 60, 3.01],
  ] as const) {
    const curve = epochs(60_000, 256, noise, count);
    near(classicEpsilon(curve, 1e-5), expected, 0.006, `noise ${noise}`);
    assert.ok(epsilonOf(curve, 1e-5) < expected);
  }
});

test('TensorFlow Privacy: figures of its tests (compute_dp_sgd_privacy_test.py, rdp_accountant_test.py; dp_accounting, rdp_privacy_accountant_test.py)', () => {
  near(epsilonOf(epochs(60_000, 150, 1.3, 15), 1e-5), 0.724_223_402_610_959_5, 1e-9);
  near(epsilonOf(epochs(100_000, 100, 1, 30), 1e-7), 1.415_498_849_544_484_2, 1e-9);
  // The statement for 10,000 rows, batches of 64, noise 2 on sums whose sensitivity is 2.
  near(epsilonOf(epochs(10_000, 64, 1, 5), 1e-6), 1.616, 5e-4);
  near(epsilonOf(trained(0.7, 0.01, 120), 1e-5), 3.239_267_6, 1e-4);
  for (const [order, expected] of [
    [1.5, 0.000_65],
    [2.5, 0.001_085],
    [5, 2.180_756_56e-3],
    [50, 2.384_603_75e-2],
    [100, 167.416_308],
  ] as const) {
    const found = (50 * logMoment(2.5, 0.01, order)) / (order - 1);
    // The first two are rounded there. dp_accounting has 0.000670579741 for the first, since it adds up its terms without their signs.
    assert.ok(Math.abs(found / expected - 1) < (order < 5 ? 5e-4 : 1e-7), `order ${order}: ${found}`);
  }
  near((10 * logMoment(2, 0.1, 5)) / 4, 0.077_37, 5e-6);
  const both = (40_000 * logMoment(0.4, 1e-4, 2.5)) / 1.5 + (100 * logMoment(2, 0.1, 2.5)) / 1.5;
  near(both - Math.log(1e-5) / 1.5, 8.509_656, 1e-6, 'test_check_composition, first conversion');
});

test('Opacus: figures of its tests (accountants_test.py)', () => {
  near(epsilonOf(trained(1.5, 0.04, 2250), 1e-5), 7.329_111_171_43, 1e-6);
  // Found by bisection there too, to the fourth place and from above.
  near(sigmaFor({ epsilon: 8, delta: 1e-5, rounds: 2250, sampling: 0.04 }), 1.416, 3e-4);
  near(sigmaFor({ epsilon: 8, delta: 1e-5, rounds: 2000, sampling: 0.04 }), 1.3562, 3e-4);
});

test('Bu et al. 2020 (“Deep Learning with Gaussian Differential Privacy”, figure 4): the moments accountant on MNIST, delta 1e-5', () => {
  near(classicEpsilon(epochs(60_000, 256, 1.3, 20), 1e-5), 1.34, 0.01);
  near(classicEpsilon(epochs(60_000, 256, 0.7, 70), 1e-5), 8.68, 0.02);
});

test('Abadi et al. 2016: q = 0.01, noise 4, 10,000 steps are (1.26, 1e-5) by their moments accountant (section 3.2)', () => {
  const curve = trained(4, 0.01, 10_000);
  near(classicEpsilon(curve, 1e-5), 1.26, 0.01);
  assert.ok(epsilonOf(curve, 1e-5) < 1.26);
});

/** A(alpha) by the trapezoid rule over the whole line in logarithms: exact to rounding for functions that are this smooth. */
function plainLogMoment(noise: number, q: number, order: number): number {
  const logs: number[] = [];
  const step = Math.min(noise, 1) / 64;
  for (let x = -40 * noise - 2; x < 40 * noise + 2 * order + 2; x += step) {
    const ratio = (2 * x - 1) / (2 * noise ** 2);
    const larger = Math.max(Math.log1p(-q), Math.log(q) + ratio);
    const smaller = Math.min(Math.log1p(-q), Math.log(q) + ratio);
    const mixture = larger + Math.log1p(Math.exp(smaller - larger));
    logs.push(order * mixture - (x * x) / (2 * noise ** 2));
  }
  const most = logs.reduce((a, b) => Math.max(a, b));
  const sum = logs.reduce((total, log) => total + Math.exp(log - most), 0);
  return most + Math.log((sum * step) / (noise * Math.sqrt(2 * Math.PI)));
}

test('the sampled Gaussian: numeric integration gives the same, at integer orders and between', () => {
  for (const noise of [0.6, 1, 2.5, 10])
    for (const q of [1e-4, 0.01, 0.2, 0.7])
      for (const order of [1.1, 1.5, 2, 2.7, 5, 10.3, 31.9, 64]) {
        const found = logMoment(noise, q, order);
        const expected = plainLogMoment(noise, q, order);
        assert.ok(found > expected - 1e-11 * Math.max(1, expected), `not below: ${noise}, ${q}, ${order}`);
        near(found, expected, 1e-9, `${noise}, ${q}, ${order}`);
      }
});

test('the sampled Gaussian: tiny moments keep their digits, and no series fails without a bound', () => {
  // To second order in q the moment is q^2 alpha (alpha - 1) / 2 (exp(1 / sigma^2) - 1).
  for (const order of [2, 3, 20]) {
    const expected = (1e-14 * order * (order - 1) * Math.expm1(1)) / 2;
    assert.ok(Math.abs(logMoment(1, 1e-7, order) / expected - 1) < 1e-4);
  }
  for (const noise of [0.05, 0.1, 100])
    for (const q of [1e-7, 0.5, 0.999])
      for (const order of [1.01, 1.1, 256.1, 16_384]) {
        const found = logMoment(noise, q, order);
        assert.ok(Number.isFinite(found) && found >= 0, `${noise}, ${q}, ${order}: ${found}`);
        assert.ok(found <= logMoment(noise, 1, order) * (1 + 1e-9), `${noise}, ${q}, ${order}: no more than without sampling`);
      }
});

test('the sampled discrete Gaussian: sums over the integers, both ways round, are within the formula', () => {
  for (const [sigma2, sensitivity, q] of [
    [1, 1, 0.1],
    [0.4, 1, 0.3],
    [9, 3, 0.05],
  ] as const) {
    const reach = 120;
    const base = probabilities(sigma2, reach);
    const mixed = base.map((p, index) => (1 - q) * p + q * (base[index - sensitivity] ?? 0));
    for (const order of [1.5, 2, 3.4, 7]) {
      const moment = (from: Float64Array, to: Float64Array) =>
        Math.log(
          from.reduce(
            (sum, p, index) =>
              p > 0 && to[index]! > 0 ? sum + Math.exp(order * Math.log(p) + (1 - order) * Math.log(to[index]!)) : sum,
            0,
          ),
        );
      const bound = logMoment(Math.sqrt(sigma2) / sensitivity, q, order, true);
      const found = moment(mixed, base);
      assert.ok(
        found <= bound + 1e-12 && moment(base, mixed) <= bound + 1e-12,
        `${sigma2}, ${q}, ${order}: ${found} of ${bound}`,
      );
      if (Number.isInteger(order)) near(bound, found, 1e-10);
    }
  }
});

test('sampling any mechanism: never below the formula of the Gaussian, never above no sampling', () => {
  const plain = (order: number) => order * gaussianRho(1.5);
  const general = amplifiedCurve(0.05, plain);
  const exact = sampledGaussianCurve({ noiseMultiplier: 1.5, sampling: 0.05 });
  for (const [index, order] of orders.entries()) {
    assert.ok(general[index]! >= exact[index]! - 1e-12 && general[index]! <= plain(order), `order ${order}`);
  }
  assert.ok(epsilonOf(general, 1e-5) < epsilonOf(zcdpCurve(gaussianRho(1.5)), 1e-5) / 2);
  assert.deepEqual(amplifiedCurve(1, plain), orders.map(plain));
});

test('conversions: pure epsilon by hand, and the Gaussian of (1, 1e-6) (dp_accounting, rdp_privacy_accountant_test.py)', () => {
  // There the orders end at 32: 1.1 + ln(31/32) - ln(32e-5)/31.
  assert.ok(
    epsilonOf(
      orders.map(() => 1.1),
      1e-5,
    ) < 1.327_838_061_76,
  );
  near(1.1 + Math.log1p(-1 / 32) - Math.log(32e-5) / 31, 1.327_838_061_76, 1e-10);
  near(gaussianEpsilon(4.530_877_117, 1e-6), 1, 1e-8);
  near(rhoOf({ epsilon: 1, delta: 1e-6 }), gaussianRho(4.530_877_117), 1e-8);
  near(epsilonOf(zcdpCurve(gaussianRho(4.530_877_117)), 1e-6), 1, 1e-3);
  near(sigmaFor({ epsilon: 1, delta: 1e-6, rounds: 1, sampling: 1 }), 4.530_877_117, 1e-7);
});

const rhos = fc.double({ min: 1e-6, max: 30, noNaN: true });
const deltas = fc.double({ min: 1e-12, max: 0.1, noNaN: true });

test('zCDP: between the exact Gaussian and the first conversion, and its inverses undo it', () => {
  fc.assert(
    fc.property(rhos, deltas, (rho, delta) => {
      const epsilon = epsilonOfRho(rho, delta);
      assert.ok(epsilon <= rho + 2 * Math.sqrt(rho * Math.log(1 / delta)), 'Bun and Steinke 2016, proposition 1.3');
      assert.ok(gaussianDelta(Math.sqrt(1 / (2 * rho)), epsilon) <= delta * (1 + 1e-9), 'no promise that the Gaussian breaks');
      assert.ok(deltaOfRho(rho, epsilon) <= delta * (1 + 1e-9));
      assert.ok(epsilonOf(zcdpCurve(rho), delta) >= epsilon - 1e-9 || epsilon === 0, 'a grid of orders is not better than all');
      if (epsilon > 0.01) near(rhoOf({ epsilon, delta }) / rho, 1, 1e-6);
      near(
        deltaOf(zcdpCurve(rho), epsilonOf(zcdpCurve(rho), delta) + 1e-12) / delta,
        Math.min(1, deltaOf(zcdpCurve(rho), epsilonOf(zcdpCurve(rho), delta)) / delta),
        1e-6,
      );
    }),
    { ...fixed, numRuns: 60 },
  );
});

test('the analytic Gaussian: the smallest noise that its own formula allows, below the classic one of Dwork and Roth', () => {
  // Solved by SciPy 1.17 (brentq over ndtr and log_ndtr).
  near(analyticGaussian({ epsilon: 1, delta: 1e-5 }), 3.730_631_634_816, 1e-10);
  fc.assert(
    fc.property(fc.double({ min: 0.05, max: 1, noNaN: true }), deltas, (epsilon, delta) => {
      const multiplier = analyticGaussian({ epsilon, delta });
      assert.ok(gaussianDelta(multiplier, epsilon) <= delta);
      assert.ok(gaussianDelta(multiplier * 0.999, epsilon) > delta);
      assert.ok(multiplier <= Math.sqrt(2 * Math.log(1.25 / delta)) / epsilon);
      assert.ok(multiplier <= Math.sqrt(1 / (2 * rhoOf({ epsilon, delta }))));
    }),
    { ...fixed, numRuns: 60 },
  );
});

test('the discrete Gaussian’s exact delta: by its definition, within zCDP, close to the continuous one', () => {
  for (const [sigma2, sensitivity] of [
    [0.5, 1],
    [4, 1],
    [25, 3],
  ] as const) {
    const reach = 200;
    const p = probabilities(sigma2, reach);
    for (const epsilon of [0, 0.1, 1, 3]) {
      const definition = p.reduce(
        (sum, one, index) => sum + Math.max(0, one - Math.exp(epsilon) * (p[index + sensitivity] ?? 0)),
        0,
      );
      const found = discreteGaussianDelta(sigma2, epsilon, sensitivity);
      near(found, definition, 1e-13, `${sigma2}, ${epsilon}`);
      assert.ok(found <= deltaOfRho(sensitivity ** 2 / (2 * sigma2), epsilon));
    }
  }
  near(discreteGaussianDelta(2500, 0.1, 1) / gaussianDelta(50, 0.1), 1, 0.1);
});

test('composition: costs add up, order by order, whatever their order; nothing costs nothing', () => {
  const one = sampledGaussianCurve({ noiseMultiplier: 1.1, sampling: 0.02 });
  const other = zcdpCurve(0.02);
  assert.deepEqual(composed([one, other]), composed([other, one]));
  near(epsilonOf(composed(Array.from({ length: 7 }, () => one)), 1e-5), epsilonOf(repeated(one, 7), 1e-5), 1e-12);
  assert.equal(epsilonOf(composed([]), 1e-5), 0);
  assert.equal(deltaOf(composed([]), 0), 0);
  assert.equal(
    epsilonOf(
      repeated(
        orders.map(() => Number.POSITIVE_INFINITY),
        0,
      ),
      1e-5,
    ),
    0,
  );
});

test('calibration keeps the promise, and a little less noise breaks it', () => {
  for (const [epsilon, rounds, sampling] of [
    [0.5, 1, 1],
    [2, 100, 1],
    [1, 500, 0.01],
    [3, 40, 0.3],
  ] as const) {
    const plan = { epsilon, delta: 1e-6, rounds, sampling };
    const multiplier = sigmaFor(plan);
    const told = (noise: number) =>
      sampling === 1 ? epsilonOfRho(rounds * gaussianRho(noise), 1e-6) : epsilonOf(trained(noise, sampling, rounds), 1e-6);
    assert.ok(told(multiplier) <= epsilon * (1 + 1e-9), `${told(multiplier)} of ${epsilon}`);
    assert.ok(told(multiplier * 0.999) > epsilon);
    assert.ok(sigmaFor({ ...plan, discrete: true }) >= multiplier * (1 - 1e-4));
  }
});

test('misuse is refused', () => {
  const plan = { epsilon: 1, delta: 1e-5, rounds: 1, sampling: 1 };
  for (const wrong of [
    { epsilon: 0 },
    { delta: 0 },
    { delta: 1 },
    { rounds: 0 },
    { rounds: 1.5 },
    { sampling: 0 },
    { sampling: 1.1 },
  ]) {
    assert.throws(() => sigmaFor({ ...plan, ...wrong }), RangeError, JSON.stringify(wrong));
  }
  assert.throws(() => epsilonOf([1, 2], 1e-5), /expected 181 orders, got 2/);
  assert.throws(() => composed([orders.map(() => Number.NaN)]), /expected 0 or more at order 1.1, got NaN/);
  assert.throws(() => zcdpCurve(-1), RangeError);
  assert.throws(() => sampledGaussianCurve({ noiseMultiplier: 0, sampling: 0.1 }), RangeError);
  assert.throws(() => discreteGaussianDelta(1, 1, 0.5), /sensitivity: expected an integer/);
});
