// Masking: every point of a packed list times one secret scalar by X25519 (RFC 7748). The order of two maskings does not matter,
// a(bP) = b(aP), which is the whole protocol. libsodium multiplies; @noble/curves is the fallback, tested to give the same bytes.
//
// What is refused, as an honest partner never sends it:
// - Points of small order: their multiples are known without the secret (RFC 7748 section 6.1). The clamped scalar is a multiple of 8, so
//   they give zero, on the curve as on its twist, and the zero is refused. Added to another point they vanish just so: two different
//   points may come out as one, which the steps look for (ecdh-steps.ts).
// - Coordinates that are not reduced or have the topmost bit set. RFC 7748 section 5 has X25519 take them as a second spelling of the same
//   point; under two spellings one item would pass for two, and repeats in a list tell more than a count should (psi.ts).
//
// What is not refused: points of the twist. A check would cost a square root each, and there is nothing to win: the twist's order is 4
// times a prime of 253 bits (Bernstein, Curve25519, 2006, section 3), so that the clamped scalar is as safe there as on the curve, and
// as no item of ours is encoded to the twist, such a point matches nothing.
//
// Known ways to misuse it:
// - A scalar serves one session. Used twice, whoever saw both sessions links the items of one with those of the other.
// - Whoever gets its own points masked holds answers about them: how many, and for whom, is the caller's decision.

import { randomFillSync } from 'node:crypto';
import { x25519 as nobleCurve } from '@noble/curves/ed25519.js';
import { type Sodium, sodium } from '../sodium.ts';
import { tokenBytes, tokenCount } from './tokens.ts';

export const scalarBytes = 32;

/** One multiplication into `out`; false when the result is zero. Clamps as RFC 7748 section 5 says. */
export type X25519 = (out: Uint8Array, scalar: Uint8Array, point: Uint8Array) => boolean;

const bySodium =
  (native: Sodium): X25519 =>
  (out, scalar, point) => {
    try {
      native.crypto_scalarmult(out, scalar, point);
      return true;
    } catch {
      return false;
    }
  };

/** undefined where sodium-native cannot load. */
export const sodiumX25519: X25519 | undefined = sodium && bySodium(sodium);

export const nobleX25519: X25519 = (out, scalar, point) => {
  try {
    out.set(nobleCurve.scalarMult(scalar, point));
    return true;
  } catch {
    return false;
  }
};

/** A point in a partner's list that no honest partner sends. Says where, never what. */
export class PointRefused extends Error {
  /** Place in the list that was given, from 0. */
  readonly index: number;
  readonly reason: 'small-order' | 'not-reduced' | 'repeated' | 'not-in-group' | 'wrong-length' | 'no-sum';

  /** What the list is called. */
  readonly list: string;

  constructor(index: number, reason: PointRefused['reason'], list = 'points') {
    super(`${list}[${index}]: refused as ${reason}`);
    this.list = list;
    this.name = 'PointRefused';
    this.index = index;
    this.reason = reason;
  }
}

/** 32 secret bytes, in libsodium's locked memory where there is one. zeroBytes() (keys.ts) when the session is over. */
export function newScalar(random?: { bytes(length: number): Uint8Array }): Buffer {
  const scalar = sodium?.sodium_malloc(scalarBytes) ?? Buffer.allocUnsafeSlow(scalarBytes);
  if (random) scalar.set(random.bytes(scalarBytes));
  else randomFillSync(scalar);
  return scalar;
}

/**
 * @param points n x 32 bytes of u-coordinates  @param scalar 32 bytes; clamped here
 * @returns n x 32 bytes in the same order
 * @throws {RangeError} for other lengths  @throws {PointRefused} for the first point that is refused
 */
export function mask(points: Uint8Array, scalar: Uint8Array, multiply: X25519 = sodiumX25519 ?? nobleX25519): Buffer {
  const count = tokenCount(points, 'points');
  if (scalar.length !== scalarBytes) throw new RangeError(`scalar: expected ${scalarBytes} bytes, got ${scalar.length}`);
  const out = Buffer.alloc(points.length);
  for (let index = 0; index < count; index += 1) {
    const [from, to] = [index * tokenBytes, (index + 1) * tokenBytes];
    const point = points.subarray(from, to);
    if (!isReduced(point)) throw new PointRefused(index, 'not-reduced');
    if (!multiply(out.subarray(from, to), scalar, point)) throw new PointRefused(index, 'small-order');
  }
  return out;
}

/** Below 2^255 - 19. Almost every point is told by its last byte. */
function isReduced(point: Uint8Array): boolean {
  const last = point[tokenBytes - 1]!;
  if (last !== 0x7f) return last < 0x7f;
  for (let at = tokenBytes - 2; at > 0; at -= 1) if (point[at] !== 0xff) return true;
  return point[0]! < 0xed;
}
