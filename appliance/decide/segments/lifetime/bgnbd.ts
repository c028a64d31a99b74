// The BG/NBD model of who buys again (Fader, Hardie and Lee 2005, "Counting Your Customers" the Easy Way, Marketing Science 24(2)): its
// likelihood and gradient. While alive a customer buys at a rate of their own (gamma: r, alpha) and after each purchase may drop out with
// a probability of their own (beta: a, b).

/** r, alpha: shape and rate (in periods) of the buying rates; a, b: of the beta of dropping out. All above 0. */
export type BgNbd = { readonly r: number; readonly alpha: number; readonly a: number; readonly b: number };

/** Names of the parameters in the order in which vectors hold them. */
export const bgNbdNames = ['r', 'alpha', 'a', 'b'] as const;

/** Customers that are equal stand together: sorted by frequency, then recency, then age; all of one length. */
export type Groups = {
  /** Repeat purchases: days with a purchase, less the first. Whole numbers. */
  readonly frequency: Float64Array<SharedArrayBuffer>;
  /** Periods from the first purchase to the last. */
  readonly recency: Float64Array<SharedArrayBuffer>;
  /** Periods from the first purchase to the end of the observation. */
  readonly age: Float64Array<SharedArrayBuffer>;
  /** Customers that are like this. */
  readonly weight: Float64Array<SharedArrayBuffer>;
};

/** Groups that are summed by themselves, whichever thread takes them. */
export const groupsPerBlock = 4096;

export function bgNbdOf(logs: ArrayLike<number>): BgNbd {
  return { r: Math.exp(logs[0]!), alpha: Math.exp(logs[1]!), a: Math.exp(logs[2]!), b: Math.exp(logs[3]!) };
}

/**
 * Log-likelihood of a stretch of groups and its gradient by the logarithms of the parameters (eq. 6 of the paper). As frequencies are whole,
 * quotients of gammas are sums of logarithms, from which nothing cancels; the two ways to have bought no more (alive, or dropped
 * out) are added by their logarithms.
 * @param out where to write five sums: log-likelihood, then its derivatives by ln r, ln alpha, ln a, ln b
 */
export function addLikelihood(groups: Groups, from: number, to: number, model: BgNbd, out: Float64Array, at: number): void {
  const { r, alpha, a, b } = model;
  const lnAlpha = Math.log(alpha);
  let [counted, lnRise, byR, byB, byAB] = [0, 0, 0, 0, 0];
  let [value, gradR, gradAlpha, gradA, gradB] = [0, 0, 0, 0, 0];
  for (let group = from; group < to; group += 1) {
    const x = groups.frequency[group]!;
    for (; counted < x; counted += 1) {
      lnRise += Math.log(((r + counted) * (b + counted)) / (a + b + counted));
      byR += 1 / (r + counted);
      byB += 1 / (b + counted);
      byAB += 1 / (a + b + counted);
    }
    const weight = groups.weight[group]!;
    const age = groups.age[group]!;
    const lnAge = Math.log1p(age / alpha);
    const alive = -(r + x) * lnAge;
    let [ending, gone, lnLast, last] = [alive, 0, 0, 0];
    if (x > 0) {
      last = groups.recency[group]!;
      lnLast = Math.log1p(last / alpha);
      const dropped = Math.log(a / (b + x - 1)) - (r + x) * lnLast;
      const most = Math.max(alive, dropped);
      const less = Math.exp(-Math.abs(alive - dropped));
      ending = most + Math.log1p(less);
      gone = (dropped > alive ? 1 : less) / (1 + less);
      gradB -= weight * (gone / (b + x - 1));
    }
    value += weight * (lnRise - x * lnAlpha + ending);
    gradR += weight * (byR - (1 - gone) * lnAge - gone * lnLast);
    gradAlpha += weight * (-x + (r + x) * ((1 - gone) * (age / (alpha + age)) + gone * (last / (alpha + last))));
    gradA += weight * (gone / a - byAB);
    gradB += weight * (byB - byAB);
  }
  out[at] = value;
  out[at + 1] = r * gradR;
  out[at + 2] = gradAlpha;
  out[at + 3] = a * gradA;
  out[at + 4] = b * gradB;
}
