// Records held in memory with their folded states. Clean ones leave when room is needed; dirty ones (folded further than
// what is stored) stay until their state has been written, which happens behind the events, oldest first.

import type { RecordKeys } from '../../core/vault/vault.ts';
import type { Said } from './config.ts';
import type { RecordState } from './state/state.ts';
import type { RecordRow } from './store.ts';

export type Held = RecordRow & {
  state: RecordState;
  keys: RecordKeys;
  /** Sequence number of the last event folded into `state`. */
  throughSeq: number;
  /** Sequence number of the first event that the stored state lacks; undefined when clean. */
  dirtyFromSeq: number | undefined;
  /** Time and sequence number, in turn, of each event that the timeline's index does not have yet: those the stored state lacks. */
  unindexed: number[];
  said: Said;
  /** Its row of what it says about consent is stored as the state has it. */
  consentsKept: boolean;
  /** Asked for since eviction last came by. */
  used: boolean;
};

/** Records kept; a state with its keys takes about 8 KB, so this is about 200 MB. */
export const cacheLimits = { records: 24_000, keyTexts: 60_000 } as const;

/** Records that one eviction looks at for each that is too many, and at least: when all are in use, the next group tries again. */
const triesPerRecord = 8;
const triesAtLeast = 256;

export class RecordCache {
  readonly #limit: number;
  /** In the order in which they came, or were spared by eviction. */
  readonly #held = new Map<number, Held>();
  /** Record key (as text) to record id, so that a customer seen lately costs no read. */
  readonly #idByKey = new Map<string, number>();
  /** Dirty record ids in the order in which they became dirty. */
  readonly #dirty = new Set<number>();
  /** One for each reading under way. */
  readonly #watching = new Set<Map<number, Held>>();

  /** @param limit records kept when none of them waits to be written */
  constructor(limit: number = cacheLimits.records) {
    this.#limit = limit;
  }

  get(recordId: number): Held | undefined {
    const held = this.#held.get(recordId);
    if (held) held.used = true;
    return held;
  }

  /** Without counting as a use. */
  peek(recordId: number): Held | undefined {
    return this.#held.get(recordId);
  }

  all(): Held[] {
    return [...this.#held.values()];
  }

  idOf(recordKey: string): number | undefined {
    return this.#idByKey.get(recordKey);
  }

  put(held: Held, recordKey: string): void {
    this.#held.set(held.recordId, held);
    this.#idByKey.set(recordKey, held.recordId);
  }

  remember(recordKey: string, recordId: number): void {
    this.#idByKey.set(recordKey, recordId);
  }

  /** An event was folded into it. */
  markDirty(held: Held, seq: number, occurredAtMs: number): void {
    held.throughSeq = seq;
    held.unindexed.push(occurredAtMs, seq);
    if (held.dirtyFromSeq === undefined || held.dirtyFromSeq === Number.MAX_SAFE_INTEGER) {
      held.dirtyFromSeq = seq;
      this.#dirty.delete(held.recordId);
      this.#dirty.add(held.recordId);
    }
  }

  /** The stored state was folded by other rules: write this one when there is time. It misses no event. */
  markStale(held: Held): void {
    if (held.dirtyFromSeq !== undefined) return;
    held.dirtyFromSeq = Number.MAX_SAFE_INTEGER;
    this.#dirty.add(held.recordId);
  }

  get dirtyCount(): number {
    return this.#dirty.size;
  }

  /** The oldest dirty records, at most `limit`, dirty since before `beforeSeq`. */
  oldestDirty(limit: number, beforeSeq = Number.POSITIVE_INFINITY): Held[] {
    const found: Held[] = [];
    for (const id of this.#dirty) {
      if (found.length >= limit) break;
      const held = this.#held.get(id)!;
      if (held.dirtyFromSeq! >= beforeSeq && held.dirtyFromSeq !== Number.MAX_SAFE_INTEGER) break;
      found.push(held);
    }
    return found;
  }

  markClean(held: Held): void {
    held.dirtyFromSeq = undefined;
    this.#dirty.delete(held.recordId);
  }

  /** The first event that any stored state lacks, but for the records in `except`. */
  oldestMissing(except: ReadonlySet<Held>): number | undefined {
    for (const id of this.#dirty) {
      const held = this.#held.get(id)!;
      if (!except.has(held) && held.dirtyFromSeq !== Number.MAX_SAFE_INTEGER) return held.dirtyFromSeq;
    }
    return undefined;
  }

  /**
   * Makes room. Who was asked for since the last time has a second chance, which is nearly as good as the order of use and costs
   * nothing when a record is found.
   * @param mustStay records that are not yet stored as they are here
   */
  evict(mustStay: (recordId: number) => boolean): void {
    let tries = Math.min(this.#held.size, (this.#held.size - this.#limit) * triesPerRecord + triesAtLeast);
    for (const [id, held] of this.#held) {
      if (this.#held.size <= this.#limit || tries <= 0) break;
      tries -= 1;
      if (held.used || held.dirtyFromSeq !== undefined || mustStay(id)) {
        held.used = false;
        // Behind all others: those met from here on are looked at first.
        this.#held.delete(id);
        this.#held.set(id, held);
        continue;
      }
      this.#held.delete(id);
      for (const left of this.#watching) left.set(id, held);
    }
    if (this.#idByKey.size > cacheLimits.keyTexts) this.#rebuildKeys();
  }

  /**
   * Collects what leaves to make room while a reader waits for the store: the rows it gets may be older than that.
   * @returns by record id, filled until `unwatch`
   */
  watch(): Map<number, Held> {
    const left = new Map<number, Held>();
    this.#watching.add(left);
    return left;
  }

  unwatch(left: Map<number, Held>): void {
    this.#watching.delete(left);
  }

  forget(recordIds: readonly number[]): void {
    for (const id of recordIds) {
      this.#held.delete(id);
      this.#dirty.delete(id);
    }
    this.#rebuildKeys();
  }

  /** Records not yet on disk are found by their keys here only, so those held must stay. */
  #rebuildKeys(): void {
    this.#idByKey.clear();
    for (const [id, held] of this.#held) this.#idByKey.set(held.recordKey.toString('latin1'), id);
  }

  clear(): void {
    this.#held.clear();
    this.#idByKey.clear();
    this.#dirty.clear();
  }
}
