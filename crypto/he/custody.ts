// A custodian's secret key at rest: sealed under a key of its own that is in nobody's hands but in shares, m of n of which open it.
//
//   sealed   'HFHS', u8 format = 1, nonce (24), the secret key under XChaCha20-Poly1305 with the head of five bytes as associated data
//
// The shares are texts for paper (shamir.ts). They open this one sealing: splitKey() again makes a new one, and the old one with its shares
// still opens until it is deleted.

import { randomBytes } from 'node:crypto';
import { aeadKeyBytes, aeadNonceBytes, aeadOpen, aeadSeal, aeadTagBytes, SealBroken } from '../aead.ts';
import { zeroBytes } from '../keys.ts';
import { combineShares, splitSecret } from '../shamir.ts';
import { parametersTable } from './parameters.ts';
import { packedBytes } from './residues.ts';
import type { Random } from './seal.ts';

const head = Buffer.from('HFHS\x01', 'latin1');
const overheadBytes = head.length + aeadNonceBytes + aeadTagBytes;
const secretKeyBytes = Object.values(parametersTable).map((parameters) => packedBytes(parameters, 'secret key'));

export type SplitKey = { readonly sealed: Uint8Array; readonly shares: readonly string[] };

/**
 * @param secretKey as newKeys() gave it; the caller still has to overwrite it
 * @param n how many shares, up to 64  @param m how many of them open it, 2 to n
 * @param random for the sealing; the shares draw their own
 */
export async function splitKey(
  secretKey: Uint8Array,
  n: number,
  m: number,
  random: Random = { bytes: randomBytes },
): Promise<SplitKey> {
  if (!secretKeyBytes.includes(secretKey.length)) {
    throw new RangeError(`secretKey: expected ${secretKeyBytes.join(' or ')} bytes, got ${secretKey.length}`);
  }
  const key = random.bytes(aeadKeyBytes);
  const nonce = random.bytes(aeadNonceBytes);
  try {
    const shares = await splitSecret(key, m, n);
    return { sealed: new Uint8Array(Buffer.concat([head, nonce, aeadSeal(key, nonce, secretKey, head)])), shares };
  } finally {
    zeroBytes(key);
  }
}

/**
 * @param shares m or more of those that were made with `sealed`
 * @returns the secret key; the caller overwrites it
 * @throws {ShareError} for shares that are too few, mistyped or of different sets
 * @throws {SealBroken} for bytes that were changed, or shares that were made with another sealing
 */
export async function joinKey(sealed: Uint8Array, shares: readonly string[]): Promise<Uint8Array> {
  if (!secretKeyBytes.includes(sealed.length - overheadBytes) || !head.equals(sealed.subarray(0, head.length))) {
    throw new SealBroken('sealed secret key: expected bytes that splitKey() made');
  }
  const key = await combineShares(shares);
  try {
    if (key.length !== aeadKeyBytes) throw new SealBroken('sealed secret key: these shares are of another secret');
    const nonce = sealed.subarray(head.length, head.length + aeadNonceBytes);
    return aeadOpen(key, nonce, sealed.subarray(head.length + aeadNonceBytes), head);
  } finally {
    zeroBytes(key);
  }
}
