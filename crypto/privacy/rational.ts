// Variances as exact fractions of integers: noise is drawn from the distribution that was promised, not from one near it, and parties who
// agree on a variance agree on every bit of it.

/** Both integers; the denominator above 0. */
export type Rational = { readonly numerator: bigint; readonly denominator: bigint };

const fractionBits = 52;
const exponentBias = 1023;

/**
 * The fraction in lowest terms. A number stands for exactly what its 64 bits say (IEEE 754): 0.5 is 1/2, and 0.1 is
 * 3602879701896397 / 2^55, not 1/10. Who means 1/10 writes the fraction.
 * @throws {RangeError} for what is not above 0 or not finite
 */
export function positiveRational(value: Rational | number, name: string): Rational {
  if (typeof value === 'number') return positiveRational(ofNumber(value, name), name);
  const { numerator, denominator } = value;
  if (typeof numerator !== 'bigint' || typeof denominator !== 'bigint' || numerator <= 0n || denominator <= 0n) {
    throw new RangeError(`${name}: expected a fraction of two bigints above 0, got ${numerator}/${denominator}`);
  }
  const divisor = greatestCommonDivisor(numerator, denominator);
  return { numerator: numerator / divisor, denominator: denominator / divisor };
}

function ofNumber(value: number, name: string): Rational {
  if (!(value > 0 && value < Number.POSITIVE_INFINITY))
    throw new RangeError(`${name}: expected a finite number above 0, got ${value}`);
  if (Number.isInteger(value)) return { numerator: BigInt(value), denominator: 1n };
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, value);
  const bits = view.getBigUint64(0);
  const exponent = Number(bits >> BigInt(fractionBits));
  const fraction = bits & ((1n << BigInt(fractionBits)) - 1n);
  // Numbers too small for a leading 1 have exponent field 0, and stand for fraction * 2^-1074.
  const numerator = exponent === 0 ? fraction : fraction | (1n << BigInt(fractionBits));
  const power = BigInt(Math.max(exponent, 1) - exponentBias - fractionBits);
  // Whatever is no integer lies below 2^52, so the power is negative.
  return { numerator, denominator: 1n << -power };
}

function greatestCommonDivisor(a: bigint, b: bigint): bigint {
  let [larger, smaller] = [a, b];
  while (smaller !== 0n) [larger, smaller] = [smaller, larger % smaller];
  return larger;
}

/** The largest integer whose square is at most the value (Newton's method from above). @param value at least 0 */
export function floorSquareRoot(value: bigint): bigint {
  if (value < 2n) return value;
  let root = 1n << BigInt((value.toString(2).length + 1) >> 1);
  for (;;) {
    const next = (root + value / root) >> 1n;
    if (next >= root) return root;
    root = next;
  }
}

/** Nearest number, for accounting only: the sampler never asks for it. */
export function toNumber({ numerator, denominator }: Rational): number {
  const shift = BigInt(Math.max(0, 64 - numerator.toString(2).length + denominator.toString(2).length));
  return Number((numerator << shift) / denominator) / 2 ** Number(shift);
}
