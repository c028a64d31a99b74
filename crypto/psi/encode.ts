// Items as points of Curve25519: RFC 9380's encode_to_curve, suite curve25519_XMD:SHA-512_ELL2_NU_, of which only the u-coordinate is kept,
// as X25519 needs no other. libsodium maps to the curve; @noble/curves is the fallback, tested to give the same bytes.
//
// Why not simply SHA-256 of the item as a coordinate: half of all strings are coordinates of the curve, the other half of its twist, and
// multiplying keeps each where it is. Whoever sees a masked point then knows which half its item was in: a bit about every item.
//
// Known ways to misuse it:
// - Points are not secret: whoever knows the tag encodes a guess and compares. Only mask() hides them (ecdh.ts).
// - One tag for two sessions gives the same points in both. Put the session's id into it.
// - Normalise first: texts that differ in one byte of UTF-8 are different items.

import { ed25519_hasher } from '@noble/curves/ed25519.js';
import { type Sodium, sodium } from '../sodium.ts';
import { fieldPrime, fromField, invertAll, reduced, toField } from './field.ts';
import { itemBytes, tokenBytes } from './tokens.ts';

/** RFC 9380 section 3.1: at least 16 bytes, and more than 255 would have to be hashed first. */
export const tagLimits = { bytesMin: 16, bytesMax: 255 } as const;

/**
 * Prepared for a tag, writes an item's point: compressed, on the Edwards curve of RFC 9380's twin suite. The sign in its last bit is of no
 * use here.
 */
export type Encoder = (tag: Uint8Array) => (point: Uint8Array, item: Uint8Array) => void;

/** RFC 9380 sections 5.2 and 5.3.1: one field element from 48 bytes of expand_message_xmd, which is less than one block of SHA-512. */
const uniformBytes = 48;
const hashBytes = 64;
const hashBlockBytes = 128;

function bySodium(native: Sodium): Encoder {
  return (tag) => {
    const tagPrime = Buffer.from([...tag, tag.length]);
    const lengthAndZero = Buffer.from([0, uniformBytes, 0]);
    const padding = Buffer.alloc(hashBlockBytes);
    const second = Buffer.concat([Buffer.alloc(hashBytes), Buffer.from([1]), tagPrime]);
    const digest = second.subarray(0, hashBytes);
    const hashed = Buffer.alloc(hashBytes);
    const uniform = hashed.subarray(0, uniformBytes);
    return (point, item) => {
      native.crypto_hash_sha512(digest, Buffer.concat([padding, item, lengthAndZero, tagPrime]));
      native.crypto_hash_sha512(hashed, second);
      // Reduced, so below 2^255: libsodium takes the topmost bit for a sign.
      native.crypto_core_ed25519_from_uniform(point, reduced(uniform));
    };
  };
}

/** undefined where sodium-native cannot load. */
export const sodiumEncoder: Encoder | undefined = sodium && bySodium(sodium);

export const nobleEncoder: Encoder = (tag) => (point, item) => {
  point.set(ed25519_hasher.encodeToCurve(item, { DST: tag }).toBytes());
};

/**
 * Both suites of RFC 9380 take the same field element through the same map, and the curves are one in other coordinates (RFC 7748 section
 * 4.1): u = (1 + y) / (1 - y). All divisions of a list together cost one inversion.
 * @param items normalised texts  @param tag names protocol, version and session, 16 to 255 bytes
 * @returns n x 32 bytes, u-coordinates in the order of the items
 * @throws {RangeError} for a tag of another length, or a text that is no Unicode (a lone surrogate has no UTF-8 of its own)
 */
export function encode(items: readonly string[], tag: Uint8Array, encoder: Encoder = sodiumEncoder ?? nobleEncoder): Buffer {
  checkTag(tag);
  const encodeInto = encoder(tag);
  const out = Buffer.alloc(items.length * tokenBytes);
  const numerators = new Array<bigint>(items.length);
  const denominators = new Array<bigint>(items.length);
  for (const [index, item] of items.entries()) {
    const point = out.subarray(index * tokenBytes, (index + 1) * tokenBytes);
    encodeInto(point, itemBytes(item, index));
    point[tokenBytes - 1]! &= 0x7f;
    const y = toField(point);
    numerators[index] = 1n + y;
    denominators[index] = (fieldPrime + 1n - y) % fieldPrime;
  }
  const inverses = invertAll(denominators);
  for (const [index, inverse] of inverses.entries()) {
    // Only the neutral point has y = 1; an item reaches it with a chance of 2^-250.
    if (inverse === 0n) throw new RangeError(`items[${index}]: encodes to no point`);
    fromField((numerators[index]! * inverse) % fieldPrime, out, index * tokenBytes);
  }
  return out;
}

function checkTag(tag: Uint8Array): void {
  const { bytesMin, bytesMax } = tagLimits;
  if (tag.length < bytesMin || tag.length > bytesMax) {
    throw new RangeError(`tag: expected ${bytesMin} to ${bytesMax} bytes, got ${tag.length}`);
  }
}
