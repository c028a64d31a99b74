// Which messages are recorded. Keys of messages are random, so writing each into its index at once costs a page per event;
// those of the latest events are known here instead, and reach the index later, sorted, many to a page. A crash loses
// nothing: events name their message, and recovery reads those beyond the fold mark again.

import { SeenFilter } from './seen-filter.ts';

export type MessageLimits = {
  /** Keys that wait before a batch of them is begun. */
  messagesBehind: number;
  /** Keys of the batch written with one group. */
  messagesPerWrite: number;
};

/** Part of a batch on its way to the index. `mark`: every message of an event before it is in the index then. */
export type DueMessages = { keys: Buffer[]; mark: number };

export class RecentMessages {
  /** By text; everything that may not be in the index yet. */
  readonly #recent = new Map<string, Buffer>();
  /** Of every message there is, once the index has been read through; new ones are told from it without asking the store. */
  readonly #seen = new SeenFilter();
  #seenAll = false;
  #batch: Buffer[] = [];
  #written = 0;
  /** Events before it were recorded when the batch was begun. */
  #batchSeq = 0;
  #mark = 0;
  /** Texts of a batch that is written; they stay for one more group, which may have looked into the index before. */
  #leaving: string[] = [];

  /** @param mark every message of an event before it is in the index */
  reset(mark: number): void {
    this.#recent.clear();
    this.#batch = [];
    this.#leaving = [];
    this.#written = 0;
    this.#mark = mark;
  }

  add(text: string, key: Buffer): void {
    this.#seen.add(key);
    this.#recent.set(text, key);
  }

  has(text: string): boolean {
    return this.#recent.has(text);
  }

  /** False only when the index surely has no such key. */
  mayBeIndexed(key: Buffer): boolean {
    return !this.#seenAll || this.#seen.mayHave(key);
  }

  /**
   * Reads the whole index, page by page, to know new messages without asking. Until it is through, each one is asked for.
   * @param pageAfter the next keys of the index in order; none at its end
   */
  async learn(pageAfter: (after: Buffer) => Promise<readonly Buffer[]>): Promise<void> {
    let after: Buffer = Buffer.alloc(0);
    for (;;) {
      const keys = await pageAfter(after);
      for (const key of keys) this.#seen.add(key);
      const last = keys.at(-1);
      if (!last) break;
      after = Buffer.from(last);
    }
    this.#seenAll = true;
  }

  /** Keys that are not in the index yet. */
  get waiting(): number {
    return this.#recent.size - this.#leaving.length - this.#written;
  }

  /**
   * What to write with the next group. Everything recorded so far has a sequence number below `nextSeq`.
   * @param all for a flush: begin a batch whatever waits
   */
  due(nextSeq: number, limits: MessageLimits, all = false): DueMessages {
    if (this.#batch.length === 0 && this.#leaving.length === 0 && this.#recent.size > (all ? 0 : limits.messagesBehind)) {
      this.#batch = [...this.#recent.values()].sort(Buffer.compare);
      this.#batchSeq = nextSeq;
      this.#written = 0;
    }
    const keys = this.#batch.slice(this.#written, this.#written + limits.messagesPerWrite);
    const ends = this.#batch.length > 0 && this.#written + keys.length === this.#batch.length;
    return { keys, mark: ends ? this.#batchSeq : this.#mark };
  }

  /** The transaction with `due` is on disk. */
  wrote(due: DueMessages): void {
    for (const text of this.#leaving) this.#recent.delete(text);
    this.#leaving = [];
    if (due.keys.length === 0) return;
    this.#written += due.keys.length;
    if (this.#written < this.#batch.length) return;
    this.#leaving = this.#batch.map((key) => key.toString('latin1'));
    this.#batch = [];
    this.#written = 0;
    this.#mark = due.mark;
  }
}
