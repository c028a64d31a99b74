// Names for pieces of data that are made of what they hold: the same bytes have the same name, and only who has the key can say which bytes a
// name is of. Keyed BLAKE2b (RFC 7693) of 32 bytes, so that no two different pieces ever share one.
//
// Known ways to misuse it:
// - Whoever sees two names sees whether the pieces are equal. Under one key that is the point; keep different purposes to different keys.
// - The kind is part of what is hashed: without it a piece of one kind could stand in for one of another.

import { blake2b } from '@noble/hashes/blake2.js';
import type { Key } from './keys.ts';
import { sodium } from './sodium.ts';

export const contentNameBytes = 32;

export type ContentHash = (key: Uint8Array, parts: readonly Uint8Array[]) => Uint8Array;

export const nobleContentHash: ContentHash = (key, parts) => {
  const hash = blake2b.create({ key, dkLen: contentNameBytes });
  for (const part of parts) hash.update(part);
  return hash.digest();
};

const native = sodium;
/** undefined where sodium-native cannot load. */
export const sodiumContentHash: ContentHash | undefined =
  native &&
  ((key, parts) => {
    const out = Buffer.alloc(contentNameBytes);
    native.crypto_generichash_batch(out, [...parts], key);
    return out;
  });

/** @param kind at most 255 bytes of UTF-8  @returns 64 hexadecimal signs */
export function contentName(
  key: Key<'index'>,
  kind: string,
  bytes: Uint8Array,
  hash: ContentHash = sodiumContentHash ?? nobleContentHash,
): string {
  const prefix = Buffer.from(` ${kind}`, 'utf8');
  if (prefix.length > 256) throw new RangeError(`kind: expected at most 255 bytes, got ${prefix.length - 1}`);
  prefix[0] = prefix.length - 1;
  return Buffer.from(hash(key.reveal(), [prefix, bytes])).toString('hex');
}
