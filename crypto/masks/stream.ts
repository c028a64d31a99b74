// Masks as streams: a 32-byte key stretched to values from 0 to modulus - 1, exactly uniform, and added to or taken from a vector as they come.
// ChaCha20 (RFC 8439 section 2.4, by OpenSSL; here faster than libsodium's) gives little-endian words of 32 bits; words beyond the last whole
// multiple of the modulus are passed over. Without that the small values would come more often, and a mask that leans shows what it covers.
//
// Known ways to misuse it: a key masks one vector. Under one key the difference of two masked vectors is the difference of what they hide.

import { createCipheriv } from 'node:crypto';
import { endianness } from 'node:os';
import { checkBytes, maskLimits } from './labels.ts';

export const modulusLimits = { min: 2 ** 16, max: 2 ** 32 } as const;
export const streamKeyBytes = 32;

const nonceBytes = 12;
/** What a key masks goes into the nonce, so that a seed used in both ways by mistake gives two streams. */
export const streamNonces = { self: Buffer.from('mask.self.v1', 'latin1'), pair: Buffer.from('mask.pair.v1', 'latin1') } as const;

const blockWords = 16_384;
const zeros = Buffer.alloc(blockWords * 4);
/** At worst every second word is passed over; 64 in a row for each value are less likely than a guessed key. */
const wordsPerValueMax = 64;
const wordsSpare = 4096;
const swapsWords = endianness() === 'BE';

/** @throws {RangeError} for a modulus that is no integer from 2^16 to 2^32 */
export function checkModulus(modulus: number): void {
  const { min, max } = modulusLimits;
  if (!Number.isInteger(modulus) || modulus < min || modulus > max) {
    throw new RangeError(`modulus: expected an integer from ${min} to ${max}, got ${modulus}`);
  }
}

/** @throws {RangeError} for too many, or naming the first that is not below the modulus */
export function checkResidues(name: string, residues: Uint32Array, modulus: number): void {
  if (!(residues instanceof Uint32Array)) throw new TypeError(`${name}: expected a Uint32Array`);
  if (residues.length < 1 || residues.length > maskLimits.valuesMax) {
    throw new RangeError(`${name}: expected 1 to ${maskLimits.valuesMax} values, got ${residues.length}`);
  }
  if (modulus === modulusLimits.max) return;
  for (let at = 0; at < residues.length; at += 1) {
    if (residues[at]! >= modulus) throw new RangeError(`${name}[${at}]: expected a value below the modulus ${modulus}`);
  }
}

/**
 * Adds the stream of a key to a vector, or takes it off, in place and modulo the modulus. The same key gives the same values whatever the
 * length: a shorter vector gets the first of them.
 * @param residues each below the modulus @param key 32 secret bytes @param nonce 12 bytes, one of streamNonces
 */
export function addStream(residues: Uint32Array, key: Uint8Array, nonce: Uint8Array, modulus: number, sign: 1 | -1): void {
  checkBytes('key', key, streamKeyBytes);
  checkBytes('nonce', nonce, nonceBytes);
  checkModulus(modulus);
  // OpenSSL's 16 bytes are the counter, from 0, and the nonce.
  const cipher = createCipheriv('chacha20', key, Buffer.concat([Buffer.alloc(4), nonce]));
  const wordsMax = residues.length * wordsPerValueMax + wordsSpare;
  let drawn = 0;
  let done = 0;
  while (done < residues.length) {
    if (drawn > wordsMax) throw new Error(`stream: expected ${residues.length} values within ${wordsMax} words`);
    // A few more than are left, as some may be passed over: a short vector draws no whole block.
    const count = Math.min(blockWords, residues.length - done + 16);
    const block = cipher.update(zeros.subarray(0, count * 4));
    const words = wordsOf(block);
    done = addWords(residues, done, words, modulus, sign);
    drawn += count;
    words.fill(0);
    block.fill(0);
  }
}

function wordsOf(block: Buffer): Uint32Array {
  if (swapsWords) block.swap32();
  if (block.byteOffset % 4 === 0) return new Uint32Array(block.buffer, block.byteOffset, block.length / 4);
  return new Uint32Array(Uint8Array.from(block).buffer);
}

/**
 * The loop that all the time goes into. One reduction for sum and word together: both are below 2^33, so the quotient is below 2^17 and, by
 * multiplying with the inverse, off by one at most.
 * @param from place of the first value to change @returns place of the first that is left
 */
function addWords(residues: Uint32Array, from: number, words: Uint32Array, modulus: number, sign: 1 | -1): number {
  const fair = 2 ** 32 - (2 ** 32 % modulus);
  const inverse = 1 / modulus;
  // Taking off is adding what is missing to the fair limit, a multiple of the modulus.
  const base = sign === 1 ? 0 : fair;
  let at = from;
  for (let index = 0; index < words.length && at < residues.length; index += 1) {
    const word = words[index]!;
    const value = residues[at]! + base + sign * word;
    const rest = value - Math.floor(value * inverse) * modulus;
    if (word < fair) {
      residues[at] = rest < 0 ? rest + modulus : rest >= modulus ? rest - modulus : rest;
      at += 1;
    }
  }
  return at;
}
