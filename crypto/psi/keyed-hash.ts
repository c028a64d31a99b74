// The salted-hash mode: tokens by BLAKE2b-256 keyed with a secret that two partners share. Fast, and only as good as the trust between the
// two: each of them can try every value. trialCost() says how long that takes, so that people decide with a number before them.
//
// Known ways to misuse it:
// - The key keeps everybody out but the partner. Where the partner must not learn whom it has not, take 'ecdh'.
// - One key for two partners, or for two sessions, lets lists be joined that were never meant to be.
// - Stretching slows the partner's guesses and our own work alike; on numbers that can be counted through it buys hours or days, no more.

import { scryptSync } from 'node:crypto';
import { blake2b } from '@noble/hashes/blake2.js';
import { sodium } from '../sodium.ts';
import { itemBytes, tokenBytes } from './tokens.ts';

export const hashKeyBytes = 32;

/** scrypt (RFC 7914): cost is N, a power of two; a token takes 128 * cost * blockSize bytes of memory. */
export type Stretch = { readonly cost: number; readonly blockSize: number; readonly parallelization: number };

export const stretchLimits = {
  costMin: 2 ** 4,
  costMax: 2 ** 20,
  blockSizeMax: 32,
  parallelizationMax: 16,
  memoryBytesMax: 2 ** 28,
} as const;

export type TokenHash = (out: Uint8Array, input: Uint8Array, key: Uint8Array) => void;

export const nobleTokenHash: TokenHash = (out, input, key) => {
  out.set(blake2b(input, { key, dkLen: out.length }));
};

const native = sodium;
/** undefined where sodium-native cannot load. */
export const sodiumTokenHash: TokenHash | undefined = native && ((out, input, key) => native.crypto_generichash(out, input, key));

export type HashOptions = { readonly stretch?: Stretch; readonly hash?: TokenHash };

/** What the stretching is salted with, so that the key itself goes into one function only. */
const saltLabel = Buffer.from('holdfast/psi/salted-hash/scrypt-salt/v1');

/**
 * @param items normalised texts  @param key 32 secret bytes that both partners have
 * @param options.stretch the same for both partners, or nothing will match
 * @returns n x 32 bytes in the order of the items: BLAKE2b-256(key, item), or BLAKE2b-256(key, scrypt(item))
 * @throws {RangeError} for a text that is no Unicode, another length of key, or a stretch outside its limits
 */
export function hashItems(items: readonly string[], key: Uint8Array, options: HashOptions = {}): Buffer {
  if (key.length !== hashKeyBytes) throw new RangeError(`key: expected ${hashKeyBytes} bytes, got ${key.length}`);
  const { stretch, hash = sodiumTokenHash ?? nobleTokenHash } = options;
  const out = Buffer.alloc(items.length * tokenBytes);
  const stretched = stretch ? stretcher(stretch, key, hash) : (input: Buffer) => input;
  for (const [index, item] of items.entries()) {
    hash(out.subarray(index * tokenBytes, (index + 1) * tokenBytes), stretched(itemBytes(item, index)), key);
  }
  return out;
}

function stretcher(stretch: Stretch, key: Uint8Array, hash: TokenHash): (input: Buffer) => Buffer {
  checkStretch(stretch);
  const { cost, blockSize, parallelization } = stretch;
  const salt = Buffer.alloc(tokenBytes);
  hash(salt, saltLabel, key);
  const options = { cost, blockSize, parallelization, maxmem: 2 * stretchLimits.memoryBytesMax };
  return (input) => scryptSync(input, salt, tokenBytes, options);
}

function checkStretch({ cost, blockSize, parallelization }: Stretch): void {
  const { costMin, costMax, blockSizeMax, parallelizationMax, memoryBytesMax } = stretchLimits;
  if (!Number.isInteger(Math.log2(cost)) || cost < costMin || cost > costMax) {
    throw new RangeError(`stretch.cost: expected a power of two from ${costMin} to ${costMax}, got ${cost}`);
  }
  if (!Number.isInteger(blockSize) || blockSize < 1 || blockSize > blockSizeMax) {
    throw new RangeError(`stretch.blockSize: expected 1 to ${blockSizeMax}, got ${blockSize}`);
  }
  if (!Number.isInteger(parallelization) || parallelization < 1 || parallelization > parallelizationMax) {
    throw new RangeError(`stretch.parallelization: expected 1 to ${parallelizationMax}, got ${parallelization}`);
  }
  const memoryBytes = 128 * cost * blockSize;
  if (memoryBytes > memoryBytesMax) throw new RangeError(`stretch: expected at most ${memoryBytesMax} bytes, got ${memoryBytes}`);
}
