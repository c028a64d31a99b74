// The envelope: what every sealed column holds. It names its format and the epoch of its key, and binds its place
// (table, column, row) as associated data, so that a ciphertext moved to another row or column does not open.
//
//   u8 version = 1 | u32 key epoch, big endian | 24 random bytes of nonce | ciphertext | 16-byte Poly1305 tag
//   associated data: version, epoch, then table, column and row, each with its length before it
//
// Known ways to misuse it: binding the place does not bind the time; an old envelope put back into its own row opens.
// The nonce is drawn from the system, never from a seed: sealing the same bytes twice gives different envelopes.

import { randomFillSync } from 'node:crypto';
import { aead, aeadNonceBytes, aeadTagBytes, SealBroken } from './aead.ts';

export { SealBroken } from './aead.ts';

export const envelopeVersion = 1;
const headerBytes = 5;
/** Where in an envelope the ciphertext begins. */
export const envelopePrefixBytes = headerBytes + aeadNonceBytes;
const prefixBytes = envelopePrefixBytes;
/** How much longer an envelope is than what it holds. */
export const envelopeOverheadBytes = prefixBytes + aeadTagBytes;

/** Where a value lives. Made by `place`, once per column, at module level. */
export type Place = {
  readonly table: string;
  readonly column: string;
  /** Version, room for the epoch, then the length-prefixed table and column. */
  readonly aadPrefix: Uint8Array;
};
/** A row's primary key: 7 and '7' are different rows. */
export type RowId = number | string;

/** A Key<'data'> or Key<'wrapping'>; by shape, so that keys.ts may stand on this file. */
export type SealingKey = { readonly use: 'data' | 'wrapping'; reveal(): Uint8Array };

const nameLimitBytes = 255;
const epochLimit = 0xffffffff;

/** Table and column names are 1 to 255 bytes of UTF-8. */
export function place(table: string, column: string): Place {
  const parts = [checkedName('table', table), checkedName('column', column)];
  const prefix = Buffer.alloc(headerBytes + parts.reduce((sum, part) => sum + 1 + part.length, 0));
  prefix[0] = envelopeVersion;
  let at = headerBytes;
  for (const part of parts) {
    prefix[at] = part.length;
    part.copy(prefix, at + 1);
    at += 1 + part.length;
  }
  return Object.freeze({ table, column, aadPrefix: prefix });
}

function checkedName(argument: string, name: string): Buffer {
  const bytes = Buffer.from(name, 'utf8');
  if (bytes.length < 1 || bytes.length > nameLimitBytes) {
    throw new RangeError(`${argument}: expected 1 to ${nameLimitBytes} bytes, got ${bytes.length}`);
  }
  return bytes;
}

// One scratch buffer for associated data: sealing is synchronous, so no two calls use it at once, and nothing of it is secret.
// Views of each length are made once, because making a view costs a fifth of sealing a small value.
const scratch = Buffer.alloc(1024);
const scratchViews: (Buffer | undefined)[] = [];
const rowIsNumber = 1;
const rowIsString = 2;

function associatedData(where: Place, row: RowId, epoch: number): Buffer {
  const prefix = where.aadPrefix;
  const rowAt = prefix.length + 5;
  // At most 3 bytes of UTF-8 for each UTF-16 unit.
  const roomBytes = rowAt + (typeof row === 'string' ? row.length * 3 : 8);
  const out = roomBytes <= scratch.length ? scratch : Buffer.alloc(roomBytes);
  out.set(prefix, 0);
  out.writeUInt32BE(epoch, 1);
  let rowBytes = 8;
  if (typeof row === 'string') {
    out[prefix.length] = rowIsString;
    rowBytes = out.write(row, rowAt, 'utf8');
  } else {
    if (!Number.isSafeInteger(row)) throw new RangeError('row: expected a safe integer or a string, got another number');
    out[prefix.length] = rowIsNumber;
    // Adding 0 turns -0 into 0, the same row.
    out.writeDoubleBE(row + 0, rowAt);
  }
  out.writeUInt32BE(rowBytes, prefix.length + 1);
  const length = rowAt + rowBytes;
  if (out !== scratch) return out.subarray(0, length);
  let view = scratchViews[length];
  if (!view) {
    view = scratch.subarray(0, length);
    scratchViews[length] = view;
  }
  return view;
}

// Nonces are drawn from the system 256 at a time. Each is used once; none is secret.
const nonceCount = 256;
const noncePool = Buffer.alloc(nonceCount * aeadNonceBytes);
const nonceViews = Array.from({ length: nonceCount }, (_, i) => noncePool.subarray(i * aeadNonceBytes, (i + 1) * aeadNonceBytes));
let nonceNext = nonceCount;

