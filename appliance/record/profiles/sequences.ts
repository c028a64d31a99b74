// Numbers of the store's sequences, taken many at a time, so that a batch seldom asks.

import type { Store } from '../../core/store/store.ts';

const takenAtOnce = 10_000;

export class Sequences {
  readonly #store: Store;
  readonly #held = new Map<string, { next: number; end: number }>();
  readonly #exact: ReadonlySet<string>;

  /** @param exact sequences of which no number is kept: one that is taken later anywhere is higher */
  constructor(store: Store, exact: ReadonlySet<string> = new Set()) {
    this.#store = store;
    this.#exact = exact;
  }

  /** The first of `count` numbers, in order. */
  async take(sequence: string, count: number): Promise<number> {
    const held = this.#held.get(sequence);
    if (held && held.next + count <= held.end) {
      held.next += count;
      return held.next - count;
    }
    const size = this.#exact.has(sequence) ? count : Math.max(takenAtOnce, count);
    const first = await this.#store.allocate(sequence, size);
    this.#held.set(sequence, { next: first + count, end: first + size });
    return first;
  }

  /** The number that is given next; 0 before any was taken. */
  next(sequence: string): number {
    return this.#held.get(sequence)?.next ?? 0;
  }
}
