// The record keys open in this process: a bounded cache of unwrapped keys in two generations. What is used is in the young one;
// when that is full, the old one is dropped and the young becomes old. It forgets nearly what a least-recently-used list would,
// without the cost of one (measured: evicting from an ordered Map of 32,768 took three times as long as unwrapping the key).
// A key that falls out lives on while a caller holds it; its memory is the ring's arena, which overwrites it afterwards.

import type { Key } from '../../../crypto/keys.ts';

/** The data keys of one record. `current` seals; `byEpoch` opens, by the epoch an envelope names. */
export type RecordKeys = {
  readonly current: { readonly key: Key<'data'>; readonly epoch: number };
  readonly byEpoch: ReadonlyMap<number, Key<'data'>>;
};

/** About 0.5 KB of memory a record. */
export const cachedRecordsDefault = 32_768;

export class KeyCache<Keys = RecordKeys> {
  readonly #half: number;
  #young = new Map<number, Keys>();
  #old = new Map<number, Keys>();

  /** @param limit records at most, 2 or more */
  constructor(limit: number) {
    if (!Number.isInteger(limit) || limit < 2) throw new RangeError(`limit: expected an integer from 2, got ${limit}`);
    this.#half = Math.floor(limit / 2);
  }

  get size(): number {
    return this.#young.size + this.#old.size;
  }

  get(recordId: number): Keys | undefined {
    const young = this.#young.get(recordId);
    if (young) return young;
    const old = this.#old.get(recordId);
    if (old) this.set(recordId, old);
    return old;
  }

  set(recordId: number, keys: Keys): void {
    this.#old.delete(recordId);
    if (this.#young.size >= this.#half && !this.#young.has(recordId)) {
      this.#old = this.#young;
      this.#young = new Map();
    }
    this.#young.set(recordId, keys);
  }

  forget(recordIds: readonly number[]): void {
    for (const id of recordIds) {
      this.#young.delete(id);
      this.#old.delete(id);
    }
  }

  clear(): void {
    this.#young.clear();
    this.#old.clear();
  }
}
