// Functions of the normal distribution in logarithms, for tails that a double could not hold otherwise. Accuracy is stated, since a
// promise of privacy is only as good as they are.

/** From here on the continued fraction is used; below it the series, which loses no more than exp(x^2) times the last digit. */
const fractionFrom = 2;
/** Steps of the fraction from its far end: they leave an error of about exp(-2x sqrt(2 steps)), here under 1e-17. */
const fractionSteps = (x: number) => 10 + Math.ceil(220 / (x * x));

/**
 * ln erfc(x): the Maclaurin series of erf (Abramowitz and Stegun 7.1.6) near 0, Laplace's continued fraction (7.1.14) beyond.
 * @returns within 4e-14, relative to the larger of 1 and the result
 */
export function logErfc(x: number): number {
  if (Number.isNaN(x)) throw new RangeError('logErfc: expected a number, got NaN');
  if (x < 0) return Math.log1p(erf(-x));
  if (x < fractionFrom) return Math.log(1 - erf(x));
  if (x === Number.POSITIVE_INFINITY) return Number.NEGATIVE_INFINITY;
  let tail = x;
  for (let step = fractionSteps(x); step > 0; step -= 1) tail = x + step / 2 / tail;
  return -x * x - Math.log(tail) - Math.log(Math.PI) / 2;
}

/** erf(x) for x of 0 and above. */
function erf(x: number): number {
  if (x >= 6) return 1;
  if (x >= fractionFrom) return 1 - Math.exp(logErfc(x));
  // 2/sqrt(pi) exp(-x^2) times the sum of 2^n x^(2n+1) / (1*3*...*(2n+1)): no signs that cancel.
  let term = x;
  let sum = x;
  for (let n = 1; term > sum * 1e-17; n += 1) {
    term *= (2 * x * x) / (2 * n + 1);
    sum += term;
  }
  return (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x) * sum;
}

/** ln P[Z > x] of the standard normal distribution. */
export function logNormalTail(x: number): number {
  return logErfc(x / Math.SQRT2) - Math.LN2;
}

/** ln(exp(a) + exp(b)) */
export function logAdd(a: number, b: number): number {
  const larger = Math.max(a, b);
  if (larger === Number.NEGATIVE_INFINITY || larger === Number.POSITIVE_INFINITY) return larger;
  return larger + Math.log1p(Math.exp(Math.min(a, b) - larger));
}

/** The edge between where `holds` is false (low) and where it is true (high), from its true side, within a relative width. */
export function bisect(low: number, high: number, width: number, holds: (at: number) => boolean): number {
  let [fails, holdsAt] = [low, high];
  while (Math.abs(holdsAt - fails) > width * Math.abs(holdsAt)) {
    const middle = (fails + holdsAt) / 2;
    if (middle === fails || middle === holdsAt) break;
    if (holds(middle)) holdsAt = middle;
    else fails = middle;
  }
  return holdsAt;
}
