// Keys as objects that say what they are for and never show their bytes: not in logs, errors, JSON or a debugger's inspect.
// The bytes come out by reveal() alone, and destroy() overwrites them.
//
// Where the bytes live: the few long-lived keys (root, wrapping, index, signing) in libsodium's guarded, locked memory; data
// keys, of which there is one per customer record, in a buffer of their own outside the JavaScript heap, so that the garbage
// collector never copies them about.
//
// Known ways to misuse it: reveal() gives the bytes themselves, not a copy. Pass them straight to a cipher; do not keep them.

import { randomBytes } from 'node:crypto';
import { openEnvelope, type Place, type RowId, SealBroken, sealEnvelope } from './envelope.ts';
import { sodium } from './sodium.ts';

export type KeyUse = 'root' | 'wrapping' | 'data' | 'index' | 'signing';
export const keyBytes = 32;

const hide = Symbol.for('nodejs.util.inspect.custom');

export class Key<Use extends KeyUse> {
  readonly use: Use;
  #bytes: Uint8Array | undefined;

  /** Takes over `bytes`: made by keyFrom and generateKey, which copy. */
  constructor(use: Use, bytes: Uint8Array) {
    this.use = use;
    this.#bytes = bytes;
  }

  /** The 32 bytes themselves. @throws {Error} after destroy() */
  reveal(): Uint8Array {
    if (this.#bytes === undefined) throw new Error(`key: expected an open ${this.use} key, got a destroyed one`);
    return this.#bytes;
  }

  get destroyed(): boolean {
    return this.#bytes === undefined;
  }

  /** Overwrites the bytes with zeros. May be called twice. */
  destroy(): void {
    if (this.#bytes === undefined) return;
    zeroBytes(this.#bytes);
    this.#bytes = undefined;
  }

  toJSON(): string {
    return `[key:${this.use}]`;
  }
  toString(): string {
    return this.toJSON();
  }
  [Symbol.toPrimitive](): string {
    return this.toJSON();
  }
  [hide](): string {
    return this.toJSON();
  }
}

/** Overwrites with zeros in a way no compiler removes. */
export function zeroBytes(bytes: Uint8Array): void {
  if (sodium) sodium.sodium_memzero(bytes);
  else bytes.fill(0);
}

/** Copies `bytes` (exactly 32); the caller still owns, and may overwrite, its own. */
export function keyFrom<Use extends KeyUse>(use: Use, bytes: Uint8Array): Key<Use> {
  if (bytes.length !== keyBytes) throw new RangeError(`bytes: expected ${keyBytes}, got ${bytes.length}`);
  const own = memoryFor(use);
  own.set(bytes);
  return new Key(use, own);
}

/** A fresh random key; `random` is for seeded simulations only. */
export function generateKey<Use extends KeyUse>(use: Use, random?: { bytes(length: number): Uint8Array }): Key<Use> {
  const drawn = random ? random.bytes(keyBytes) : randomBytes(keyBytes);
  const key = keyFrom(use, drawn);
  zeroBytes(drawn);
  return key;
}

function memoryFor(use: KeyUse): Uint8Array {
  if (use !== 'data' && sodium) return sodium.sodium_malloc(keyBytes);
  return new Uint8Array(new ArrayBuffer(keyBytes));
}

const useCodes = { root: 1, wrapping: 2, data: 3, index: 4, signing: 5 } as const satisfies Record<KeyUse, number>;

/** Seals a key under another: an envelope of one byte for the use and the 32 bytes. 78 bytes long. */
export function wrapKey(wrapping: Key<'wrapping'>, epoch: number, where: Place, row: RowId, key: Key<KeyUse>): Buffer {
  const plaintext = Buffer.allocUnsafeSlow(1 + keyBytes);
  plaintext[0] = useCodes[key.use];
  plaintext.set(key.reveal(), 1);
  const wrapped = sealEnvelope(wrapping, epoch, where, row, plaintext);
  zeroBytes(plaintext);
  return wrapped;
}

/** @throws {SealBroken} when it does not open, or holds a key for another use */
export function unwrapKey<Use extends KeyUse>(
  wrapping: Key<'wrapping'>,
  use: Use,
  where: Place,
  row: RowId,
  wrapped: Uint8Array,
): Key<Use> {
  const plaintext = openEnvelope(wrapping, where, row, wrapped);
  if (plaintext.length !== 1 + keyBytes || plaintext[0] !== useCodes[use]) {
    zeroBytes(plaintext);
    throw new SealBroken(`wrapped key: expected a ${use} key, got another`);
  }
  const key = keyFrom(use, plaintext.subarray(1));
  zeroBytes(plaintext);
  return key;
}
