// What two parties of a round seal for each other: bytes of any length under a key of their own, which is wrapped for the recipient (X-Wing),
// and opened sums under the secret that the custodian has given to all members.

import { aeadKeyBytes, aeadNonceBytes, aeadOpen, aeadSeal, SealBroken } from '../../../crypto/aead.ts';
import { unwrap, WrapBroken, wrap, wrapOverheadBytes } from '../../../crypto/hpke.ts';
import { zeroBytes } from '../../../crypto/keys.ts';
import { ProtocolFault } from '../../protocol/words.ts';

type Random = { bytes(length: number): Uint8Array };
/** What it is bound to: the round, what it is, and from whom to whom or for which sum. */
export type Place = { readonly round: string; readonly what: string; readonly of: string };

const words = Buffer.from('holdfast round sealed 1');
const wrappedKeyBytes = wrapOverheadBytes + aeadKeyBytes;
const bound = ({ round, what, of }: Place) => Buffer.from(`holdfast round\n${round}\n${what}\n${of}\n`);

/** @param publicKey the recipient's wrap key, 1,216 bytes */
export async function sealTo(publicKey: Uint8Array, place: Place, bytes: Uint8Array, random: Random): Promise<Buffer> {
  const key = random.bytes(aeadKeyBytes);
  try {
    return Buffer.concat([await wrap(publicKey, words, bound(place), key), sealUnder(key, place, bytes, random)]);
  } finally {
    zeroBytes(key);
  }
}

/** @throws {ProtocolFault} seal_broken */
export async function openFrom(privateKey: Uint8Array, place: Place, sealed: Uint8Array): Promise<Buffer> {
  let key: Uint8Array;
  try {
    key = await unwrap(privateKey, words, bound(place), sealed.subarray(0, wrappedKeyBytes));
  } catch (error) {
    if (error instanceof WrapBroken || error instanceof RangeError) throw new ProtocolFault('seal_broken', place.what);
    throw error;
  }
  try {
    return openUnder(key, place, sealed.subarray(wrappedKeyBytes));
  } finally {
    zeroBytes(key);
  }
}

/** @returns nonce, ciphertext and tag */
export function sealUnder(key: Uint8Array, place: Place, bytes: Uint8Array, random: Random): Buffer {
  const nonce = random.bytes(aeadNonceBytes);
  return Buffer.concat([nonce, aeadSeal(key, nonce, bytes, bound(place))]);
}

/** @throws {ProtocolFault} seal_broken */
export function openUnder(key: Uint8Array, place: Place, sealed: Uint8Array): Buffer {
  if (key.length !== aeadKeyBytes || sealed.length < aeadNonceBytes) throw new ProtocolFault('seal_broken', place.what);
  try {
    return aeadOpen(key, sealed.subarray(0, aeadNonceBytes), sealed.subarray(aeadNonceBytes), bound(place));
  } catch (error) {
    if (error instanceof SealBroken) throw new ProtocolFault('seal_broken', place.what);
    throw error;
  }
}
