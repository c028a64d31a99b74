// Whole numbers as the words of a secure sum. A sum adds signed words modulo a number slightly below 2^32, so no word may pass half of that in
// total; what needs more bits is cut into balanced digits of 24 bits, which add up word by word and are put together again after the sum.

/** What every word of every sum stays within, on either side of 0: below (t - 1) / 2 for the largest batching primes under 2^32. */
export const wordHalf = 2_147_000_000;
const digit = 0x1000000;
const halfDigit = 0x800000;
/** 255 x 2^23 is 2,139,095,040 and below `wordHalf`; with 256 members it would not be. */
export const memberLimit = 255;
/** What two digits of one member hold, on either side of 0: 2^46. */
export const pairLimit = 0x400000 * digit;

/** Writes a whole number of at most 2^46 as two digits, the lower first, each within 2^23 of 0. @throws {RangeError} beyond */
export function putPair(name: string, value: number, out: Int32Array, at: number): void {
  if (!(Number.isSafeInteger(value) && Math.abs(value) <= pairLimit))
    throw new RangeError(`${name}: expected a whole number within 2^46 of 0, got ${value}`);
  const high = Math.floor((value + halfDigit) / digit);
  out[at] = value - high * digit;
  out[at + 1] = high;
}

/** The sum that two summed digits stand for. Exact up to 2^53. */
export function pairAt(words: Int32Array, at: number): number {
  return words[at + 1]! * digit + words[at]!;
}

/** Writes a whole number as so many digits, the lowest first. @throws {RangeError} for one that they do not hold */
export function putDigits(name: string, value: bigint, digits: number, out: Int32Array, at: number): void {
  let rest = value;
  for (let place = 0; place < digits; place += 1) {
    const low = BigInt.asIntN(24, rest);
    out[at + place] = Number(low);
    rest = (rest - low) >> 24n;
  }
  if (rest !== 0n) throw new RangeError(`${name}: expected within ${digits} digits of 24 bits, got ${value}`);
}

export function digitsAt(words: Int32Array, digits: number, at: number): bigint {
  let value = 0n;
  for (let place = digits - 1; place >= 0; place -= 1) value = (value << 24n) + BigInt(words[at + place]!);
  return value;
}
