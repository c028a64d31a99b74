// HPKE in base mode (RFC 9180) with X-Wing (draft-connolly-cfrg-xwing-kem): wraps a short secret for a member by its public key, so that
// who records the traffic today cannot open it with a quantum computer later. One suite, so that nobody negotiates a weaker one.
//
// Known ways to misuse it:
// - Base mode says nothing about who wrapped: sign what carries the wrapped secret.
// - `info` and `aad` bind the wrapped secret to its purpose and its message; without them it opens anywhere.

import { AEAD_ChaCha20Poly1305, CipherSuite, KDF_HKDF_SHA256, KEM_MLKEM768_X25519 } from 'hpke';
import { zeroBytes } from './keys.ts';

/** ML-KEM-768 encapsulation key (1184) and X25519 public key (32). */
export const wrapPublicKeyBytes = 1216;
/** The seed that both private keys are expanded from. */
export const wrapPrivateKeyBytes = 32;
/** ML-KEM-768 ciphertext (1088) and X25519 ephemeral public key (32). */
const encapsulatedBytes = 1120;
const tagBytes = 16;
/** What wrapping adds to a secret. */
export const wrapOverheadBytes = encapsulatedBytes + tagBytes;
/** Keys, seeds and passphrases; what is longer gets a data key of its own. */
export const wrappedSecretLimitBytes = 4096;

/** KEM 0x647a (X-Wing), KDF 0x0001 (HKDF-SHA256), AEAD 0x0003 (ChaCha20-Poly1305). */
const suite = new CipherSuite(KEM_MLKEM768_X25519, KDF_HKDF_SHA256, AEAD_ChaCha20Poly1305);

export type WrapKeyPair = {
  /** 1216 bytes, to be given away. */
  readonly publicKey: Uint8Array;
  /** 32 bytes; the caller seals them at rest and overwrites them. */
  readonly privateKey: Uint8Array;
};

/** The wrapped secret does not open. It does not say why: a wrong key, other `info` or `aad`, and changed bytes look the same. */
export class WrapBroken extends Error {
  override readonly name = 'WrapBroken';
  constructor() {
    super('wrapped secret: does not open');
  }
}

/**
 * RFC 9180's DeriveKeyPair over 32 bytes drawn from the port, so that a simulation can replay it.
 * @param random the node's port: the same 32 bytes give the same pair
 */
export async function newWrapKeyPair(random: { bytes(length: number): Uint8Array }): Promise<WrapKeyPair> {
  const drawn = random.bytes(wrapPrivateKeyBytes);
  try {
    const pair = await suite.DeriveKeyPair(drawn, true);
    return {
      publicKey: await suite.SerializePublicKey(pair.publicKey),
      privateKey: await suite.SerializePrivateKey(pair.privateKey),
    };
  } finally {
    zeroBytes(drawn);
  }
}

/**
 * @param info what the secret is for, in words of its own  @param aad what it is bound to, such as the message's header
 * @param secret 1 to 4096 bytes
 * @returns the encapsulated key (1120 bytes), then the ciphertext with its tag. Two of the same secret never look alike
 * @throws {RangeError} for a key or secret of another length  @throws {WrapBroken} when the public key is none
 */
export async function wrap(publicKey: Uint8Array, info: Uint8Array, aad: Uint8Array, secret: Uint8Array): Promise<Uint8Array> {
  expectLength('publicKey', publicKey, wrapPublicKeyBytes);
  if (secret.length < 1 || secret.length > wrappedSecretLimitBytes) {
    throw new RangeError(`secret: expected 1 to ${wrappedSecretLimitBytes} bytes, got ${secret.length}`);
  }
  try {
    const key = await suite.DeserializePublicKey(publicKey);
    const { encapsulatedSecret, ciphertext } = await suite.Seal(key, secret, { info, aad });
    return Buffer.concat([encapsulatedSecret, ciphertext]);
  } catch {
    throw new WrapBroken();
  }
}

/** @throws {WrapBroken} when it does not open  @throws {RangeError} for a private key of another length */
export async function unwrap(
  privateKey: Uint8Array,
  info: Uint8Array,
  aad: Uint8Array,
  wrapped: Uint8Array,
): Promise<Uint8Array> {
  expectLength('privateKey', privateKey, wrapPrivateKeyBytes);
  if (wrapped.length <= wrapOverheadBytes || wrapped.length > wrapOverheadBytes + wrappedSecretLimitBytes) throw new WrapBroken();
  try {
    const key = await suite.DeserializePrivateKey(privateKey, false);
    const enc = wrapped.subarray(0, encapsulatedBytes);
    return await suite.Open(key, enc, wrapped.subarray(encapsulatedBytes), { info, aad });
  } catch {
    throw new WrapBroken();
  }
}

function expectLength(name: string, bytes: Uint8Array, length: number): void {
  if (bytes.length !== length) throw new RangeError(`${name}: expected ${length} bytes, got ${bytes.length}`);
}
