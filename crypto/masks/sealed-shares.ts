// A batch of shares on its way to one member: sealed under a key of its own, which is wrapped by HPKE (../hpke.ts) for the receiver, and bound to
// session, batch, sender and receiver. What was sent to somebody else, or for other sums, does not open.
//
//   sealed   the wrapped data key (1,168 bytes), then nonce (24), ciphertext and tag (16)
//   inside   for each sum from the first on: the share of maskMaster (33), the share of selfSeed (33)
//
// Known ways to misuse it: whoever has the receiver's public key can seal in anybody's name. What carries it is signed.

import { aeadKeyBytes, aeadNonceBytes, aeadOpen, aeadSeal, aeadTagBytes } from '../aead.ts';
import { unwrap, wrap, wrapOverheadBytes } from '../hpke.ts';
import { zeroBytes } from '../keys.ts';
import { checkBytes, checkMember, checkPlace, labelled, maskLimits, pairSign } from './labels.ts';
import type { SecretKind } from './secrets.ts';
import { shareBytes } from './shares.ts';

export const batchSumsMax = 1024;
const sumBytes = 2 * shareBytes;
const wrappedKeyBytes = wrapOverheadBytes + aeadKeyBytes;
/** What sealing adds to 66 bytes a sum. */
export const sealedOverheadBytes = wrappedKeyBytes + aeadNonceBytes + aeadTagBytes;

/** `count` sums of a session from the number `first` on. */
export type Batch = {
  readonly session: string;
  readonly first: number;
  readonly count: number;
  readonly sender: string;
  readonly receiver: string;
};

/** One sum's shares for one member. */
export type SumShares = { readonly [kind in SecretKind]: Uint8Array };

/** Not this batch from this sender to this receiver, or changed on the way. It cannot be told which. */
export class SealedSharesBroken extends Error {
  override readonly name = 'SealedSharesBroken';
  constructor() {
    super('sealed shares: do not open for this batch');
  }
}

/**
 * @param publicKey the receiver's, 1,216 bytes @param shares one for each sum of the batch, in order
 * @throws {RangeError} for another number of shares @throws {WrapBroken} (../hpke.ts) when the public key is none
 */
export async function sealShares(
  publicKey: Uint8Array,
  batch: Batch,
  shares: readonly SumShares[],
  random: { bytes(length: number): Uint8Array },
): Promise<Buffer> {
  const label = batchLabel(batch);
  if (shares.length !== batch.count) throw new RangeError(`shares: expected ${batch.count}, got ${shares.length}`);
  const body = Buffer.allocUnsafeSlow(batch.count * sumBytes);
  for (const [at, { maskMaster, selfSeed }] of shares.entries()) {
    checkBytes(`shares[${at}].maskMaster`, maskMaster, shareBytes);
    checkBytes(`shares[${at}].selfSeed`, selfSeed, shareBytes);
    body.set(maskMaster, at * sumBytes);
    body.set(selfSeed, at * sumBytes + shareBytes);
  }
  const key = random.bytes(aeadKeyBytes);
  const nonce = random.bytes(aeadNonceBytes);
  try {
    return Buffer.concat([await wrap(publicKey, wrapInfo, label, key), nonce, aeadSeal(key, nonce, body, label)]);
  } finally {
    zeroBytes(key);
    zeroBytes(body);
  }
}

/** @returns one for each sum of the batch, in order @throws {SealedSharesBroken} */
export async function openShares(privateKey: Uint8Array, batch: Batch, sealed: Uint8Array): Promise<SumShares[]> {
  const label = batchLabel(batch);
  if (sealed.length !== sealedOverheadBytes + batch.count * sumBytes) throw new SealedSharesBroken();
  const nonceAt = wrappedKeyBytes;
  const bodyAt = nonceAt + aeadNonceBytes;
  let key: Uint8Array | undefined;
  try {
    key = await unwrap(privateKey, wrapInfo, label, sealed.subarray(0, wrappedKeyBytes));
    const body = aeadOpen(key, sealed.subarray(nonceAt, bodyAt), sealed.subarray(bodyAt), label);
    const share = (from: number) => Uint8Array.from(body.subarray(from, from + shareBytes));
    const shares = Array.from({ length: batch.count }, (_, at) => ({
      maskMaster: share(at * sumBytes),
      selfSeed: share(at * sumBytes + shareBytes),
    }));
    zeroBytes(body);
    return shares;
  } catch (error) {
    if (error instanceof RangeError) throw error;
    throw new SealedSharesBroken();
  } finally {
    if (key) zeroBytes(key);
  }
}

const wrapInfo = labelled('share batch');

function batchLabel({ session, first, count, sender, receiver }: Batch): Buffer {
  if (!Number.isInteger(count) || count < 1 || count > batchSumsMax || first + count - 1 > maskLimits.indexMax) {
    throw new RangeError(`count: expected an integer from 1 to ${batchSumsMax}, got ${count}`);
  }
  checkPlace({ session, index: first });
  checkMember('sender', sender);
  checkMember('receiver', receiver);
  pairSign(sender, receiver);
  return labelled('share batch', session, first, count, sender, receiver);
}
