// X25519 (RFC 7748) with the contributory check of its section 6.1: an all-zero result, which points of small order give, is refused.
// libsodium multiplies; @noble/curves is the fallback, tested to give the same bytes.

import { x25519 as nobleCurve } from '@noble/curves/ed25519.js';
import { type Sodium, sodium } from '../sodium.ts';

export const x25519Bytes = 32;

/** @returns scalar (clamped here) times point; undefined when that is zero */
export type X25519 = (scalar: Uint8Array, point: Uint8Array) => Uint8Array | undefined;

const bySodium =
  (native: Sodium): X25519 =>
  (scalar, point) => {
    const out = Buffer.allocUnsafeSlow(x25519Bytes);
    try {
      native.crypto_scalarmult(out, scalar, point);
      return out;
    } catch {
      return undefined;
    }
  };

/** undefined where sodium-native cannot load. */
export const sodiumX25519: X25519 | undefined = sodium && bySodium(sodium);

export const nobleX25519: X25519 = (scalar, point) => {
  try {
    return nobleCurve.scalarMult(scalar, point);
  } catch {
    return undefined;
  }
};

export const x25519: X25519 = sodiumX25519 ?? nobleX25519;

const basePoint = Uint8Array.from({ length: x25519Bytes }, (_, at) => (at === 0 ? 9 : 0));

/** The public key of a secret: its multiple of the base point, which is never zero. */
export function x25519PublicKey(secret: Uint8Array): Uint8Array {
  return x25519(secret, basePoint)!;
}
