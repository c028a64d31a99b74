// Exact sums: amounts as integer millionths, so that a total does not depend on the order of its terms, as floating point
// sums do. Kept as decimal text in states because JSON has no big integers.

/** Whole millionths as decimal text, e.g. '19990000' for 19.99. */
export type Micros = string;

/** Amounts larger than this are not amounts. */
export const amountLimit = 1e15;

/** @returns undefined when the value is not a number within ±amountLimit */
export function toMicros(value: unknown): Micros | undefined {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  if (typeof number !== 'number' || !Number.isFinite(number) || Math.abs(number) > amountLimit) return undefined;
  const whole = Math.trunc(number);
  return String(BigInt(whole) * 1_000_000n + BigInt(Math.round((number - whole) * 1_000_000)));
}

export function addMicros(a: Micros, b: Micros): Micros {
  if (a === '0') return b;
  if (b === '0') return a;
  return String(BigInt(a) + BigInt(b));
}

export function fromMicros(micros: Micros): number {
  return Number(BigInt(micros)) / 1_000_000;
}
