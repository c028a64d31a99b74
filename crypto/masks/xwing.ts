// X-Wing (draft-connolly-cfrg-xwing-kem-10): X25519 and ML-KEM-768 under one 32-byte seed, with encapsulation from given randomness, so that
// whoever has that randomness encapsulates again and gets the same secret. The combination is written here, over the fastest sound part of
// each kind: OpenSSL makes keys and decapsulates in constant time; it has no encapsulation from given randomness, which is @noble/post-quantum's.
// That library's own X-Wing is what the tests hold this to, beside the draft's vectors: it needs 1.6 ms where this needs 0.3 and 0.1.
//
// Known ways to misuse it:
// - One randomness serves one encapsulation. Under two keys it would show both who has one of them.
// - A ciphertext that was changed decapsulates to another secret, without a word: that is how ML-KEM refuses.
// - Encapsulation runs in JavaScript, which promises no constant time. What it works on lives for one sum.

import { createHash, createPrivateKey, createPublicKey, type KeyObject, decapsulate as nodeDecapsulate } from 'node:crypto';
import { ml_kem768 as mlKem } from '@noble/post-quantum/ml-kem.js';
import { zeroBytes } from '../keys.ts';
import { checkBytes } from './labels.ts';
import { x25519, x25519Bytes, x25519PublicKey } from './x25519.ts';

const mlKemPublicKeyBytes = 1184;
const mlKemCiphertextBytes = 1088;
const mlKemSeedBytes = 64;

export const xWingSeedBytes = 32;
export const xWingPublicKeyBytes = mlKemPublicKeyBytes + x25519Bytes;
export const xWingCiphertextBytes = mlKemCiphertextBytes + x25519Bytes;
export const xWingRandomnessBytes = 64;

/** Section 5.3: the label that ends what is hashed, \.//^\ */
const label = Buffer.from('5c2e2f2f5e5c', 'hex');
/** RFC 9935: the fixed DER before the 64-byte seed of an ML-KEM-768 private key. */
const privatePrefix = Buffer.from('3054020100300b060960864801650304040204428040', 'hex');

export type XWingKeyPair = {
  readonly publicKey: Uint8Array;
  /** Expanded once, for many decapsulations. OpenSSL overwrites its part when the object is collected. */
  readonly secret: { readonly mlKem: KeyObject; readonly x25519: Uint8Array };
};

/** Section 5.2. @param seed 32 secret bytes, which are the private key */
export function xWingKeyPair(seed: Uint8Array): XWingKeyPair {
  checkBytes('seed', seed, xWingSeedBytes);
  const expanded = createHash('shake256', { outputLength: mlKemSeedBytes + x25519Bytes })
    .update(seed)
    .digest();
  const der = Buffer.concat([privatePrefix, expanded.subarray(0, mlKemSeedBytes)]);
  try {
    const secret = {
      mlKem: createPrivateKey({ key: der, format: 'der', type: 'pkcs8' }),
      x25519: Buffer.allocUnsafeSlow(x25519Bytes),
    };
    secret.x25519.set(expanded.subarray(mlKemSeedBytes));
    const spki = createPublicKey(secret.mlKem).export({ format: 'der', type: 'spki' });
    const mlKemPublicKey = spki.subarray(spki.length - mlKemPublicKeyBytes);
    return { publicKey: Buffer.concat([mlKemPublicKey, x25519PublicKey(secret.x25519)]), secret };
  } finally {
    zeroBytes(expanded);
    zeroBytes(der);
  }
}

/**
 * Section 5.4, EncapsulateDerand.
 * @param randomness 64 secret bytes, for this one encapsulation
 * @returns 32 bytes of secret, 1,120 of ciphertext; undefined for bytes that are no public key: another length, an ML-KEM coefficient that
 *   is not reduced (FIPS 203 section 7.2), a point of small order (which the draft would take; no honest member sends it)
 */
export function xWingEncapsulate(
  publicKey: Uint8Array,
  randomness: Uint8Array,
): { secret: Uint8Array; ciphertext: Uint8Array } | undefined {
  checkBytes('randomness', randomness, xWingRandomnessBytes);
  if (publicKey.length !== xWingPublicKeyBytes) return undefined;
  const [own, peerPoint] = [randomness.subarray(x25519Bytes), publicKey.subarray(mlKemPublicKeyBytes)];
  const agreed = x25519(own, peerPoint);
  if (!agreed) return undefined;
  let encapsulated: ReturnType<typeof mlKem.encapsulate>;
  try {
    encapsulated = mlKem.encapsulate(
      plain(publicKey.subarray(0, mlKemPublicKeyBytes)),
      plain(randomness.subarray(0, x25519Bytes)),
    );
  } catch {
    return undefined;
  }
  const ownPoint = x25519PublicKey(own);
  const secret = combine(encapsulated.sharedSecret, agreed, ownPoint, peerPoint);
  return { secret, ciphertext: Buffer.concat([encapsulated.cipherText, ownPoint]) };
}

/** Section 5.5. @returns 32 bytes; undefined for another length, and for a point of small order */
export function xWingDecapsulate(pair: XWingKeyPair, ciphertext: Uint8Array): Uint8Array | undefined {
  if (ciphertext.length !== xWingCiphertextBytes) return undefined;
  const peerPoint = ciphertext.subarray(mlKemCiphertextBytes);
  const agreed = x25519(pair.secret.x25519, peerPoint);
  if (!agreed) return undefined;
  const shared = nodeDecapsulate(pair.secret.mlKem, ciphertext.subarray(0, mlKemCiphertextBytes));
  return combine(shared, agreed, peerPoint, pair.publicKey.subarray(mlKemPublicKeyBytes));
}

/** Section 5.3. Overwrites the two secrets. */
function combine(mlKemSecret: Uint8Array, agreed: Uint8Array, sentPoint: Uint8Array, receiverPoint: Uint8Array): Uint8Array {
  const hash = createHash('sha3-256').update(mlKemSecret).update(agreed).update(sentPoint).update(receiverPoint);
  zeroBytes(mlKemSecret);
  zeroBytes(agreed);
  return hash.update(label).digest();
}

/** noble takes a Uint8Array alone, not a Buffer's view. */
const plain = (bytes: Uint8Array) => Uint8Array.from(bytes);
