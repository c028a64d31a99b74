// The Gamma-Gamma model of what customers spend (Fader and Hardie 2013, "The Gamma-Gamma Model of Monetary Value", note 025): its
// likelihood, gradient and conditional mean. Amounts of a customer vary about a mean of their own, and the means vary among customers,
// unrelated to how often they buy.
import type { Groups } from './bgnbd.ts';
import { digamma, logGamma } from './special.ts';

/** p, q: shapes within and among customers; gamma: the scale, in the currency of the amounts. All above 0; a mean exists for q above 1. */
export type GammaGamma = { readonly p: number; readonly q: number; readonly gamma: number };

export const gammaGammaNames = ['p', 'q', 'gamma'] as const;

export function gammaGammaOf(logs: ArrayLike<number>): GammaGamma {
  return { p: Math.exp(logs[0]!), q: Math.exp(logs[1]!), gamma: Math.exp(logs[2]!) };
}

/**
 * Log-likelihood of a stretch of groups (eq. 1a of the note) and its gradient by the logarithms of the parameters.
 * @param groups frequency: repeat purchases, above 0; recency: their mean amount, above 0
 * @param out where to write four sums: log-likelihood, then its derivatives by ln p, ln q, ln gamma
 */
export function addSpendLikelihood(
  groups: Groups,
  from: number,
  to: number,
  model: GammaGamma,
  out: Float64Array,
  at: number,
): void {
  const { p, q, gamma } = model;
  const lnGamma = Math.log(gamma);
  const fixedQ = digamma(q);
  const logQ = logGamma(q);
  let [x, shape, lnConstant, psiAll, psiShape] = [-1, 0, 0, 0, 0];
  let [value, gradP, gradQ, gradGamma] = [0, 0, 0, 0];
  for (let group = from; group < to; group += 1) {
    if (groups.frequency[group]! !== x) {
      x = groups.frequency[group]!;
      shape = p * x;
      lnConstant = logGamma(shape + q) - logGamma(shape) - logQ;
      psiAll = digamma(shape + q);
      psiShape = digamma(shape);
    }
    const weight = groups.weight[group]!;
    const spent = groups.recency[group]! * x;
    const lnSpent = Math.log(spent);
    // ln(gamma + spent) less ln gamma, which the homogeneous limit of a large gamma needs as a difference.
    const lnRest = Math.log1p(spent / gamma);
    value += weight * (lnConstant + shape * (lnSpent - lnGamma) - lnSpent + Math.log(x) - (shape + q) * lnRest);
    gradP += weight * x * (psiAll - psiShape + lnSpent - lnGamma - lnRest);
    gradQ += weight * (psiAll - fixedQ - lnRest);
    gradGamma += weight * (-shape + (shape + q) * (spent / (gamma + spent)));
  }
  out[at] = value;
  out[at + 1] = p * gradP;
  out[at + 2] = q * gradQ;
  out[at + 3] = gradGamma;
}

/**
 * Expected mean amount of a customer (eq. 5 of the note): between their own mean and everybody's.
 * @param frequency repeat purchases; 0 gives everybody's mean, p gamma / (q - 1)
 * @param mean of the amounts of these, ignored where there are none
 * @returns NaN where q is so small that no mean exists
 */
export function expectedSpend(model: GammaGamma, frequency: number, mean: number): number {
  const { p, q, gamma } = model;
  const below = p * frequency + q - 1;
  return below > 0 ? (p * (gamma + (frequency > 0 ? frequency * mean : 0))) / below : Number.NaN;
}
