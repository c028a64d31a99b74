// Keys as objects that say what they are for and never show their bytes: not in logs, errors, JSON or a debugger's inspect.
// The bytes come out by reveal() alone, and destroy() overwrites them.
//
// Where the bytes live: the few long-lived keys (root, wrapping, index, signing) in libsodium's guarded, locked memory; data
// keys, of which there is one per customer record, outside the JavaScript heap, so that the garbage collector never copies them
// about: in a buffer of their own, or many together in a KeyArena, which overwrites them all at once.
//
// Known ways to misuse it: reveal() gives the bytes themselves, not a copy. Pass them straight to a cipher; do not keep them, and
// do not post them to a thread (a view takes its whole buffer along, with the arena's other keys): what seals in a thread copies
// them into the message and overwrites them there (core/store/sqlite/seal.ts).

import { randomFillSync } from 'node:crypto';
import { openEnvelopeInto, type Place, type RowId, SealBroken, sealEnvelope } from './envelope.ts';
import { sodium } from './sodium.ts';

export type KeyUse = 'root' | 'wrapping' | 'data' | 'index' | 'signing';
export const keyBytes = 32;

const hide = Symbol.for('nodejs.util.inspect.custom');

/** Many keys' memory; `closed` once all of it is overwritten. */
type Slab = { readonly bytes: Uint8Array; used: number; closed: boolean };

export class Key<Use extends KeyUse> {
  readonly use: Use;
  #bytes: Uint8Array | undefined;
  // Holding the slab keeps the collector from overwriting it while any of its keys is held.
  readonly #slab: Slab | undefined;

  /** Takes over `bytes`: made by keyFrom and generateKey, which copy. */
  constructor(use: Use, bytes: Uint8Array, slab?: Slab) {
    this.use = use;
    this.#bytes = bytes;
    this.#slab = slab;
  }

  /** The 32 bytes themselves. @throws {Error} after destroy() */
  reveal(): Uint8Array {
    if (this.#bytes === undefined || this.#slab?.closed) {
      throw new Error(`key: expected an open ${this.use} key, got a destroyed one`);
    }
    return this.#bytes;
  }

  get destroyed(): boolean {
    return this.#bytes === undefined || this.#slab?.closed === true;
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

/**
 * Memory for many data keys: outside the JavaScript heap, overwritten when the last key of a slab is no longer held, and all at
 * once by destroyAll(), after which none of its keys can be revealed, whoever holds them.
 */
export class KeyArena {
  #slabs: WeakRef<Slab>[] = [];
  #current: Slab | undefined;
  #sweepAt = 1024;
  readonly #collected = new FinalizationRegistry<Uint8Array>(zeroBytes);

  take(): { slab: Slab; bytes: Uint8Array } {
    let slab = this.#current;
    if (!slab || slab.used === slabKeys) {
      slab = { bytes: new Uint8Array(new ArrayBuffer(slabKeys * keyBytes)), used: 0, closed: false };
      this.#current = slab;
      this.#slabs.push(new WeakRef(slab));
      this.#collected.register(slab, slab.bytes);
      if (this.#slabs.length >= this.#sweepAt) {
        this.#slabs = this.#slabs.filter((ref) => ref.deref() !== undefined);
        this.#sweepAt = Math.max(1024, this.#slabs.length * 2);
      }
    }
    const at = slab.used * keyBytes;
    slab.used += 1;
    return { slab, bytes: slab.bytes.subarray(at, at + keyBytes) };
  }

  destroyAll(): void {
    for (const ref of this.#slabs) {
      const slab = ref.deref();
      if (!slab) continue;
      slab.closed = true;
      zeroBytes(slab.bytes);
    }
    this.#slabs = [];
    this.#current = undefined;
  }
}

/** 4 KB a slab: small enough that one long-held key keeps little else in memory. */
const slabKeys = 128;

/** Copies `bytes` (exactly 32); the caller still owns, and may overwrite, its own. */
export function keyFrom<Use extends KeyUse>(use: Use, bytes: Uint8Array, arena?: KeyArena): Key<Use> {
  if (bytes.length !== keyBytes) throw new RangeError(`bytes: expected ${keyBytes}, got ${bytes.length}`);
  const key = emptyKey(use, arena);
  key.reveal().set(bytes);
  return key;
}

/** A fresh random key; `random` is the node's port, seeded in simulations. */
export function generateKey<Use extends KeyUse>(
  use: Use,
  random?: { bytes(length: number): Uint8Array },
  arena?: KeyArena,
): Key<Use> {
  if (!random) {
    const key = emptyKey(use, arena);
    randomFillSync(key.reveal());
    return key;
  }
  const drawn = random.bytes(keyBytes);
  const key = keyFrom(use, drawn, arena);
  zeroBytes(drawn);
  return key;
}

function emptyKey<Use extends KeyUse>(use: Use, arena: KeyArena | undefined): Key<Use> {
  if (arena) {
    const { slab, bytes } = arena.take();
    return new Key(use, bytes, slab);
  }
  if (use !== 'data' && sodium) return new Key(use, sodium.sodium_malloc(keyBytes));
  return new Key(use, new Uint8Array(new ArrayBuffer(keyBytes)));
}

const useCodes = { root: 1, wrapping: 2, data: 3, index: 4, signing: 5 } as const satisfies Record<KeyUse, number>;

// One scratch for wrapping and unwrapping, both synchronous; overwritten after each use.
const scratch = Buffer.allocUnsafeSlow(1 + keyBytes);

/** Seals a key under another: an envelope of one byte for the use and the 32 bytes. 78 bytes long. */
export function wrapKey(wrapping: Key<'wrapping'>, epoch: number, where: Place, row: RowId, key: Key<KeyUse>): Buffer {
  scratch[0] = useCodes[key.use];
  scratch.set(key.reveal(), 1);
  try {
    return sealEnvelope(wrapping, epoch, where, row, scratch);
  } finally {
    zeroBytes(scratch);
  }
}

/** @throws {SealBroken} when it does not open, or holds a key for another use */
export function unwrapKey<Use extends KeyUse>(
  wrapping: Key<'wrapping'>,
  use: Use,
  where: Place,
  row: RowId,
  wrapped: Uint8Array,
  arena?: KeyArena,
): Key<Use> {
  try {
    openEnvelopeInto(scratch, wrapping, where, row, wrapped);
    if (scratch[0] !== useCodes[use]) throw new SealBroken(`wrapped key: expected a ${use} key, got another`);
    return keyFrom(use, scratch.subarray(1), arena);
  } finally {
    zeroBytes(scratch);
  }
}
