// The accountant's currency: a Renyi divergence for each order of a fixed grid (Mironov 2017, "Renyi Differential Privacy"). Costs of
// what is released about the same people are added up order by order, and turned into epsilon and delta once, at the end.

import { chordOf, logMoment } from './sampled-gaussian.ts';
import { logAdd } from './special.ts';

const range = (from: number, to: number, step = 1) =>
  Array.from({ length: Math.floor((to - from) / step) + 1 }, (_, index) => from + index * step);

/** The orders of every curve. Small ones serve budgets of large epsilon, large ones those of small. Kept ledgers depend on it: it never changes. */
export const orders: readonly number[] = Object.freeze([
  ...range(11, 110).map((tenths) => tenths / 10),
  ...range(12, 64),
  ...range(72, 128, 8),
  ...range(160, 512, 32),
  ...[640, 768, 1024, 1536, 2048, 4096, 8192, 16_384],
]);

/** A divergence for each of `orders`, in nats, from 0 to Infinity. */
export type Curve = readonly number[];

/** Rho-zCDP (Bun and Steinke 2016): a divergence of at most alpha * rho at every order. */
export function zcdpCurve(rho: number): Curve {
  if (!(rho >= 0)) throw new RangeError(`rho: expected 0 or more, got ${rho}`);
  return orders.map((order) => order * rho);
}

/** Rho of Gaussian noise, continuous or discrete over integers (Canonne, Kamath, Steinke 2020, theorem 4). */
export function gaussianRho(noiseMultiplier: number): number {
  checkMultiplier(noiseMultiplier);
  return 1 / (2 * noiseMultiplier ** 2);
}

export type SampledGaussian = {
  /** Standard deviation of the noise over the L2 sensitivity. */
  noiseMultiplier: number;
  /** Probability with which each row is taken, by a coin of its own; 1 if all are. */
  sampling: number;
  /** The noise is one discrete Gaussian over integers; bounds a little higher at fractional orders. */
  discrete?: boolean;
};

/** One step of the sampled Gaussian; rows are added or removed. */
export function sampledGaussianCurve({ noiseMultiplier, sampling, discrete = false }: SampledGaussian): Curve {
  checkMultiplier(noiseMultiplier);
  checkSampling(sampling);
  return orders.map((order) => logMoment(noiseMultiplier, sampling, order, discrete) / (order - 1));
}

/**
 * Poisson sampling before any mechanism with a known curve (Zhu and Wang 2019, "Poisson Subsampled Renyi Differential Privacy",
 * theorem 5): weaker than the formula for the Gaussian, and good for sums of discrete Gaussians too. Never above the curve itself.
 * @param divergence of the mechanism by order, for any integer order from 2 up
 */
export function amplifiedCurve(sampling: number, divergence: (order: number) => number): Curve {
  checkSampling(sampling);
  if (sampling === 0) return orders.map(() => 0);
  if (sampling === 1) return orders.map((order) => divergence(order));
  const logTaken = Math.log(sampling);
  const logLeft = Math.log1p(-sampling);
  const moment = (order: number) => {
    let sum = (order - 1) * logLeft + Math.log1p((order - 1) * sampling);
    let logBinomial = Math.log(order);
    for (let i = 2; i <= order; i += 1) {
      logBinomial += Math.log((order - i + 1) / i);
      const term = logBinomial + i * logTaken + (order - i) * logLeft + (i - 1) * divergence(i);
      sum = logAdd(sum, i === 2 ? term : term + Math.log(3));
    }
    return sum;
  };
  return orders.map((order) => {
    const bound = Number.isInteger(order) ? moment(order) : chordOf(order, moment);
    return Math.min(divergence(order), Math.max(0, bound / (order - 1)));
  });
}

/** What several releases about the same people tell together (Mironov 2017, proposition 1), also when later ones depend on earlier ones. */
export function composed(curves: Iterable<Curve>): Curve {
  const sum = new Array<number>(orders.length).fill(0);
  for (const curve of curves) {
    checkCurve(curve);
    for (const [index, value] of curve.entries()) sum[index]! += value;
  }
  return sum;
}

/** The same release so many times, each with noise of its own. */
export function repeated(curve: Curve, times: number): Curve {
  if (!Number.isSafeInteger(times) || times < 0) throw new RangeError(`times: expected 0 or more, got ${times}`);
  checkCurve(curve);
  return curve.map((value) => (times === 0 ? 0 : value * times));
}

/** @throws {RangeError} for anything that is not a divergence for each order */
export function checkCurve(curve: Curve): void {
  if (curve.length !== orders.length) throw new RangeError(`curve: expected ${orders.length} orders, got ${curve.length}`);
  const wrong = curve.findIndex((value) => !(value >= 0));
  if (wrong >= 0) throw new RangeError(`curve: expected 0 or more at order ${orders[wrong]}, got ${curve[wrong]}`);
}

export function checkMultiplier(noiseMultiplier: number): void {
  if (!(noiseMultiplier > 0 && noiseMultiplier < Number.POSITIVE_INFINITY))
    throw new RangeError(`noiseMultiplier: expected above 0, got ${noiseMultiplier}`);
}

export function checkSampling(sampling: number): void {
  if (!(sampling >= 0 && sampling <= 1)) throw new RangeError(`sampling: expected 0 to 1, got ${sampling}`);
}
