// The steps of the mode 'sums', private join and compute (Ion et al., "On Deploying Secure Computation: Private Intersection-Sum-with-
// Cardinality", 2019): how many items both have, and the sum of the responder's values over them. The matching is that of 'count'
// (ecdh-steps.ts); beside it, with bY the responder's masked list:
//
//   responder  encrypt  sends its public key, and a ciphertext of each value in the order of bY
//   initiator  close    counts as in 'count', which also tells which places of bY are shared, adds up their ciphertexts and makes the
//                       total a fresh one. It knows the count, and the caller decides whether to send the total
//   responder  reveal   decrypts the total and sends the sum: it has the sum, and neither the count nor which items they are
//   initiator  read     has count and sum
//
// Where there is a counter, encrypt belongs after it has said that there are enough, beside forPartner(): what was never sent is not kept.
//
// Each item has one value. A customer with several items brings the value with one of them, which is the caller's to see to.

import { PointRefused } from './ecdh.ts';
import { countSteps, ecdhSteps, type OwnKept } from './ecdh-steps.ts';
import {
  checkPublicKey,
  ciphertextCount,
  decryptTotal,
  encryptValues,
  publicKeyOf,
  refresh,
  sumBytes,
  totalOf,
  valueMax,
} from './elgamal.ts';
import type { Intersection } from './intersect.ts';
import { tokenCount } from './tokens.ts';

/** encryptValues(), or the caller's own way to spread it over threads, each with the place of its `first`. */
export type Encrypting = (values: ArrayLike<number>, key: Uint8Array, seed: Uint8Array) => Uint8Array | Promise<Uint8Array>;
/** totalOf(), or a way to spread it; a refused ciphertext is then to be named by its place in the whole list. */
export type Totalling = (ciphertexts: Uint8Array, chosen: Uint32Array) => Uint8Array | Promise<Uint8Array>;
/** ecdhSteps.compare(), or the same elsewhere. */
export type Comparing = (...lists: Parameters<typeof ecdhSteps.compare>) => Intersection | Promise<Intersection>;

/** `values`: one for each item, in the order of the encoded list. `key`: newSumsKey(), `seed`: 32 secret bytes for nothing else, of this run. */
export type OwnValues = { readonly values: ArrayLike<number>; readonly key: Uint8Array; readonly seed: Uint8Array };
/** Packed: 96 bytes, and 128 for each value. */
export type Encrypted = { readonly publicKey: Uint8Array; readonly ciphertexts: Uint8Array };
export type Sizes = { readonly initiator: number; readonly responder: number };

export const sumsSteps = {
  open: countSteps.open,
  double: countSteps.double,
  forCounter: countSteps.forCounter,
  forPartner: countSteps.forPartner,
  countShared: countSteps.countShared,

  /** Responder. @throws {RangeError} for a value that is no integer from -2^40 to 2^40, by its place */
  async encrypt(own: OwnValues, encrypting: Encrypting = encryptValues): Promise<Encrypted> {
    return { publicKey: publicKeyOf(own.key), ciphertexts: await encrypting(own.values, own.key, own.seed) };
  },

  /**
   * Initiator.
   * @param doubled a(bY), in the order in which bY came  @param returned b(aX), as the responder's forPartner() gave it
   * @returns how many items both have, and the total of their values, 128 bytes, to be sent only when there are enough
   * @throws {PointRefused} for a key or ciphertext that is none, by its place, whether the item is shared or not
   */
  async close(
    kept: OwnKept,
    doubled: Uint8Array,
    returned: Uint8Array,
    encrypted: Encrypted,
    totalling: Totalling = totalOf,
    comparing: Comparing = ecdhSteps.compare,
  ): Promise<{ count: number; total: Uint8Array }> {
    const { publicKey, ciphertexts } = encrypted;
    checkPublicKey(publicKey);
    ciphertextCount(ciphertexts, tokenCount(doubled, 'doubled'));
    const chosen = (await comparing(kept, doubled, returned)).theirs.sort();
    return { count: chosen.length, total: refresh(await totalling(ciphertexts, chosen), publicKey) };
  },

  /**
   * Responder.
   * @returns `sent`: the sum for the initiator
   * @throws {PointRefused} for a total that is none, or is no sum of as many values as both could have
   */
  reveal(key: Uint8Array, total: Uint8Array, sizes: Sizes): { sum: bigint; sent: Uint8Array } {
    const sum = decryptTotal(total, key, Math.min(sizes.initiator, sizes.responder));
    if (sum === undefined) throw new PointRefused(0, 'no-sum', 'total');
    const sent = Buffer.alloc(sumBytes);
    sent.writeBigInt64LE(sum);
    return { sum, sent };
  },

  /** Initiator. @param count of close()  @throws {PointRefused} for what cannot be the sum of so many values */
  read(received: Uint8Array, count: number): bigint {
    if (received.length !== sumBytes) throw new PointRefused(0, 'wrong-length', 'sum');
    const sum = Buffer.from(received).readBigInt64LE();
    const most = BigInt(valueMax) * BigInt(count);
    if (sum < -most || sum > most) throw new PointRefused(0, 'no-sum', 'sum');
    return sum;
  },
};
