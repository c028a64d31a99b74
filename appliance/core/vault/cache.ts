// The record keys open in this process: a bounded, least-recently-used cache of unwrapped keys, and a memory of every key it
// ever gave out, so that sealing the node overwrites those too that a caller still holds.

import type { Key } from '../../../crypto/keys.ts';
import { zeroBytes } from '../../../crypto/keys.ts';

/** The data keys of one record. `current` seals; `byEpoch` opens, by the epoch an envelope names. */
export type RecordKeys = {
  readonly current: { readonly key: Key<'data'>; readonly epoch: number };
  readonly byEpoch: ReadonlyMap<number, Key<'data'>>;
};

/** About 1 KB of memory a record. */
export const cachedRecordsDefault = 32_768;
const sweepAt = 8192;

export class KeyCache {
  readonly #limit: number;
  readonly #entries = new Map<number, RecordKeys>();
  #lent: WeakRef<Key<'data'>>[] = [];
  #sweepAt = sweepAt;
  // The bytes of a key that nobody holds any more are overwritten when the collector takes the key.
  readonly #collected = new FinalizationRegistry<Uint8Array>((bytes) => zeroBytes(bytes));

  constructor(limit: number) {
    if (!Number.isInteger(limit) || limit < 1) throw new RangeError(`limit: expected a positive integer, got ${limit}`);
    this.#limit = limit;
  }

  get size(): number {
    return this.#entries.size;
  }

  get(recordId: number): RecordKeys | undefined {
    const found = this.#entries.get(recordId);
    if (found) {
      this.#entries.delete(recordId);
      this.#entries.set(recordId, found);
    }
    return found;
  }

  set(recordId: number, keys: RecordKeys): void {
    this.#entries.delete(recordId);
    this.#entries.set(recordId, keys);
    if (this.#entries.size <= this.#limit) return;
    for (const oldest of this.#entries.keys()) {
      this.#entries.delete(oldest);
      break;
    }
  }

  forget(recordIds: readonly number[]): void {
    for (const id of recordIds) this.#entries.delete(id);
  }

  /** Remembers a key given out, weakly: it lives as long as someone holds it, and is overwritten after. */
  lend(key: Key<'data'>): Key<'data'> {
    this.#lent.push(new WeakRef(key));
    this.#collected.register(key, key.reveal());
    if (this.#lent.length >= this.#sweepAt) {
      this.#lent = this.#lent.filter((ref) => ref.deref() !== undefined);
      this.#sweepAt = Math.max(sweepAt, this.#lent.length * 2);
    }
    return key;
  }

  /** Overwrites every key ever lent that is still in memory. */
  destroyAll(): void {
    this.#entries.clear();
    for (const ref of this.#lent) ref.deref()?.destroy();
    this.#lent = [];
  }
}
