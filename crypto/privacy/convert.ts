// From the accountant's currencies to epsilon and delta, and back. The tight conversion is that of Canonne, Kamath and Steinke 2020
// (proposition 12, corollary 13), which Asoodeh et al. and Balle et al. 2020 have too; single releases also have exact formulas here.

import { type Curve, checkCurve, checkMultiplier, gaussianRho, orders } from './rdp.ts';
import { bisect, logNormalTail } from './special.ts';

const width = 1e-12;

/** Both parts of a promise: chances differ by a factor of at most exp(epsilon), but for a probability of delta. */
export type Promised = { epsilon: number; delta: number };

export function checkDelta(delta: number): void {
  if (!(delta > 0 && delta < 1)) throw new RangeError(`delta: expected above 0 and below 1, got ${delta}`);
}

function checkEpsilon(epsilon: number): void {
  if (!(epsilon >= 0 && epsilon < Number.POSITIVE_INFINITY)) throw new RangeError(`epsilon: expected 0 or more, got ${epsilon}`);
}

/** Epsilon of one order's divergence (proposition 12). */
function epsilonAt(order: number, divergence: number, delta: number): number {
  // Total variation is at most sqrt(1 - exp(-KL)) (Bretagnolle and Huber), and delta above that needs no epsilon.
  if (delta ** 2 + Math.expm1(-divergence) >= 0) return 0;
  return divergence + Math.log1p(-1 / order) - Math.log(delta * order) / (order - 1);
}

/** ln delta of one order's divergence (proposition 12). */
function logDeltaAt(order: number, divergence: number, epsilon: number): number {
  return (order - 1) * (divergence - epsilon + Math.log1p(-1 / order)) - Math.log(order);
}

/** The smallest epsilon that a curve promises at this delta, over the grid of orders. Infinity if it promises nothing. */
export function epsilonOf(curve: Curve, delta: number): number {
  checkCurve(curve);
  checkDelta(delta);
  return Math.max(0, Math.min(...curve.map((divergence, index) => epsilonAt(orders[index]!, divergence, delta))));
}

/** The smallest delta that a curve promises at this epsilon, at most 1. */
export function deltaOf(curve: Curve, epsilon: number): number {
  checkCurve(curve);
  checkEpsilon(epsilon);
  const logs = curve.map((divergence, index) =>
    divergence === 0 ? Number.NEGATIVE_INFINITY : logDeltaAt(orders[index]!, divergence, epsilon),
  );
  return Math.min(1, Math.exp(Math.min(...logs)));
}

/** Delta of rho-zCDP at this epsilon, over all orders and not only the grid's (corollary 13). */
export function deltaOfRho(rho: number, epsilon: number): number {
  if (!(rho >= 0)) throw new RangeError(`rho: expected 0 or more, got ${rho}`);
  checkEpsilon(epsilon);
  if (rho === 0) return 0;
  // The exponent is convex in the order: its minimum is where its derivative changes its sign. Any order gives a bound, so that a
  // minimum missed by a little is a delta too large by a little.
  const derivative = (order: number) => (2 * order - 1) * rho - epsilon + Math.log1p(-1 / order);
  const order = bisect(1 + 1e-9, (epsilon + 1) / (2 * rho) + 2, width, (at) => derivative(at) >= 0);
  return Math.min(1, Math.exp(logDeltaAt(order, order * rho, epsilon)));
}

/** Epsilon of rho-zCDP at this delta. Below rho + 2 sqrt(rho ln(1/delta)), the first conversion (Bun and Steinke 2016, proposition 1.3). */
export function epsilonOfRho(rho: number, delta: number): number {
  checkDelta(delta);
  if (deltaOfRho(rho, 0) <= delta) return 0;
  return bisect(0, rho + 2 * Math.sqrt(rho * Math.log(1 / delta)), width, (epsilon) => deltaOfRho(rho, epsilon) <= delta);
}

/** The largest rho whose promise is within this epsilon and delta. */
export function rhoOf({ epsilon, delta }: Promised): number {
  checkEpsilon(epsilon);
  checkDelta(delta);
  // One beyond epsilon is too much: a Gaussian whose privacy loss has the mean epsilon + 1 exceeds epsilon more often than not.
  return bisect(epsilon + 1, 0, width, (rho) => deltaOfRho(rho, epsilon) <= delta);
}

/** Exact delta of one release with continuous Gaussian noise (Balle and Wang 2018, theorem 8). */
export function gaussianDelta(noiseMultiplier: number, epsilon: number): number {
  checkMultiplier(noiseMultiplier);
  checkEpsilon(epsilon);
  const middle = epsilon * noiseMultiplier;
  const half = 1 / (2 * noiseMultiplier);
  const larger = logNormalTail(middle - half);
  const smaller = epsilon + logNormalTail(middle + half);
  return Math.max(0, -Math.exp(larger) * Math.expm1(Math.min(0, smaller - larger)));
}

/** The smallest noise multiplier for one release with continuous Gaussian noise: the analytic Gaussian of Balle and Wang 2018. */
export function analyticGaussian({ epsilon, delta }: Promised): number {
  checkEpsilon(epsilon);
  checkDelta(delta);
  const enough = 1 / Math.sqrt(2 * rhoOf({ epsilon, delta }));
  return bisect(enough * 1e-3, enough, width, (multiplier) => gaussianDelta(multiplier, epsilon) <= delta);
}

/**
 * Exact delta of one release of an integer with discrete Gaussian noise (Canonne, Kamath, Steinke 2020, theorem 7).
 * @param sigma2 the parameter sigma^2, above 0  @param sensitivity an integer from 1 up
 */
export function discreteGaussianDelta(sigma2: number, epsilon: number, sensitivity: number): number {
  checkMultiplier(sigma2);
  checkEpsilon(epsilon);
  if (!Number.isSafeInteger(sensitivity) || sensitivity < 1)
    throw new RangeError(`sensitivity: expected an integer from 1 up, got ${sensitivity}`);
  const weight = (x: number) => Math.exp(-(x * x) / (2 * sigma2));
  // Beyond 40 standard deviations weights are below 1e-300 of the largest.
  const end = Math.ceil(40 * Math.sqrt(sigma2)) + 1;
  let total = 1;
  for (let x = end; x > 0; x -= 1) total += 2 * weight(x);
  const above = (edge: number) => {
    let sum = 0;
    for (let x = end; x > edge; x -= 1) sum += weight(x);
    return sum / total;
  };
  const middle = (epsilon * sigma2) / sensitivity;
  return Math.max(0, above(middle - sensitivity / 2) - Math.exp(epsilon) * above(middle + sensitivity / 2));
}

/** Rho of one release with this multiplier, and its epsilon: for tables and messages. */
export function gaussianEpsilon(noiseMultiplier: number, delta: number): number {
  return epsilonOfRho(gaussianRho(noiseMultiplier), delta);
}
