// The long things of a round as bytes. Each has one form for its content: lengths follow from the terms, and what is too short or too long is
// refused by name.

import { hash } from 'node:crypto';
import { agreementSizes } from '../../../crypto/masks/masks.ts';
import { ProtocolFault } from '../words.ts';
import type { RoundTerms } from './round-terms.ts';

const hashBytes = 32;

/** What a member publishes of one sum: a public key, and commitments to its two secrets. */
export type SumKeys = { readonly publicKey: Uint8Array; readonly master: Uint8Array; readonly self: Uint8Array };

export function encodeKeys(keys: readonly SumKeys[]): Buffer {
  return Buffer.concat(keys.flatMap(({ publicKey, master, self }) => [publicKey, master, self]));
}

/** @param count sums of the batch  @throws {ProtocolFault} malformed, with `name` */
export function decodeKeys(bytes: Uint8Array, agreement: RoundTerms['agreement'], count: number, name: string): SumKeys[] {
  const { publicKeyBytes } = agreementSizes[agreement];
  const each = publicKeyBytes + 2 * hashBytes;
  if (bytes.length !== count * each) throw new ProtocolFault('malformed', name);
  return Array.from({ length: count }, (_, at) => {
    const from = at * each;
    return {
      publicKey: bytes.subarray(from, from + publicKeyBytes),
      master: bytes.subarray(from + publicKeyBytes, from + publicKeyBytes + hashBytes),
      self: bytes.subarray(from + publicKeyBytes + hashBytes, from + each),
    };
  });
}

/** To one member: our shares of the sums of a batch, sealed, and for a higher id what pair seeds are agreed with. */
export type PeerShares = { readonly sealed: Uint8Array; readonly ciphertexts: readonly Uint8Array[] };

export function encodeShares({ sealed, ciphertexts }: PeerShares): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(sealed.length);
  return Buffer.concat([length, sealed, ...ciphertexts]);
}

/** @param offered whether there are ciphertexts: the sender's id is the lower one  @throws {ProtocolFault} malformed, with `name` */
export function decodeShares(
  bytes: Uint8Array,
  agreement: RoundTerms['agreement'],
  count: number,
  offered: boolean,
  name: string,
): PeerShares {
  const each = offered ? agreementSizes[agreement].ciphertextBytes : 0;
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const sealedBytes = buffer.length >= 4 ? buffer.readUInt32BE() : -1;
  if (sealedBytes < 0 || buffer.length !== 4 + sealedBytes + count * each) throw new ProtocolFault('malformed', name);
  const from = 4 + sealedBytes;
  return {
    sealed: buffer.subarray(4, from),
    ciphertexts: Array.from({ length: count }, (_, at) => buffer.subarray(from + at * each, from + (at + 1) * each)),
  };
}

export const saltBytes = 32;

/** An opened sum as it is sealed for members and written into the transcript: a salt, and the values as 32-bit numbers, little-endian. */
export function encodeSum(salt: Uint8Array, values: Int32Array): Buffer {
  const bytes = Buffer.alloc(saltBytes + 4 * values.length);
  bytes.set(salt);
  for (const [at, value] of values.entries()) bytes.writeInt32LE(value, saltBytes + 4 * at);
  return bytes;
}

/** @throws {ProtocolFault} sum_wrong, with `name` */
export function decodeSum(bytes: Uint8Array, values: number, name: string): Int32Array {
  if (bytes.length !== saltBytes + 4 * values) throw new ProtocolFault('sum_wrong', name);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  return Int32Array.from({ length: values }, (_, at) => view.getInt32(saltBytes + 4 * at, true));
}

/** By which `opened` holds a sum: without the salt it tells nothing, also of values that could be guessed. */
export const saltedDigest = (sum: Uint8Array): string =>
  hash('sha256', Buffer.concat([Buffer.from('holdfast round sum 1\n'), sum]), 'hex');
