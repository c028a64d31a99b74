// Noise on integers from the discrete Gaussian, P[x] proportional to exp(-x^2 / (2 sigma^2)), by the exact sampler of Canonne, Kamath
// and Steinke 2020 ("The Discrete Gaussian for Differential Privacy", algorithms 1 to 3). Floating point has no part in it: noise that
// is rounded from a real number tells, by its last digits, what it was added to (Mironov 2012).
//
// Known ways to misuse it:
// - The number of draws depends on the noise. Who can time a single value learns something of its size: draw a vector, and answer later.
// - A generator that somebody else knows gives noise that somebody else takes off again.
// - The noise is for integers. A value that is rounded after the noise was added is a rounded value with the same noise, and one that is
//   rounded before has to count its rounding into the sensitivity (sensitivity.ts).

import { type Draws, drawsFrom, type Random } from './draws.ts';
import { floorSquareRoot, positiveRational, type Rational } from './rational.ts';

/** Sigma stays below 2^40, so that a value of 2^12 times that is an integer that a double holds. */
export const noiseLimits = { sigmaBits: 40, countMax: 2 ** 27 } as const;
/** Steps of one scale in the tail of the Laplace distribution; a run of them as long as this has probability exp(-4096). */
const tailMax = 4096;
const blockBytes = { one: 128, many: 8192 } as const;

type Sampler = {
  /** floor(sigma) + 1, the scale of the Laplace distribution that is drawn from first. */
  scale: number;
  numerator: bigint;
  /** denominator * scale */
  step: bigint;
  /** 2 * numerator * denominator * scale^2 */
  denominator: bigint;
};

/**
 * One value of the discrete Gaussian with mean 0.
 * @param sigma2 the parameter sigma^2, above 0 and below 2^80; the variance is at most that
 * @returns an integer
 * @throws {RangeError} for a sigma^2 outside that
 */
export function discreteGaussian(sigma2: Rational | number, random: Random): number {
  const sampler = prepare(sigma2);
  const draws = drawsFrom(random, blockBytes.one);
  const value = sample(sampler, draws);
  draws.end();
  return value;
}

/**
 * So many independent values of the discrete Gaussian, drawn in blocks of random bytes.
 * @param count 0 to 2^27
 * @returns integers, in doubles that hold them exactly
 */
export function discreteGaussians(count: number, sigma2: Rational | number, random: Random): Float64Array {
  if (!Number.isInteger(count) || count < 0 || count > noiseLimits.countMax) {
    throw new RangeError(`count: expected 0 to ${noiseLimits.countMax}, got ${count}`);
  }
  const sampler = prepare(sigma2);
  const draws = drawsFrom(random, blockBytes.many);
  const values = new Float64Array(count);
  for (let index = 0; index < count; index += 1) values[index] = sample(sampler, draws);
  draws.end();
  return values;
}

function prepare(sigma2: Rational | number): Sampler {
  const { numerator, denominator } = positiveRational(sigma2, 'sigma2');
  const whole = floorSquareRoot(numerator / denominator);
  if (whole >= 1n << BigInt(noiseLimits.sigmaBits)) {
    throw new RangeError(`sigma2: expected less than 2^${2 * noiseLimits.sigmaBits}, got ${numerator}/${denominator}`);
  }
  const scale = whole + 1n;
  return {
    scale: Number(scale),
    numerator,
    step: denominator * scale,
    denominator: 2n * numerator * denominator * scale * scale,
  };
}

/**
 * Algorithm 3. A Laplace value y of scale t is kept with probability exp(-(|y| - sigma^2/t)^2 / (2 sigma^2)). With sigma^2 = p/q that
 * exponent is (|y|qt - p)^2 / (2pqt^2), a fraction of integers.
 */
function sample(sampler: Sampler, draws: Draws): number {
  for (;;) {
    const drawn = laplace(sampler.scale, draws);
    const distance = BigInt(Math.abs(drawn)) * sampler.step - sampler.numerator;
    if (draws.expMinusLarge(distance * distance, sampler.denominator)) return drawn;
  }
}

/** Algorithm 2 for an integer scale t: P[x] proportional to exp(-|x| / t). */
function laplace(scale: number, draws: Draws): number {
  for (;;) {
    // A part of a scale, u of 0 to t - 1 with weight exp(-u/t), and whole scales, v with weight exp(-v).
    const part = scale === 1 ? 0 : draws.below(scale);
    if (part > 0 && !draws.expMinus(part, scale)) continue;
    let wholes = 0;
    while (draws.expMinusOne()) wholes += 1;
    // Never in the life of the universe; it is here so that what follows is exact for every number that gets there.
    if (wholes >= tailMax) continue;
    const size = part + wholes * scale;
    const negative = draws.bit() === 1;
    // Zero has one sign only.
    if (negative && size === 0) continue;
    return negative ? -size : size;
  }
}
