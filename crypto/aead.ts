// XChaCha20-Poly1305 (draft-irtf-cfrg-xchacha-03): sealing bytes so that a change to them, or to the associated data, is noticed.
// libsodium carries the load; @noble/ciphers is the reference and the fallback, cross-tested to give the same bytes.
//
// Known ways to misuse it:
// - A nonce used twice under one key gives away the XOR of both messages and lets an attacker forge. 24 random bytes are safe
//   for any number of messages we will ever write; counters restored from a backup are not. envelope.ts draws them.
// - It does not commit to its key: a ciphertext can be made that opens under two keys. Do not use opening as proof of which key.
// - It hides contents, not lengths.

import { xchacha20poly1305 } from '@noble/ciphers/chacha.js';
import { type Sodium, sodium } from './sodium.ts';

export const aeadKeyBytes = 32;
export const aeadNonceBytes = 24;
export const aeadTagBytes = 16;

/** The tag did not verify: wrong key, other associated data, or changed bytes. It cannot be told which. */
export class SealBroken extends Error {
  constructor(message = 'sealed bytes did not open: wrong key, other place, or changed bytes') {
    super(message);
    this.name = 'SealBroken';
  }
}

export type Aead = {
  readonly name: 'libsodium' | 'noble';
  /** Writes ciphertext and tag into `out`, which is exactly 16 bytes longer than the plaintext. */
  sealInto(out: Uint8Array, key: Uint8Array, nonce: Uint8Array, plaintext: Uint8Array, aad: Uint8Array): void;
  /** Writes the plaintext into `out`, exactly 16 bytes shorter than the ciphertext. @throws {SealBroken} */
  openInto(out: Uint8Array, key: Uint8Array, nonce: Uint8Array, ciphertext: Uint8Array, aad: Uint8Array): void;
};

function bySodium(native: Sodium): Aead {
  return {
    name: 'libsodium',
    sealInto(out, key, nonce, plaintext, aad) {
      native.crypto_aead_xchacha20poly1305_ietf_encrypt(out, plaintext, aad, null, nonce, key);
    },
    openInto(out, key, nonce, ciphertext, aad) {
      let opened = -1;
      try {
        opened = native.crypto_aead_xchacha20poly1305_ietf_decrypt(out, null, ciphertext, aad, nonce, key);
      } catch {
        opened = -1;
      }
      if (opened !== out.length) throw new SealBroken();
    },
  };
}

export const nobleAead: Aead = {
  name: 'noble',
  sealInto(out, key, nonce, plaintext, aad) {
    out.set(xchacha20poly1305(key, nonce, aad).encrypt(plaintext));
  },
  openInto(out, key, nonce, ciphertext, aad) {
    let plaintext: Uint8Array;
    try {
      plaintext = xchacha20poly1305(key, nonce, aad).decrypt(ciphertext);
    } catch {
      throw new SealBroken();
    }
    out.set(plaintext);
    plaintext.fill(0);
  },
};

/** undefined where sodium-native cannot load. */
export const sodiumAead: Aead | undefined = sodium && bySodium(sodium);

/** The one in use. */
export const aead: Aead = sodiumAead ?? nobleAead;

/**
 * @param key 32 bytes  @param nonce 24 bytes, never used before under this key  @param aad any length, may be empty
 * @returns ciphertext followed by the 16-byte tag, in memory of its own
 */
export function aeadSeal(
  key: Uint8Array,
  nonce: Uint8Array,
  plaintext: Uint8Array,
  aad: Uint8Array,
  engine: Aead = aead,
): Buffer {
  checkLength('key', key, aeadKeyBytes);
  checkLength('nonce', nonce, aeadNonceBytes);
  const out = Buffer.allocUnsafeSlow(plaintext.length + aeadTagBytes);
  engine.sealInto(out, key, nonce, plaintext, aad);
  return out;
}

/** @returns the plaintext, in memory of its own. @throws {SealBroken} also when shorter than a tag */
export function aeadOpen(
  key: Uint8Array,
  nonce: Uint8Array,
  ciphertext: Uint8Array,
  aad: Uint8Array,
  engine: Aead = aead,
): Buffer {
  checkLength('key', key, aeadKeyBytes);
  checkLength('nonce', nonce, aeadNonceBytes);
  if (ciphertext.length < aeadTagBytes) throw new SealBroken();
  const out = Buffer.allocUnsafeSlow(ciphertext.length - aeadTagBytes);
  engine.openInto(out, key, nonce, ciphertext, aad);
  return out;
}

function checkLength(argument: string, bytes: Uint8Array, expected: number): void {
  if (bytes.length !== expected) throw new RangeError(`${argument}: expected ${expected} bytes, got ${bytes.length}`);
}
