// RFC 9380's curve25519_XMD:SHA-512_ELL2_NU_ as its text has it, step by step over BigInt and with square roots by plain powers, for tests
// only: it shares no code with libsodium or noble. The cofactor is cleared by three doublings of the u-coordinate alone.

import { createHash } from 'node:crypto';

const p = 2n ** 255n - 19n;
const j = 486662n;

const mod = (value: bigint) => ((value % p) + p) % p;

function power(base: bigint, exponent: bigint): bigint {
  let result = 1n;
  let square = mod(base);
  for (let left = exponent; left > 0n; left >>= 1n) {
    if (left & 1n) result = mod(result * square);
    square = mod(square * square);
  }
  return result;
}

const inverse0 = (value: bigint) => power(value, p - 2n);

/** Euler's criterion; zero counts as a square, as in RFC 9380 section 4. */
const isSquare = (value: bigint) => power(value, (p - 1n) / 2n) !== p - 1n;

/** Whether the curve v^2 = u^3 + J u^2 + u has a point with this u; otherwise its twist has. */
export const isOnCurve = (u: bigint) => isSquare(mod(u * u * u + j * u * u + u));

/** Section 5.3.1. */
export function expandMessageXmd(message: Uint8Array, tag: Uint8Array, lengthBytes: number): Buffer {
  const sha512 = (...parts: Uint8Array[]) => createHash('sha512').update(Buffer.concat(parts)).digest();
  const tagPrime = Buffer.concat([tag, Buffer.from([tag.length])]);
  const b0 = sha512(Buffer.alloc(128), message, Buffer.from([lengthBytes >> 8, lengthBytes & 255, 0]), tagPrime);
  const blocks: Buffer[] = [];
  for (let index = 1; blocks.length * 64 < lengthBytes; index += 1) {
    const previous = blocks.at(-1) ?? Buffer.alloc(64);
    const mixed = b0.map((byte, at) => byte ^ previous[at]!);
    blocks.push(sha512(mixed, Buffer.from([index]), tagPrime));
  }
  return Buffer.concat(blocks).subarray(0, lengthBytes);
}

/** Section 5.2, one element. */
export const hashToField = (message: Uint8Array, tag: Uint8Array): bigint =>
  BigInt(`0x${expandMessageXmd(message, tag, 48).toString('hex')}`) % p;

/** Section 6.7.1 with Z = 2, the u-coordinate only. */
export function elligator2(element: bigint): bigint {
  const denominator = mod(1n + 2n * element * element);
  let x1 = mod(-j * inverse0(denominator));
  if (x1 === 0n) x1 = mod(-j);
  return isOnCurve(x1) ? x1 : mod(-x1 - j);
}

/** RFC 7748's doubling, in affine coordinates: (u^2 - 1)^2 / (4 u (u^2 + J u + 1)). */
export const double = (u: bigint): bigint => mod((u * u - 1n) ** 2n * inverse0(mod(4n * u * (u * u + j * u + 1n))));

/** The u of the encoded point: the map's, times the cofactor 8. */
export const encodeToCurve = (message: Uint8Array, tag: Uint8Array): bigint =>
  double(double(double(elligator2(hashToField(message, tag)))));
