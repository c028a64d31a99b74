// Which messages are recorded. Keys of messages are random, so writing each into its index at once costs a page per event;
// those of the latest events are known here instead, and reach the index later, sorted, many to a page. A crash loses
// nothing: events name their message, and recovery reads those beyond the fold mark again.

import { KeySet, keySetKeyBytes } from './key-set.ts';
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
  /** What no batch has yet. */
  #recent = new KeySet();
  /** What the batch at hand has, or the one before it, which stays for a few more groups: they may have looked into the index before. */
  #leaving = new KeySet();
  #leavingFor = 0;
  /** Of every message that was added, and of all there are once the index has been read through; new ones are told without asking the store. */
  readonly #seen = new SeenFilter();
  #seenAll = false;
  /** Sorted keys of the batch at hand, how many bytes of them are on their way, and how many are written. */
  #batch = noKeys;
  #dueBytes = 0;
  #writtenBytes = 0;
  /** Events before it were recorded when the batch was begun. */
  #batchSeq = 0;
  /** For what is written next; transactions are written in the order in which they asked. */
  #mark = 0;

  /** @param mark every message of an event before it is in the index */
  reset(mark: number): void {
    this.#recent.clear();
    this.#leaving.clear();
    this.#batch = noKeys;
    this.#dueBytes = 0;
    this.#writtenBytes = 0;
    this.#mark = mark;
  }

  add(key: Buffer): void {
    this.#seen.add(key);
    this.#recent.add(key);
  }

  has(key: Buffer): boolean {
    return this.#seen.mayHave(key) && (this.#recent.has(key) || this.#leaving.has(key));
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
    return this.#recent.size + (this.#batch.length - this.#writtenBytes) / keySetKeyBytes;
  }

  /**
   * What to write with the next group. Everything recorded so far has a sequence number below `nextSeq`. What was given once is not
   * given again: if its transaction fails, `reset` is next.
   * @param all for a flush: begin a batch whatever waits
   */
  due(nextSeq: number, limits: MessageLimits, all = false): DueMessages {
    if (this.#batch.length === 0 && this.#leaving.size === 0 && this.#recent.size > (all ? 0 : limits.messagesBehind)) {
      [this.#recent, this.#leaving] = [this.#leaving, this.#recent];
      this.#batch = this.#leaving.sorted();
      this.#batchSeq = nextSeq;
    }
    const keys: Buffer[] = [];
    const end = Math.min(this.#batch.length, this.#dueBytes + limits.messagesPerWrite * keySetKeyBytes);
    for (let at = this.#dueBytes; at < end; at += keySetKeyBytes) keys.push(this.#batch.subarray(at, at + keySetKeyBytes));
    this.#dueBytes = end;
    if (keys.length > 0 && end === this.#batch.length) this.#mark = this.#batchSeq;
    return { keys, mark: this.#mark };
  }

  /** The transaction with `due` is on disk. */
  wrote(due: DueMessages): void {
    if (this.#batch.length === 0) {
      if (this.#leaving.size > 0 && --this.#leavingFor <= 0) this.#leaving.clear();
      return;
    }
    this.#writtenBytes += due.keys.length * keySetKeyBytes;
    if (this.#writtenBytes < this.#batch.length) return;
    this.#batch = noKeys;
    this.#dueBytes = 0;
    this.#writtenBytes = 0;
    this.#leavingFor = writesWhileAsking;
  }
}

/** Groups written while one more is prepared, which may look into the index before them and for duplicates after: two, and one to spare. */
const writesWhileAsking = 3;

const noKeys: Buffer = Buffer.alloc(0);
