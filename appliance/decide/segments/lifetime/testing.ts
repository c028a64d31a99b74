// The slow twin of BG/NBD, by numerical integration over what each customer's rate and chance of dropping out may be; and customers simulated
// from known parameters. For tests and benches.

import { seededNumbers } from '../seeded.ts';
import type { BgNbd } from './bgnbd.ts';
import type { Customer } from './expect.ts';
import { logGamma } from './special.ts';

const logBeta = (a: number, b: number) => logGamma(a) + logGamma(b) - logGamma(a + b);

/**
 * Likelihood, probability alive and expected purchases from their definitions (sections 2 and 3 of Fader, Hardie and Lee 2005): what one customer does
 * given their rate and chance, integrated by trapezoids over the logarithm of the rate and the logit of the chance.
 */
export function twin(model: BgNbd, { frequency: x, recency, age }: Customer, periods: number) {
  const { r, alpha, a, b } = model;
  let [all, alive, bought] = [0, 0, 0];
  const step = 0.04;
  const widest = 34;
  // Where the rate goes to 0 the integrand falls as its power r + x.
  for (let u = -5 - 40 / (r + x); u <= 8; u += step) {
    const rate = Math.exp(u);
    const lnRate = r * Math.log(alpha) - logGamma(r) + r * u - alpha * rate;
    if (lnRate + x * u < -200) continue;
    for (let v = -widest; v <= widest; v += step) {
      // p and 1 - p apart, since one of them is tiny at either end.
      const [p, stay] = [1 / (1 + Math.exp(-v)), 1 / (1 + Math.exp(v))];
      const lnPrior = lnRate + a * Math.log(p) + b * Math.log(stay) - logBeta(a, b);
      const common = lnPrior + x * u;
      const ifAlive = Math.exp(common + x * Math.log(stay) - rate * age);
      const ifGone = x > 0 ? Math.exp(common + Math.log(p) + (x - 1) * Math.log(stay) - rate * recency) : 0;
      all += ifAlive + ifGone;
      alive += ifAlive;
      bought += ifAlive * (-Math.expm1(-rate * p * periods) / p);
    }
  }
  return { logLikelihood: Math.log(all * step * step), alive: alive / all, expected: bought / all };
}

/** Gamma variates by Marsaglia and Tsang (2000). */
export function gammaVariate(random: () => number, shape: number): number {
  if (shape < 1) return gammaVariate(random, shape + 1) * (1 - random()) ** (1 / shape);
  const d = shape - 1 / 3;
  for (;;) {
    const normal = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
    const v = (1 + normal / Math.sqrt(9 * d)) ** 3;
    if (v > 0 && Math.log(1 - random()) < normal * normal * 0.5 + d - d * v + d * Math.log(v)) return d * v;
  }
}

export type Simulated = {
  readonly frequency: Float64Array;
  readonly recency: Float64Array;
  readonly age: Float64Array;
  /** Purchases within `ahead` after the age. */
  readonly later: Float64Array;
};

/** @param roundTo times are rounded to multiples of this, as days of a week are; 0 leaves them */
export function simulate(
  model: BgNbd,
  customers: number,
  seed: number,
  options: { roundTo?: number; ahead?: number } = {},
): Simulated {
  const { roundTo = 0, ahead = 0 } = options;
  const random = seededNumbers(seed);
  const columns = {
    frequency: new Float64Array(customers),
    recency: new Float64Array(customers),
    age: new Float64Array(customers),
    later: new Float64Array(customers),
  };
  const rounded = (time: number) => (roundTo > 0 ? Math.ceil(time / roundTo) * roundTo : time);
  for (let row = 0; row < customers; row += 1) {
    const age = rounded(27 + 12 * random());
    const rate = gammaVariate(random, model.r) / model.alpha;
    const first = gammaVariate(random, model.a);
    const p = first / (first + gammaVariate(random, model.b));
    let [time, last, count] = [0, 0, 0];
    for (;;) {
      time -= Math.log(1 - random()) / rate;
      const day = rounded(time);
      if (!(time <= age + ahead)) break;
      if (day > age) columns.later[row]! += 1;
      else if (day > last) {
        count += 1;
        last = day;
      }
      if (random() < p) break;
    }
    columns.frequency[row] = count;
    columns.recency[row] = last;
    columns.age[row] = age;
  }
  return columns;
}
