// Blind indexes: a keyed hash of an identifier, so that the store finds "this phone number" without holding it.
// Keyed BLAKE2b (RFC 7693) of 16 bytes; the kind is part of the input, so a phone and an order number of the same digits differ.
//
// Known ways to misuse it:
// - It is deterministic on purpose: equal values give equal indexes, so whoever reads the store sees which rows share a value.
// - It protects low-entropy values (phones) only as long as the key is secret. Never export an index together with its key.
// - Normalise first: 'A@x.cn' and 'a@x.cn' are different values here.

import { blake2b } from '@noble/hashes/blake2.js';
import type { Key } from './keys.ts';
import { sodium } from './sodium.ts';

export const blindIndexBytes = 16;
const kindLimitBytes = 255;

/** @param kind 1 to 255 bytes of UTF-8  @param value the normalised identifier  @returns 16 bytes, in memory of their own */
export function blindIndex(key: Key<'index'>, kind: string, value: string): Buffer {
  return blindIndexBy(hash, key, kind, value);
}

/** The same into 16 bytes that the caller has. */
export function blindIndexInto(out: Uint8Array, key: Key<'index'>, kind: string, value: string): void {
  if (out.length !== blindIndexBytes) throw new RangeError(`out: expected ${blindIndexBytes} bytes, got ${out.length}`);
  indexInto(hash, out, key, kind, value);
}

export type KeyedHash = (out: Uint8Array, input: Uint8Array, key: Uint8Array) => void;

/** The same with a chosen hash, for cross-tests. */
export function blindIndexBy(hashInto: KeyedHash, key: Key<'index'>, kind: string, value: string): Buffer {
  const out = Buffer.allocUnsafeSlow(blindIndexBytes);
  indexInto(hashInto, out, key, kind, value);
  return out;
}

function indexInto(hashInto: KeyedHash, out: Uint8Array, key: Key<'index'>, kind: string, value: string): void {
  const input = lengthPrefixed(kind, value);
  hashInto(out, input, key.reveal());
  if (input.buffer === scratch.buffer) input.fill(0);
}

const scratch = Buffer.alloc(1024);

/** u8 length of the kind, the kind, the value. One scratch buffer serves all short values; it is cleared after each use. */
function lengthPrefixed(kind: string, value: string): Buffer {
  const roomBytes = 1 + (kind.length + value.length) * 3;
  const out = roomBytes <= scratch.length ? scratch : Buffer.alloc(roomBytes);
  const kindBytes = out.write(kind, 1, 'utf8');
  if (kindBytes < 1 || kindBytes > kindLimitBytes) {
    throw new RangeError(`kind: expected 1 to ${kindLimitBytes} bytes, got ${kindBytes}`);
  }
  out[0] = kindBytes;
  const valueBytes = out.write(value, 1 + kindBytes, 'utf8');
  return out.subarray(0, 1 + kindBytes + valueBytes);
}

export const nobleHash: KeyedHash = (out, input, key) => {
  out.set(blake2b(input, { key, dkLen: out.length }));
};

const native = sodium;
/** undefined where sodium-native cannot load. */
export const sodiumHash: KeyedHash | undefined = native && ((out, input, key) => native.crypto_generichash(out, input, key));

const hash: KeyedHash = sodiumHash ?? nobleHash;
