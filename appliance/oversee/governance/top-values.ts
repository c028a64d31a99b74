// The commonest values of a field: Space-Saving (Metwally, Agrawal, El Abbadi, ICDT 2005) over hashes. A value's text is kept, in memory
// too, only from when many customers have shown it: what is in a catalogue, and what is on disk, is then no one customer's.

import type { Hash } from './hash.ts';

export const topLimits = {
  /** Candidates that are counted. */
  candidates: 32,
  /** Customers who must have shown a value before its text is kept. */
  customers: 20,
  /** Longer texts are nobody's category. */
  length: 64,
} as const;

/** `marks`: 64 marks of which each customer sets one (linear counting: Whang, Vander-Zanden, Taylor, TODS 1990). */
type Candidate = { count: number; error: number; marksHigh: number; marksLow: number; text?: string };
export type TopText = [hash: string, count: number, error: number, marksHigh: number, marksLow: number, text?: string][];
export type TopValue = { value: string; count: number };

export class TopValues {
  readonly #candidates = new Map<string, Candidate>();

  /** @param customer a hash of whose event it is */
  add(hash: Hash, value: string, customer: number): void {
    if (value.length > topLimits.length) return;
    const name = `${hash.high.toString(36)}.${hash.low.toString(36)}`;
    let mine = this.#candidates.get(name);
    if (!mine) {
      mine = { count: 0, error: 0, marksHigh: 0, marksLow: 0 };
      if (this.#candidates.size >= topLimits.candidates) {
        const [least, { count }] = this.#least();
        this.#candidates.delete(least);
        mine.count = count;
        mine.error = count;
      }
      this.#candidates.set(name, mine);
    }
    mine.count += 1;
    if (customer & 32) mine.marksHigh |= 1 << (customer & 31);
    else mine.marksLow |= 1 << (customer & 31);
    if (mine.text === undefined && customersOf(mine) >= topLimits.customers) mine.text = value;
  }

  /** Only values of many customers, the commonest first; a value's count is at most its error too high, which is taken off. */
  shown(): TopValue[] {
    return [...this.#candidates.values()]
      .filter((one) => one.text !== undefined && one.count - one.error >= topLimits.customers)
      .map(({ text, count, error }) => ({ value: text!, count: count - error }))
      .sort((a, b) => b.count - a.count || (a.value < b.value ? -1 : 1));
  }

  merge(other: TopValues): void {
    for (const [name, theirs] of other.#candidates) {
      const mine = this.#candidates.get(name);
      if (!mine) {
        this.#candidates.set(name, { ...theirs });
        continue;
      }
      mine.count += theirs.count;
      mine.error += theirs.error;
      mine.marksHigh |= theirs.marksHigh;
      mine.marksLow |= theirs.marksLow;
      const text = mine.text ?? theirs.text;
      if (text !== undefined) mine.text = text;
    }
    const ranked = [...this.#candidates].sort(([a, x], [b, y]) => y.count - x.count || (a < b ? -1 : 1));
    this.#candidates.clear();
    for (const [name, one] of ranked.slice(0, topLimits.candidates)) this.#candidates.set(name, one);
  }

  toJson(): TopText {
    return [...this.#candidates].map(([name, { count, error, marksHigh, marksLow, text }]) =>
      text === undefined ? [name, count, error, marksHigh, marksLow] : [name, count, error, marksHigh, marksLow, text],
    );
  }

  static fromJson(rows: TopText): TopValues {
    const top = new TopValues();
    for (const [name, count, error, marksHigh, marksLow, text] of rows)
      top.#candidates.set(name, { count, error, marksHigh, marksLow, ...(text !== undefined && { text }) });
    return top;
  }

  #least(): [string, Candidate] {
    let found: [string, Candidate] | undefined;
    for (const entry of this.#candidates) if (!found || entry[1].count < found[1].count) found = entry;
    return found!;
  }
}

function customersOf({ marksHigh, marksLow }: Candidate): number {
  const set = bits(marksHigh) + bits(marksLow);
  return set === 64 ? Number.POSITIVE_INFINITY : -64 * Math.log(1 - set / 64);
}

function bits(word: number): number {
  let count = 0;
  for (let left = word; left !== 0; left &= left - 1) count += 1;
  return count;
}
