// What a fitted BG/NBD says about one customer: alive or not, purchases to come, and those discounted. Each formula is taken in the form
// that stays bounded, because horizons are long and parameters may be extreme.

import type { BgNbd } from './bgnbd.ts';
import { hypergeometric } from './special.ts';

/** One customer, in periods: repeat purchases, time of the last of them, time observed; both since the first purchase. */
export type Customer = { readonly frequency: number; readonly recency: number; readonly age: number };

/** So close to a = 1 or a + b + x = 1 the closed form loses digits. */
const nearPole = 1e-5;
/** So far below 0 the series of Euler's form alternates for as many terms, and cancels. */
const alternates = -5;
/** Powers beyond the exponential of this are no doubles any more. */
const largestPower = 600;
/** A share so small that one less it has lost digits. */
const nearNothing = 1e-6;

/**
 * Probability that a customer has not dropped out (Fader, Hardie and Lee 2008, "Computing P(alive) Using the BG/NBD Model").
 * @returns from 0 to 1; 1 for who never came back, since the model lets nobody drop out before a repeat purchase
 */
export function probabilityAlive(model: BgNbd, { frequency, recency, age }: Customer): number {
  if (frequency === 0) return 1;
  const { r, alpha, a, b } = model;
  const longer = Math.log1p((age - recency) / (alpha + recency));
  return 1 / (1 + (a / (b + frequency - 1)) * Math.exp((r + frequency) * longer));
}

/**
 * Purchases expected in the next `periods` (eq. 10 of the paper).
 * @param periods 0 or more
 */
export function expectedPurchases(model: BgNbd, customer: Customer, periods: number): number {
  return probabilityAlive(model, customer) * purchasesIfAlive(model, customer, periods);
}

/** Purchases that a new customer is expected to repeat within `periods` of the first (eq. 9 of the paper). */
export function expectedOfNew(model: BgNbd, periods: number): number {
  return purchasesIfAlive(model, { frequency: 0, recency: 0, age: 0 }, periods);
}

/** The numerator of eq. 10: a customer alive now, whose rate is gamma (r + x, alpha + T) and whose dropping out beta (a, b + x). */
export function purchasesIfAlive(model: BgNbd, { frequency: x, age }: Customer, periods: number): number {
  if (periods === 0) return 0;
  const { r, a, b } = model;
  const rate = model.alpha + age;
  const z = periods / (rate + periods);
  const lnRest = -Math.log1p(periods / rate);
  const c = a + b + x - 1;
  // Of ((alpha + T) / (alpha + T + t))^(r + x) F(r + x, b + x; c; z) or Euler's form of it, the one that is bounded at z = 1.
  const bounded = a - 1 > r + x;
  const power = bounded ? r + x : a - 1;
  const sound = Math.abs(a - 1) > nearPole && Math.abs(c) > nearPole && Math.abs(power * lnRest) < largestPower;
  if (sound && (bounded || a + b - 1 - r > alternates)) {
    const series = bounded ? hypergeometric(r + x, b + x, c, z) : hypergeometric(a + b - 1 - r, a - 1, c, z);
    const rest = 1 - Math.exp(power * lnRest) * series;
    if (Math.abs(rest) > nearNothing) return (c / (a - 1)) * rest;
  }
  return byCount(r + x, a, b + x, z, lnRest).made;
}

/**
 * By counting: the purchases that a customer would make without ever dropping out are negative binomial (shape; z), and the j-th of them is made
 * if the customer outlives j - 1. Positive terms only and no poles, as many as purchases would be made and some more.
 * @returns expected purchases made, and the probability to outlive all that would be made
 */