function freshNonce(): Buffer {
  if (nonceNext === nonceCount) {
    randomFillSync(noncePool);
    nonceNext = 0;
  }
  const nonce = nonceViews[nonceNext] as Buffer;
  nonceNext += 1;
  return nonce;
}

/**
 * @param epoch which generation of the key this is, 0 to 2^32 - 1; opening reads it back to choose the key
 * @returns the envelope, in memory of its own (never Buffer's shared pool, so it can be posted to a thread without its neighbours)
 */
export function sealEnvelope(key: SealingKey, epoch: number, where: Place, row: RowId, plaintext: Uint8Array): Buffer {
  if (!Number.isInteger(epoch) || epoch < 0 || epoch > epochLimit) {
    throw new RangeError(`epoch: expected an integer from 0 to ${epochLimit}, got ${epoch}`);
  }
  const aad = associatedData(where, row, epoch);
  const nonce = freshNonce();
  const sizeBytes = envelopeOverheadBytes + plaintext.length;
  const envelope = Buffer.allocUnsafeSlow(sizeBytes);
  envelope[0] = envelopeVersion;
  envelope.writeUInt32BE(epoch, 1);
  envelope.set(nonce, headerBytes);
  aead.sealInto(envelope.subarray(prefixBytes), key.reveal(), nonce, plaintext, aad);
  return envelope;
}

/**
 * The same where the plaintext stands already, `envelopePrefixBytes` behind `at`, with room for the tag after it: what is written
 * over it is the envelope. For bytes that are made in one thread and sealed in another.
 * @param key 32 bytes of a data or wrapping key
 */
export function sealInPlace(
  memory: Buffer,
  at: number,
  plaintextBytes: number,
  key: Uint8Array,
  epoch: number,
  where: Place,
  row: RowId,
): void {
  if (!Number.isInteger(epoch) || epoch < 0 || epoch > epochLimit) {
    throw new RangeError(`epoch: expected an integer from 0 to ${epochLimit}, got ${epoch}`);
  }
  const textAt = at + prefixBytes;
  const end = textAt + plaintextBytes + aeadTagBytes;
  if (at < 0 || end > memory.length) throw new RangeError(`memory: expected ${end} bytes, got ${memory.length}`);
  const aad = associatedData(where, row, epoch);
  const nonce = freshNonce();
  memory[at] = envelopeVersion;
  memory.writeUInt32BE(epoch, at + 1);
  memory.set(nonce, at + headerBytes);
  aead.sealInto(memory.subarray(textAt, end), key, nonce, memory.subarray(textAt, end - aeadTagBytes), aad);
}

/**
 * @returns the plaintext, in memory of its own
 * @throws {SealBroken} wrong key, other place or row, changed, truncated, or of an unknown version
 */
export function openEnvelope(key: SealingKey, where: Place, row: RowId, envelope: Uint8Array): Buffer {
  const epoch = envelopeEpoch(envelope);
  const plaintext = Buffer.allocUnsafeSlow(envelope.length - envelopeOverheadBytes);
  openInto(plaintext, key, epoch, where, row, envelope);
  return plaintext;
}

/** The same into memory that the caller has, for keys: exactly as long as what the envelope holds. */
export function openEnvelopeInto(out: Uint8Array, key: SealingKey, where: Place, row: RowId, envelope: Uint8Array): void {
  const epoch = envelopeEpoch(envelope);
  const expected = out.length + envelopeOverheadBytes;
  if (envelope.length !== expected) throw new SealBroken(`envelope: expected ${expected} bytes, got ${envelope.length}`);
  openInto(out, key, epoch, where, row, envelope);
}

function openInto(out: Uint8Array, key: SealingKey, epoch: number, where: Place, row: RowId, envelope: Uint8Array): void {
  const aad = associatedData(where, row, epoch);
  aead.openInto(out, key.reveal(), envelope.subarray(headerBytes, prefixBytes), envelope.subarray(prefixBytes), aad);
}

/** The key epoch the envelope names, not yet authenticated. @throws {SealBroken} when it is no envelope at all */
export function envelopeEpoch(envelope: Uint8Array): number {
  if (envelope.length < envelopeOverheadBytes) {
    throw new SealBroken(`envelope: expected at least ${envelopeOverheadBytes} bytes, got ${envelope.length}`);
  }
  if (envelope[0] !== envelopeVersion) {
    throw new SealBroken(`envelope version: expected ${envelopeVersion}, got ${envelope[0]}`);
  }
  return ((envelope[1]! << 24) | (envelope[2]! << 16) | (envelope[3]! << 8) | envelope[4]!) >>> 0;
}
