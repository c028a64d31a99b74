// How much noise a promise takes: the inverse of the accountant, by bisection, always from the side that keeps the promise.

import { checkDelta, epsilonOf, type Promised, rhoOf } from './convert.ts';
import { checkSampling, repeated, sampledGaussianCurve } from './rdp.ts';
import { bisect } from './special.ts';

export const calibrationLimits = { roundsMax: 10_000_000, multiplierMin: 0.05, multiplierMax: 1e7 } as const;
/** Relative; the noise is this much above the least at most. */
const width = 1e-5;

export type Plan = Promised & {
  /** How many releases the promise covers, each with noise of its own. */
  rounds: number;
  /** Probability with which each row (or member) takes part in a round, by a coin of its own; 1 if all do. */
  sampling: number;
  /** The noise is one discrete Gaussian over integers. */
  discrete?: boolean;
};

/**
 * The least noise multiplier (standard deviation over L2 sensitivity) with which so many rounds keep the promise.
 * @throws {RangeError} for a plan that cannot be, or that no multiplier up to 10^7 keeps
 */
export function sigmaFor({ epsilon, delta, rounds, sampling, discrete = false }: Plan): number {
  const { roundsMax, multiplierMin, multiplierMax } = calibrationLimits;
  if (!(epsilon > 0 && epsilon < Number.POSITIVE_INFINITY)) throw new RangeError(`epsilon: expected above 0, got ${epsilon}`);
  checkDelta(delta);
  checkSampling(sampling);
  if (sampling === 0) throw new RangeError('sampling: expected above 0, got 0');
  if (!Number.isInteger(rounds) || rounds < 1 || rounds > roundsMax)
    throw new RangeError(`rounds: expected 1 to ${roundsMax}, got ${rounds}`);
  // Without sampling zCDP is additive, and converts over all orders.
  const unsampled = Math.sqrt(rounds / (2 * rhoOf({ epsilon, delta })));
  if (sampling === 1) return unsampled;
  const keeps = (noiseMultiplier: number) =>
    epsilonOf(repeated(sampledGaussianCurve({ noiseMultiplier, sampling, discrete }), rounds), delta) <= epsilon;
  // Sampling only ever helps, so what is enough without it is enough with it, but for the grid of orders.
  let enough = Math.max(unsampled, multiplierMin);
  while (!keeps(enough)) {
    enough *= 1.25;
    if (enough > multiplierMax)
      throw new RangeError(`epsilon: no noise up to ${multiplierMax} keeps ${epsilon} for ${rounds} rounds`);
  }
  if (keeps(multiplierMin)) return multiplierMin;
  return bisect(multiplierMin, enough, width, keeps);
}
