// Random draws with exact probabilities, from blocks of random bytes: uniform integers, and events whose probability is a fraction or
// exp(-fraction). Integers only, so that no probability is rounded.

import { zeroBytes } from '../keys.ts';

/** Cryptographically strong bytes in a running node, a seeded stream in tests; in memory of their own, as they are overwritten after use. */
export type Random = { bytes(length: number): Uint8Array };

/** Uniform integers up to here. */
export const belowMax = 2 ** 48;
const digitBits = 48n;

export type Draws = {
  /** 0 to limit - 1, equally likely. @param limit 1 to 2^48 */
  below(limit: number): number;
  /** 0 or 1. */
  bit(): number;
  /** True with probability exp(-1). */
  expMinusOne(): boolean;
  /** True with probability exp(-numerator / denominator). @param numerator 0 to denominator @param denominator 1 to 2^48 */
  expMinus(numerator: number, denominator: number): boolean;
  /** The same for integers of any size, and for fractions above 1. @param numerator at least 0 @param denominator above 0 */
  expMinusLarge(numerator: bigint, denominator: bigint): boolean;
  /** Overwrites what is left of the bytes. */
  end(): void;
};

/** @param blockBytes how many random bytes to ask for at a time, at least 8 */
export function drawsFrom(random: Random, blockBytes: number): Draws {
  let block: Uint8Array = new Uint8Array(0);
  let at = 0;
  const refill = () => {
    zeroBytes(block);
    block = random.bytes(blockBytes);
    if (block.length !== blockBytes) throw new RangeError(`random: expected ${blockBytes} bytes, got ${block.length}`);
    at = 0;
  };
  /** An integer of so many bytes, the lowest first; what is left of a block and too short is passed over. */
  const integer = (bytes: number) => {
    if (at + bytes > block.length) refill();
    let value = 0;
    for (let index = at + bytes - 1; index >= at; index -= 1) value = value * 256 + block[index]!;
    at += bytes;
    return value;
  };
  // What lies beyond the last whole multiple of the limit is drawn again, so that all remainders are equally likely. All values are
  // integers of at most 48 bits, which doubles hold and divide with remainder exactly.
  const below = (limit: number) => {
    const bytes = limit <= 0x100 ? 1 : limit <= 0x1_00_00 ? 2 : limit <= 0x1_0000_0000 ? 4 : 6;
    const size = 256 ** bytes;
    const fair = size - (size % limit);
    let drawn = integer(bytes);
    while (drawn >= fair) drawn = integer(bytes);
    return drawn % limit;
  };
  /**
   * Algorithm 1 of Canonne, Kamath and Steinke: events of probability gamma/1, gamma/2, gamma/3, ... until one fails; the failing number
   * is odd with probability exp(-gamma). An event of probability gamma/k is one of 1/k and one of gamma, drawn apart.
   */
  const oddRun = (gamma: () => boolean) => {
    let k = 1;
    while ((k === 1 || below(k) === 0) && gamma()) k += 1;
    return k % 2 === 1;
  };
  const expMinusOne = () => oddRun(() => true);
  const expMinus = (numerator: number, denominator: number) => oddRun(() => below(denominator) < numerator);

  const expMinusLarge = (numerator: bigint, denominator: bigint) => {
    // exp(-(whole + rest)) is whole times exp(-1), and exp(-rest).
    const whole = numerator / denominator;
    for (let count = 0n; count < whole; count += 1n) if (!expMinusOne()) return false;
    const rest = numerator - whole * denominator;
    if (rest === 0n) return true;
    // A uniform number of [0, 1) is below rest / denominator. Both are read in digits of 48 bits, and the first that differs decides:
    // nearly always the first of all, which is worked out once for the whole run.
    const scaled = rest << digitBits;
    const first = Number(scaled / denominator);
    return oddRun(() => {
      const drawn = integer(6);
      if (drawn !== first) return drawn < first;
      return laterDigits(scaled % denominator, denominator);
    });
  };
  const laterDigits = (remainder: bigint, denominator: bigint): boolean => {
    let scaled = remainder;
    while (scaled !== 0n) {
      scaled <<= digitBits;
      const digit = Number(scaled / denominator);
      const drawn = integer(6);
      if (drawn !== digit) return drawn < digit;
      scaled %= denominator;
    }
    // The fraction has ended and the digits agree: the uniform number is at or above it.
    return false;
  };
  return { below, bit: () => below(2), expMinusOne, expMinus, expMinusLarge, end: () => zeroBytes(block) };
}
