// libsodium through sodium-native, loaded once. It is a native module: where it cannot load (a platform without a prebuilt
// binary), every caller falls back to @noble's pure JavaScript, which gives the same bytes more slowly.

import { createRequire } from 'node:module';

/** The few functions of sodium-native 5 that we call. Buffers are plain views; sizes are checked by the library. */
export type Sodium = {
  crypto_aead_xchacha20poly1305_ietf_encrypt(
    ciphertext: Uint8Array,
    plaintext: Uint8Array,
    aad: Uint8Array | null,
    unused: null,
    nonce: Uint8Array,
    key: Uint8Array,
  ): number;
  /** Throws when the tag does not verify. */
  crypto_aead_xchacha20poly1305_ietf_decrypt(
    plaintext: Uint8Array,
    unused: null,
    ciphertext: Uint8Array,
    aad: Uint8Array | null,
    nonce: Uint8Array,
    key: Uint8Array,
  ): number;
  crypto_generichash(out: Uint8Array, input: Uint8Array, key?: Uint8Array): void;
  crypto_generichash_batch(out: Uint8Array, inputs: Uint8Array[], key?: Uint8Array): void;
  /** Ed25519: the seed of 32 bytes makes a secret key of 64. */
  crypto_sign_seed_keypair(publicKey: Uint8Array, secretKey: Uint8Array, seed: Uint8Array): void;
  crypto_sign_detached(signature: Uint8Array, message: Uint8Array, secretKey: Uint8Array): void;
  crypto_pwhash_async(
    out: Uint8Array,
    password: Uint8Array,
    salt: Uint8Array,
    opsLimit: number,
    memoryBytes: number,
    algorithm: number,
  ): Promise<void>;
  readonly crypto_pwhash_ALG_ARGON2ID13: number;
  crypto_hash_sha512(out: Uint8Array, input: Uint8Array): void;
  /** X25519 of a clamped scalar. Throws when the point has small order, as the result would be zero. */
  crypto_scalarmult(out: Uint8Array, scalar: Uint8Array, point: Uint8Array): void;
  /** Elligator 2 of a field element (its 256th bit is a sign), cofactor cleared, as a compressed Edwards point. */
  crypto_core_ed25519_from_uniform(point: Uint8Array, fieldElement: Uint8Array): void;
  /** Multiplies as the scalar stands, without clamping. Throws when the result is the neutral point. */
  crypto_scalarmult_ed25519_base_noclamp(out: Uint8Array, scalar: Uint8Array): void;
  /** Throws for a point outside the subgroup of prime order, and when the result is the neutral point. */
  crypto_scalarmult_ed25519_noclamp(out: Uint8Array, scalar: Uint8Array, point: Uint8Array): void;
  /** Both throw for what is no point of the curve; neither looks for the subgroup. */
  crypto_core_ed25519_add(out: Uint8Array, a: Uint8Array, b: Uint8Array): void;
  crypto_core_ed25519_sub(out: Uint8Array, a: Uint8Array, b: Uint8Array): void;
  /** In one spelling only, on the curve, of prime order, and not the neutral point. */
  crypto_core_ed25519_is_valid_point(point: Uint8Array): boolean;
  /** 64 bytes, little-endian, modulo the subgroup's order. */
  crypto_core_ed25519_scalar_reduce(out: Uint8Array, wide: Uint8Array): void;
  crypto_core_ed25519_scalar_add(out: Uint8Array, a: Uint8Array, b: Uint8Array): void;
  crypto_core_ed25519_scalar_sub(out: Uint8Array, a: Uint8Array, b: Uint8Array): void;
  /** Pages of their own between guard pages, locked in memory where the system allows it. */
  sodium_malloc(sizeBytes: number): Buffer;
  sodium_memzero(bytes: Uint8Array): void;
};

function load(): Sodium | undefined {
  try {
    return createRequire(import.meta.url)('sodium-native') as Sodium;
  } catch {
    return undefined;
  }
}

/** undefined where the native module cannot load; callers then use @noble. `holdfast doctor` reports it. */
export const sodium: Sodium | undefined = load();
