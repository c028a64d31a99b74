// Noise that several members add, each a part, so that only their sum has all of it: the distributed discrete Gaussian of Kairouz, Liu
// and Steinke 2021. A sum of discrete Gaussians is not quite one; how much that can tell more is the tau of their theorem 1.
//
// Known ways to misuse it:
// - Whoever knows the noise of a member takes it off. The threshold counts members that are honest and stay: of eight members of which two
//   may drop out and one may talk to the coordinator, the threshold is five.
// - Members beyond the threshold only add noise that is independent, which is work on a result and cannot tell more.

import { positiveRational, type Rational } from './rational.ts';
import { type Curve, checkCurve, orders } from './rdp.ts';

export const membersMax = 10_000;

function checkThreshold(threshold: number): void {
  if (!Number.isInteger(threshold) || threshold < 1 || threshold > membersMax)
    throw new RangeError(`threshold: expected 1 to ${membersMax}, got ${threshold}`);
}

/**
 * The sigma^2 that each member draws with, so that any `threshold` of them have the whole together.
 * @param sigma2 of the sum  @param threshold how many honest members the sum has at least
 */
export function shareOfNoise(sigma2: Rational | number, threshold: number): Rational {
  checkThreshold(threshold);
  const whole = positiveRational(sigma2, 'sigma2');
  return positiveRational({ numerator: whole.numerator, denominator: whole.denominator * BigInt(threshold) }, 'sigma2');
}

export type DistributedGaussian = {
  /** Parameter of each member's own noise, at least 1/4 in units of the integers that are added up. */
  memberSigma2: number;
  /** Honest members that stay: only their noise is counted on. */
  threshold: number;
  /** L2 sensitivity of the sum, in the same units. */
  sensitivity: number;
  /** L1 sensitivity; at most sqrt(dimension) * sensitivity, which is taken where it is not given. */
  sensitivityL1?: number;
  /** How many integers the sum has. */
  dimension: number;
};

/** How far ln of the sum's probabilities may be from a discrete Gaussian's (Kairouz, Liu, Steinke 2021, theorem 1). 0 for one member. */
export function tau(memberSigma2: number, threshold: number): number {
  checkThreshold(threshold);
  // The condition of the theorem is sigma >= 1/2.
  if (!(memberSigma2 >= 0.25)) throw new RangeError(`memberSigma2: expected 1/4 or more, got ${memberSigma2}`);
  let sum = 0;
  for (let k = 1; k < threshold; k += 1) sum += Math.exp(-2 * Math.PI ** 2 * memberSigma2 * (k / (k + 1)));
  return 10 * sum;
}

/**
 * Renyi divergence of one release (proposition 14: the smallest of three bounds, each good in a corner of its own), for any order
 * above 1. It grows in proportion to the order but for tau * dimension.
 */
export function distributedDivergence(mechanism: DistributedGaussian): (order: number) => number {
  const { memberSigma2, threshold, sensitivity, dimension } = mechanism;
  const off = tau(memberSigma2, threshold);
  if (!(sensitivity >= 0 && sensitivity < Number.POSITIVE_INFINITY))
    throw new RangeError(`sensitivity: expected 0 or more, got ${sensitivity}`);
  if (!Number.isSafeInteger(dimension) || dimension < 1)
    throw new RangeError(`dimension: expected an integer from 1 up, got ${dimension}`);
  const root = Math.sqrt(dimension);
  const sensitivityL1 = Math.min(mechanism.sensitivityL1 ?? Number.POSITIVE_INFINITY, root * sensitivity);
  if (!(sensitivityL1 >= 0)) throw new RangeError(`sensitivityL1: expected 0 or more, got ${sensitivityL1}`);
  const sigma = Math.sqrt(memberSigma2 * threshold);
  const l2 = sensitivity / sigma;
  const l1 = sensitivityL1 / sigma;
  return (order) =>
    Math.min(
      (order / 2) * l2 ** 2 + off * dimension,
      (order / 2) * (l2 ** 2 + 2 * l1 * off + off ** 2 * dimension),
      (order / 2) * (l2 + off * root) ** 2,
    );
}

/** One release as a curve. */
export function distributedCurve(mechanism: DistributedGaussian): Curve {
  const curve = orders.map(distributedDivergence(mechanism));
  checkCurve(curve);
  return curve;
}

/** One release as zCDP (theorem 1, of which rho is half the square of epsilon). */
export function distributedRho(mechanism: DistributedGaussian): number {
  const { memberSigma2, threshold, sensitivity, dimension } = mechanism;
  const divergence = distributedDivergence(mechanism);
  const first = sensitivity ** 2 / (2 * memberSigma2 * threshold) + tau(memberSigma2, threshold) * dimension;
  // At order 1 the divergence is the smallest of the three, of which the first is not in proportion: there it is itself.
  return Math.min(first, divergence(1));
}
