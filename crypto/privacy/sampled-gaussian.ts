// What one step tells that adds Gaussian noise to a sum over a random sample of the rows, each row taken by a coin of its own (Poisson
// sampling). Mironov, Talwar and Zhang 2019 ("Renyi Differential Privacy of the Sampled Gaussian Mechanism").

import { logAdd, logErfc } from './special.ts';

const termsMax = 1000;
/** ln of how small a term is, beside the sum, when a series ends. */
const negligible = -36;
/** Twice the error of logErfc: what a term may be off for each unit of its logarithms. */
const termError = 1e-13;

/**
 * ln A(alpha) = (alpha - 1) times the Renyi divergence of the order alpha, with rows added or removed. A sum of all the rows is
 * sampling 1; an upper bound where the order is no integer, exact but for rounding where it is.
 * @param noiseMultiplier standard deviation of the noise over the sensitivity, above 0
 * @param sampling probability of each row, 0 to 1
 * @param order above 1
 * @param discrete the noise is one discrete Gaussian and what it is added to are integers. At integer orders the same formula holds,
 *   since the sums over shifted integers are the same; between them the convex function is bounded by its chord.
 */
export function logMoment(noiseMultiplier: number, sampling: number, order: number, discrete = false): number {
  if (sampling === 0) return 0;
  if (sampling === 1) return (order * (order - 1)) / (2 * noiseMultiplier ** 2);
  if (Number.isInteger(order)) return atInteger(noiseMultiplier, sampling, order);
  const chord = chordOf(order, (integer) => atInteger(noiseMultiplier, sampling, integer));
  return discrete ? chord : Math.min(chord, betweenIntegers(noiseMultiplier, sampling, order));
}

/** The bound of a convex function between two integers, which is 0 at 1, by the straight line over them. */
export function chordOf(order: number, atIntegerOrder: (order: number) => number): number {
  const lower = Math.floor(order);
  const part = order - lower;
  return (1 - part) * (lower === 1 ? 0 : atIntegerOrder(lower)) + part * atIntegerOrder(lower + 1);
}

/** Section 3.3, integer orders; with the terms of the binomial sum that make up 1 taken off, so that tiny moments keep their digits. */
function atInteger(noiseMultiplier: number, sampling: number, order: number): number {
  const logTaken = Math.log(sampling);
  const logLeft = Math.log1p(-sampling);
  let logBinomial = Math.log(order);
  let sum = Number.NEGATIVE_INFINITY;
  for (let i = 2; i <= order; i += 1) {
    logBinomial += Math.log((order - i + 1) / i);
    const exponent = (i * i - i) / (2 * noiseMultiplier ** 2);
    const logExcess = exponent > 40 ? exponent : Math.log(Math.expm1(exponent));
    sum = logAdd(sum, logBinomial + i * logTaken + (order - i) * logLeft + logExcess);
  }
  return logAdd(0, sum);
}

/**
 * Section 3.3, fractional orders: two binomial series over the two halves of the line, whose terms change signs. The errors of their
 * logarithms are added on top, so that rounding never makes the promise smaller.
 */
function betweenIntegers(noiseMultiplier: number, sampling: number, order: number): number {
  const variance = noiseMultiplier ** 2;
  const middle = variance * Math.log(1 / sampling - 1) + 0.5;
  const logTaken = Math.log(sampling);
  const logLeft = Math.log1p(-sampling);
  const terms: { log: number; sign: number; error: number }[] = [];
  let logBinomial = 0;
  let sign = 1;
  let largest = Number.NEGATIVE_INFINITY;
  let [lastLeft, lastRight] = [largest, largest];
  const add = (logCoefficient: number, power: number, distance: number) => {
    const logTail = logErfc(distance / (Math.SQRT2 * noiseMultiplier)) - Math.LN2;
    const exponent = (power * power - power) / (2 * variance);
    const log = logCoefficient + exponent + logTail;
    terms.push({ log, sign, error: termError * (1 + Math.abs(logTail) + Math.abs(exponent) + Math.abs(logCoefficient)) });
    largest = Math.max(largest, log);
    return log;
  };
  for (let i = 0; i <= termsMax; i += 1) {
    const j = order - i;
    const left = add(logBinomial + i * logTaken + j * logLeft, i, i - middle);
    const right = add(logBinomial + j * logTaken + i * logLeft, j, middle - j);
    // Beyond the order the signs alternate and the terms shrink, so that what is left out is smaller than the last that is in. At small
    // orders they shrink slowly, and the last one is what the bound is too large by.
    const shrinking = i > order && left < lastLeft && right < lastRight;
    if (shrinking && (Math.max(left, right) < largest + negligible || i === termsMax)) {
      const total = terms.reduce((sum, { log, sign, error }) => sum + Math.exp(log - largest) * (sign + error), 0);
      return Math.max(0, largest + Math.log(total + Math.exp(left - largest) + Math.exp(right - largest)));
    }
    [lastLeft, lastRight] = [left, right];
    logBinomial += Math.log(Math.abs(order - i) / (i + 1));
    if (order < i) sign = -sign;
  }
  return Number.POSITIVE_INFINITY;
}
