// Which messages are recorded. Keys of messages are random, so writing each into its index at once costs a page per event;
// those of the latest events are known here instead, and reach the index later, sorted, many to a page. A crash loses
// nothing: events name their message, and recovery reads those beyond the fold mark again.

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
    this.#recent.set(text, key);
  }

  has(text: string): boolean {
    return this.#recent.has(text);
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
