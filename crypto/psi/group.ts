// The subgroup of prime order of edwards25519, in which sums are encrypted (elgamal.ts), and its scalars. libsodium computes; @noble/curves is
// the fallback, tested to give the same bytes. Points are 32 bytes as RFC 8032 writes them, scalars 32 bytes little-endian and reduced.
//
// Known ways to misuse it: a point that came from elsewhere goes through isMember() first. add() takes any point of the curve, and a part of
// small order would travel on through every sum.

import { ed25519 } from '@noble/curves/ed25519.js';
import { type Sodium, sodium } from '../sodium.ts';

export const pointBytes = 32;
export const groupScalarBytes = 32;
/** What reduce() takes: so much wider than the order that the remainder of random bytes is as good as uniform. */
export const wideBytes = 64;

/** The neutral point, which no member of a ciphertext is. */
export const neutral: Uint8Array = Uint8Array.from({ length: pointBytes }, (_, at) => (at === 0 ? 1 : 0));

export type Group = {
  /** Whether it is a point of prime order in its only spelling; the neutral point is none. */
  isMember(point: Uint8Array): boolean;
  /** The scalar times the base point. @throws when the scalar is zero */
  baseTimes(out: Uint8Array, scalar: Uint8Array): void;
  /** @throws when the scalar is zero, or the point no member */
  times(out: Uint8Array, scalar: Uint8Array, point: Uint8Array): void;
  /** `out` may be one of the two. */
  add(out: Uint8Array, a: Uint8Array, b: Uint8Array): void;
  subtract(out: Uint8Array, a: Uint8Array, b: Uint8Array): void;
  reduce(out: Uint8Array, wide: Uint8Array): void;
  addScalars(out: Uint8Array, a: Uint8Array, b: Uint8Array): void;
  subtractScalars(out: Uint8Array, a: Uint8Array, b: Uint8Array): void;
};

const bySodium = (native: Sodium): Group => ({
  isMember: (point) => native.crypto_core_ed25519_is_valid_point(point),
  baseTimes: (out, scalar) => native.crypto_scalarmult_ed25519_base_noclamp(out, scalar),
  times: (out, scalar, point) => native.crypto_scalarmult_ed25519_noclamp(out, scalar, point),
  add: (out, a, b) => native.crypto_core_ed25519_add(out, a, b),
  subtract: (out, a, b) => native.crypto_core_ed25519_sub(out, a, b),
  reduce: (out, wide) => native.crypto_core_ed25519_scalar_reduce(out, wide),
  addScalars: (out, a, b) => native.crypto_core_ed25519_scalar_add(out, a, b),
  subtractScalars: (out, a, b) => native.crypto_core_ed25519_scalar_sub(out, a, b),
});

/** undefined where sodium-native cannot load. */
export const sodiumGroup: Group | undefined = sodium && bySodium(sodium);

const { Point } = ed25519;
const { Fn: scalars } = Point;
const numberOf = (bytes: Uint8Array) => BigInt(`0x${Buffer.from(bytes).reverse().toString('hex')}`);
const scalarOf = (value: bigint) => scalars.toBytes(scalars.create(value));
const pointOf = (bytes: Uint8Array) => Point.fromBytes(Uint8Array.from(bytes));

export const nobleGroup: Group = {
  isMember(point) {
    try {
      const read = pointOf(point);
      return !read.is0() && read.isTorsionFree();
    } catch {
      return false;
    }
  },
  baseTimes: (out, scalar) => out.set(Point.BASE.multiply(numberOf(scalar)).toBytes()),
  times(out, scalar, point) {
    if (!nobleGroup.isMember(point)) throw new RangeError('point: expected one of prime order');
    out.set(pointOf(point).multiply(numberOf(scalar)).toBytes());
  },
  add: (out, a, b) => out.set(pointOf(a).add(pointOf(b)).toBytes()),
  subtract: (out, a, b) => out.set(pointOf(a).subtract(pointOf(b)).toBytes()),
  reduce: (out, wide) => out.set(scalarOf(numberOf(wide))),
  addScalars: (out, a, b) => out.set(scalarOf(numberOf(a) + numberOf(b))),
  subtractScalars: (out, a, b) => out.set(scalarOf(numberOf(a) - numberOf(b))),
};

export const group: Group = sodiumGroup ?? nobleGroup;

/**
 * The whole product of two scalars, 64 bytes for reduce(). Which steps are taken does not depend on the scalars: digits of 16 bits, whose
 * products' sums stay far below 2^53. libsodium has this product inside and does not hand it out.
 */
export function multiplyWide(out: Uint8Array, a: Uint8Array, b: Uint8Array): void {
  const columns = new Float64Array(32);
  for (let i = 0; i < 16; i += 1) {
    const digit = a[2 * i]! + 256 * a[2 * i + 1]!;
    for (let j = 0; j < 16; j += 1) columns[i + j]! += digit * (b[2 * j]! + 256 * b[2 * j + 1]!);
  }
  let carry = 0;
  for (let at = 0; at < 32; at += 1) {
    const column = columns[at]! + carry;
    carry = Math.floor(column / 65_536);
    const digit = column - carry * 65_536;
    out[2 * at] = digit;
    out[2 * at + 1] = digit / 256;
  }
  columns.fill(0);
}
