// Arithmetic that has one answer on every machine, because all members compute the same model from one opened sum and compare its hash.
// ECMAScript fixes addition, subtraction, multiplication and division to IEEE 754's last bit, and engines neither fuse nor reorder them. The square
// root it leaves to the engine, and all of them use the processor's, which IEEE 754 rounds correctly. Math.exp, log, log1p, expm1, pow (and the
// operator **), tanh, cbrt, hypot and sin are nobody's rule: engines differ in their last bits, and one engine from version to version. None of
// these stands in this folder, which a test looks after; sums run in the order of their indexes.

/** @throws {RangeError} naming the index of the first number that is NaN or infinite */
export function checkFinite(name: string, values: ArrayLike<number>): void {
  for (let index = 0; index < values.length; index += 1)
    if (!Number.isFinite(values[index]))
      throw new RangeError(`${name}: expected finite numbers, got ${values[index]} at ${index}`);
}

/** @throws {RangeError} */
export function checkLength(name: string, values: ArrayLike<unknown>, length: number): void {
  if (values.length !== length) throw new RangeError(`${name}: expected ${length} numbers, got ${values.length}`);
}

/** @throws {RangeError} unless `value` is whole and from `least` to `most` */
export function checkWhole(name: string, value: number, least: number, most: number): void {
  if (!(Number.isSafeInteger(value) && value >= least && value <= most))
    throw new RangeError(`${name}: expected a whole number from ${least} to ${most}, got ${value}`);
}

/** @throws {RangeError} unless `value` is finite and above 0, or at least 0 where `zero` says so */
export function checkPositive(name: string, value: number, zero = false): void {
  if (!(Number.isFinite(value) && (value > 0 || (zero && value === 0))))
    throw new RangeError(`${name}: expected a finite number ${zero ? 'of at least' : 'above'} 0, got ${value}`);
}

/** The Euclidean norm; Infinity where the squares exceed what a double holds. */
export function norm(values: ArrayLike<number>): number {
  let squares = 0;
  for (let index = 0; index < values.length; index += 1) squares += values[index]! * values[index]!;
  return Math.sqrt(squares);
}

/** The largest power of two that is at most `value`, which is finite and above 0. */
export function powerOfTwoAtMost(value: number): number {
  let power = 1;
  while (power > value) power /= 2;
  while (power * 2 <= value) power *= 2;
  return power;
}

/** 2 (s + s^3/3 + s^5/5 + ...) with s = (m - 1) / (m + 1) at most 1/3: so many terms reach a double's last bits. */
const logarithmTerms = 18;

/** The natural logarithm, within some 4 units of the last place, the same everywhere. @param value finite and above 0 */
export function naturalLogarithm(value: number): number {
  const power = powerOfTwoAtMost(value);
  let exponent = 0;
  for (let each = power; each >= 2; each /= 2) exponent += 1;
  for (let each = power; each <= 0.5; each *= 2) exponent -= 1;
  const ratio = (value / power - 1) / (value / power + 1);
  let sum = 0;
  for (let term = logarithmTerms; term >= 0; term -= 1) sum = sum * ratio * ratio + 1 / (2 * term + 1);
  return exponent * Math.LN2 + 2 * ratio * sum;
}
