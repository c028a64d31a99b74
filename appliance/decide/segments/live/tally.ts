// How many entered and left each segment on each day: sums of the changes that are kept, counted once after a start and from then on as they come. From
// them and the size of now follows how large a segment was on the evenings before. Numbers only: whom they count is not looked at.

import type { MemberChange } from './ledger.ts';

/** `page`: changes read at a time. `changes`: read after a start at most; what is older than that is not told of. */
export const tallyLimits = { page: 1_000, changes: 2_000_000 } as const;

export type DayOfSegment = {
  /** Since 1970, in the node's time zone. */
  day: number;
  entered: number;
  left: number;
  /** At the end of the day. */
  members: number;
};

type Source = {
  changes(after: number, limit: number): Promise<{ changes: MemberChange[]; next: number; more: boolean }>;
  listen(listener: (changes: readonly MemberChange[]) => void): () => void;
};
type Flow = { entered: number; left: number };

export class Tally {
  readonly #source: Source;
  readonly #dayOf: (ms: number) => number;
  readonly #flows = new Map<number, Map<number, Flow>>();
  #last = -1;
  #counted: Promise<void> | undefined;

  /** @param dayOf the number of the day that a moment lies in */
  constructor(source: Source, dayOf: (ms: number) => number) {
    this.#source = source;
    this.#dayOf = dayOf;
  }

  /**
   * The days of a segment, the earliest first, the last being today.
   * @param now its members now, and since when it is kept: before that it had none to count
   */
  async days(segment: number, now: { members: number; madeAtMs: number; nowMs: number }, days: number): Promise<DayOfSegment[]> {
    this.#counted ??= this.#count().catch((error: unknown) => {
      this.#counted = undefined;
      throw error;
    });
    await this.#counted;
    const flows = this.#flows.get(segment);
    const today = this.#dayOf(now.nowMs);
    const first = Math.max(today - days + 1, this.#dayOf(now.madeAtMs));
    const told: DayOfSegment[] = [];
    let { members } = now;
    for (let day = today; day >= first; day -= 1) {
      const { entered, left } = flows?.get(day) ?? { entered: 0, left: 0 };
      told.push({ day, entered, left, members: Math.max(0, members) });
      members -= entered - left;
    }
    return told.reverse();
  }

  /** What is heard while the past is read waits: in order, what is both heard and read counts once. */
  async #count(): Promise<void> {
    let waiting: MemberChange[] | undefined = [];
    const stop = this.#source.listen((changes) => {
      if (waiting) waiting.push(...changes);
      else this.#add(changes);
    });
    try {
      await this.#read();
    } catch (error) {
      stop();
      throw error;
    }
    this.#add(waiting);
    waiting = undefined;
  }

  async #read(): Promise<void> {
    let read = 0;
    let after = this.#last;
    for (let more = true; more && read < tallyLimits.changes; ) {
      const page = await this.#source.changes(after, tallyLimits.page);
      this.#add(page.changes);
      read += page.changes.length;
      after = page.next;
      more = page.more;
    }
  }

  #add(changes: readonly MemberChange[]): void {
    for (const { seq, segment, change, atMs } of changes) {
      if (seq <= this.#last) continue;
      this.#last = seq;
      const flows = this.#flows.get(segment) ?? new Map<number, Flow>();
      this.#flows.set(segment, flows);
      const day = this.#dayOf(atMs);
      const flow = flows.get(day) ?? { entered: 0, left: 0 };
      flows.set(day, flow);
      if (change === 'entered') flow.entered += 1;
      else flow.left += 1;
    }
  }
}
