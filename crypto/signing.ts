// Ed25519 (RFC 8032): what the node signs, so that others can tell its word from somebody else's. libsodium signs (26 us; OpenSSL 61, most of
// it making a key object); OpenSSL verifies, and signs where libsodium cannot load: the bytes are the same.
//
// Known ways to misuse it:
// - A signature says who, not what for: every kind of message begins with words of its own, so that one never passes for another.
// - A public key that came with the message proves nothing. Pin it, or get it another way.

import { createPrivateKey, createPublicKey, type KeyObject, sign, verify } from 'node:crypto';
import { type Key, zeroBytes } from './keys.ts';
import { sodium } from './sodium.ts';

export const signatureBytes = 64;
export const publicKeyBytes = 32;

// RFC 8410: the fixed DER before the 32 bytes of a private and of a public Ed25519 key.
const privatePrefix = Buffer.from('302e020100300506032b657004220420', 'hex');
const publicPrefix = Buffer.from('302a300506032b6570032100', 'hex');

/**
 * Signs with the seed of 32 bytes. Exported for tests that hold the engines against each other.
 * @param publicKey the seed's own, where it is known: it saves half of the work. With another one two signatures would give the seed away
 */
export type Signer = (seed: Uint8Array, message: Uint8Array, publicKey?: Uint8Array) => Buffer;

/** What libsodium signs with: the seed and the public key. In guarded memory, and overwritten after each signature. */
const secretKeyBytes = 64;

/** undefined where sodium-native cannot load. */
export const sodiumSigner: Signer | undefined =
  sodium &&
  ((native) => {
    const secretKey = native.sodium_malloc(secretKeyBytes);
    const made = Buffer.alloc(publicKeyBytes);
    return (seed: Uint8Array, message: Uint8Array, publicKey?: Uint8Array) => {
      try {
        if (publicKey) {
          secretKey.set(seed);
          secretKey.set(publicKey, seed.length);
        } else native.crypto_sign_seed_keypair(made, secretKey, seed);
        const signature = Buffer.alloc(signatureBytes);
        native.crypto_sign_detached(signature, message, secretKey);
        return signature;
      } finally {
        zeroBytes(secretKey);
      }
    };
  })(sodium);

export const opensslSigner: Signer = (seed, message) => sign(null, message, privateKey(seed));

/** Made for each signature, so that the key lives in OpenSSL's memory no longer than one call and a collection. */
function privateKey(seed: Uint8Array): KeyObject {
  const der = Buffer.concat([privatePrefix, seed]);
  try {
    return createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
  } finally {
    zeroBytes(der);
  }
}

/** Made by this file alone, from the key that they belong to. */
const publicKeys = new WeakMap<Key<'signing'>, Buffer>();

/** @param key the 32-byte seed  @returns 64 bytes */
export function signBytes(key: Key<'signing'>, message: Uint8Array): Buffer {
  let own = publicKeys.get(key);
  if (!own) {
    own = Buffer.from(publicKeyOf(key));
    publicKeys.set(key, own);
  }
  return (sodiumSigner ?? opensslSigner)(key.reveal(), message, own);
}

/** The 32 bytes that others verify with. */
export function publicKeyOf(key: Key<'signing'>): Buffer {
  const der = createPublicKey(privateKey(key.reveal())).export({ format: 'der', type: 'spki' });
  return der.subarray(der.length - publicKeyBytes);
}

/** False for whatever is not a signature of this message by this key, malformed keys included. */
export function verifySignature(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean {
  if (publicKey.length !== publicKeyBytes || signature.length !== signatureBytes) return false;
  try {
    const key = createPublicKey({ key: Buffer.concat([publicPrefix, publicKey]), format: 'der', type: 'spki' });
    return verify(null, message, key, signature);
  } catch {
    return false;
  }
}