export function byCount(shape: number, a: number, b: number, z: number, lnRest: number): { made: number; outlived: number } {
  let lnScale = shape * lnRest;
  let [weight, survives, count] = [1, 1, 0];
  let [made, outlived] = [0, 1];
  const mode = ((shape - 1) * z) / (1 - z);
  for (let n = 1; n < countLimits.purchases; n += 1) {
    weight *= ((shape + n - 1) / n) * z;
    count += survives;
    survives *= (b + n - 1) / (a + b + n - 1);
    made += weight * count;
    outlived += weight * survives;
    if (weight > 1e200) {
      weight *= 1e-200;
      made *= 1e-200;
      outlived *= 1e-200;
      lnScale += 200 * Math.LN10;
    }
    const ratio = ((shape + n) / (n + 1)) * z * (1 + 1 / n);
    const rest = ratio / (1 - ratio);
    if (n > mode && ratio < 1 && weight * count * rest <= 1e-15 * made && weight * survives * rest <= 1e-15 * outlived) {
      return { made: made * Math.exp(lnScale), outlived: outlived * Math.exp(lnScale) };
    }
  }
  throw new RangeError(`byCount: more than ${countLimits.purchases} purchases are no horizon`);
}

export const countLimits = { purchases: 50_000_000 } as const;

/** Purchases per period, `periods` from now, of a customer alive now: the derivative of `purchasesIfAlive`, which has no poles. */
export function rateIfAlive(model: BgNbd, { frequency: x, age }: Customer, periods: number): number {
  const { r, a, b } = model;
  const rate = model.alpha + age;
  const shape = r + x;
  const z = periods / (rate + periods);
  const lnRest = -Math.log1p(periods / rate);
  const bounded = a > shape + 1;
  const power = bounded ? shape + 1 : a;
  let part: number;
  if (Math.abs(power * lnRest) > largestPower || !(bounded || a + b - r - 1 > alternates)) {
    part = byCount(shape + 1, a, b + x, z, lnRest).outlived;
  } else {
    const series = bounded ? hypergeometric(shape + 1, b + x, a + b + x, z) : hypergeometric(a + b - r - 1, a, a + b + x, z);
    part = Math.exp(power * lnRest) * series;
  }
  return (shape / rate) * part;
}

// Nodes and weights of Gauss and Legendre on [-1, 1], 16 points, the positive half (Abramowitz and Stegun, table 25.4).
const nodes = [
  0.0950125098376374, 0.2816035507792589, 0.4580167776572274, 0.6178762444026438, 0.755404408355003, 0.8656312023878318,
  0.9445750230732326, 0.9894009349916499,
];
const weights = [
  0.1894506104550685, 0.1826034150449236, 0.1691565193950025, 0.1495959888165767, 0.1246289712555339, 0.0951585116824928,
  0.0622535239386479, 0.0271524594117541,
];

/** So much of the logarithm of time is one stretch of sixteen points; a new customer over a long horizon takes several. */
const stretchOfLogTime = 2;

/**
 * Purchases expected in the next `periods`, each discounted to now: the integral of the rate times exp(-discount t), by Gauss and Legendre
 * over the logarithm of time, within 1e-7 of what closed forms give without a discount.
 * @param discount continuous, per period: ln(1 + yearly rate) / periods in a year; 0 gives `expectedPurchases`
 */
export function discountedPurchases(model: BgNbd, customer: Customer, periods: number, discount: number): number {
  if (periods === 0) return 0;
  // The time between two purchases: who drops out soon has bought all within a few of them, however far the horizon.
  const scale = (model.alpha + customer.age) / (model.r + customer.frequency + 1);
  const whole = Math.log1p(periods / scale);
  const stretches = Math.ceil(whole / stretchOfLogTime);
  const half = whole / stretches / 2;
  let sum = 0;
  for (let middle = half; middle < whole; middle += 2 * half) {
    for (let node = 0; node < nodes.length; node += 1) {
      for (const side of [-1, 1]) {
        const at = scale * Math.expm1(middle + half * side * nodes[node]!);
        sum += weights[node]! * (scale + at) * rateIfAlive(model, customer, at) * Math.exp(-discount * at);
      }
    }
  }
  return probabilityAlive(model, customer) * half * sum;
}

/**
 * Probability of a purchase in the next `periods`: of being alive, times that of a gamma-mixed exponential. Who is alive has the rate gamma (r + x, alpha + T)
 * and drops out no sooner than at that purchase.
 */
export function probabilityOfPurchase(model: BgNbd, customer: Customer, periods: number): number {
  const { r, alpha } = model;
  const missed = -(r + customer.frequency) * Math.log1p(periods / (alpha + customer.age));
  return probabilityAlive(model, customer) * -Math.expm1(missed);
}
