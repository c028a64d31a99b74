// The special functions of lifetime models: logarithm of gamma, its derivative, and Gauss's hypergeometric series. Small and with their
// accuracy stated, since a likelihood is only as good as they are.

const lnSqrtTwoPi = 0.918_938_533_204_672_7;
/** From here on Stirling's series with six terms leaves an error under 1e-15. */
const stirlingFrom = 10;
/** A series that has not settled by then is a fault of the caller: z would be closer to 1 than any horizon makes it. */
export const seriesLimits = { terms: 2_000_000 } as const;

/**
 * ln Γ(x) by Stirling's series after shifting x upwards (Abramowitz and Stegun 6.1.41).
 * @param x above 0
 * @returns within 4e-15, relative to the larger of 1 and the result
 * @throws {RangeError} where x is not above 0
 */
export function logGamma(x: number): number {
  if (!(x > 0)) throw new RangeError(`logGamma: expected a number above 0, got ${x}`);
  let product = 1;
  let at = x;
  while (at < stirlingFrom) {
    product *= at;
    at += 1;
  }
  const inverse = 1 / at;
  const square = inverse * inverse;
  const series =
    inverse *
    (1 / 12 - square * (1 / 360 - square * (1 / 1260 - square * (1 / 1680 - square * (1 / 1188 - square * (691 / 360360))))));
  return (at - 0.5) * Math.log(at) - at + lnSqrtTwoPi + series - Math.log(product);
}

/**
 * ψ(x), the derivative of ln Γ (Abramowitz and Stegun 6.3.18).
 * @param x above 0
 * @throws {RangeError} where x is not above 0
 */
export function digamma(x: number): number {
  if (!(x > 0)) throw new RangeError(`digamma: expected a number above 0, got ${x}`);
  let shifted = 0;
  let at = x;
  while (at < stirlingFrom) {
    shifted += 1 / at;
    at += 1;
  }
  const square = 1 / (at * at);
  const series =
    square *
    (1 / 12 - square * (1 / 120 - square * (1 / 252 - square * (1 / 240 - square * (1 / 132 - square * (691 / 32760))))));
  return Math.log(at) - 0.5 / at - series - shifted;
}

/**
 * ₂F₁(a, b; c; z) by its power series. Callers choose the form of their formula in which c - a - b is not below 0, so that it stays
 * bounded up to z = 1 (Euler's and Pfaff's transformations, Abramowitz and Stegun 15.3.3 to 15.3.5).
 * @param c not 0, -1, -2, ...
 * @param z from 0 to below 1
 * @throws {RangeError} outside those, or where the series does not settle within `seriesLimits.terms`
 */
export function hypergeometric(a: number, b: number, c: number, z: number): number {
  if (!(z >= 0 && z < 1) || (c <= 0 && Number.isInteger(c))) {
    throw new RangeError(`hypergeometric: expected z in [0, 1) and c no pole, got z = ${z}, c = ${c}`);
  }
  let term = 1;
  let sum = 1;
  for (let n = 0; n < seriesLimits.terms; n += 1) {
    const ratio = (((a + n) * (b + n)) / ((c + n) * (n + 1))) * z;
    term *= ratio;
    sum += term;
    if (term === 0) return sum;
    const size = Math.abs(ratio);
    // What is left is at most a geometric series once the ratios have settled below 1.
    if (size < 1 && n > Math.abs(c) && Math.abs(term) * (Math.max(size, z) / (1 - Math.max(size, z))) <= 1e-16 * Math.abs(sum))
      return sum;
  }
  throw new RangeError(`hypergeometric: no convergence for (${a}, ${b}; ${c}; ${z})`);
}
