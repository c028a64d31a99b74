// One polynomial as bytes: the low halves of its coefficients as u32, then what is above, `width` - 32 bits of each, from the low bits on. All
// is little-endian. Each coefficient takes as many bits as its prime has, and is checked to be below it.

import { HeError } from './errors.ts';

/** Bits that each coefficient takes: as many as the prime has, but 48 at least. */
const widthOf = (prime: bigint) => Math.max(48, prime.toString(2).length);
const highBytes = (slots: number, prime: bigint) => (slots * (widthOf(prime) - 32)) / 8;

export const polynomialBytes = (slots: number, prime: bigint): number => 4 * slots + highBytes(slots, prime);

/**
 * @param words of one polynomial as SEAL has it: low and high half of each coefficient
 * @param out polynomialBytes() of them
 */
export function packPolynomial(words: Uint32Array, prime: bigint, out: Uint8Array): void {
  const slots = words.length / 2;
  const lows = new Uint32Array(slots);
  const highs = out.subarray(4 * slots, 4 * slots + highBytes(slots, prime));
  const width = widthOf(prime) - 32;
  let [held, heldBits, to] = [0, 0, 0];
  for (let i = 0; i < slots; i += 1) {
    lows[i] = words[2 * i]!;
    const high = words[2 * i + 1]!;
    // At most 7 bits are held over, and two steps of at most 16 bits each stay within 32.
    held |= (high & 0xffff) << heldBits;
    for (heldBits += 16; heldBits >= 8; heldBits -= 8) {
      highs[to] = held;
      to += 1;
      held >>>= 8;
    }
    held |= (high >>> 16) << heldBits;
    for (heldBits += width - 16; heldBits >= 8; heldBits -= 8) {
      highs[to] = held;
      to += 1;
      held >>>= 8;
    }
  }
  out.set(bytesOf(lows));
}

/**
 * Reads bytes that anybody may have written.
 * @param bytes polynomialBytes() of them  @param words where the coefficients go, as SEAL has them, each below the prime
 * @param what says which polynomial it is, in an error
 * @returns whether any coefficient is not zero
 * @throws {HeError} 'out-of-range'
 */
export function unpackPolynomial(bytes: Uint8Array, prime: bigint, words: Uint32Array, what: string): boolean {
  const slots = words.length / 2;
  const lows = wordsOf(bytes.subarray(0, 4 * slots));
  const highs = bytes.subarray(4 * slots, 4 * slots + highBytes(slots, prime));
  const width = widthOf(prime) - 32;
  const [primeHigh, primeLow] = [Number(prime >> 32n), Number(prime & 0xffff_ffffn)];
  const aboveMask = 2 ** (width - 16) - 1;
  let [held, heldBits, from, any] = [0, 0, 0, 0];
  for (let i = 0; i < slots; i += 1) {
    for (; heldBits < 16; heldBits += 8) {
      held |= highs[from]! << heldBits;
      from += 1;
    }
    let high = held & 0xffff;
    held >>>= 16;
    for (heldBits -= 16; heldBits < width - 16; heldBits += 8) {
      held |= highs[from]! << heldBits;
      from += 1;
    }
    high |= (held & aboveMask) << 16;
    held >>>= width - 16;
    heldBits -= width - 16;
    const low = lows[i]!;
    if (high > primeHigh || (high === primeHigh && low >= primeLow)) {
      throw new HeError('out-of-range', `${what}: coefficient ${i} is not below its prime`);
    }
    words[2 * i] = low;
    words[2 * i + 1] = high;
    any |= low | high;
  }
  return any !== 0;
}

/** A copy, as bytes may start where a u32 may not. */
export const wordsOf = (bytes: Uint8Array): Uint32Array<ArrayBuffer> => new Uint32Array(new Uint8Array(bytes).buffer);
export const bytesOf = (words: Uint32Array): Uint8Array => new Uint8Array(words.buffer, words.byteOffset, words.byteLength);
