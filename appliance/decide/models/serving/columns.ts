// The scores of one version by row of the customers' matrix: a number and when it was made, NaN where there is none.

export class ScoreColumn {
  #scores = new Float64Array(0);
  #atMs = new Float64Array(0);
  /** Rows whose score changed since a run over everybody began: that run's answers for them are old. */
  #touched: Set<number> | undefined;

  at(row: number): { value: number; atMs: number } | undefined {
    const value = this.#scores[row];
    return value === undefined || Number.isNaN(value) ? undefined : { value, atMs: this.#atMs[row]! };
  }

  /** @param value NaN: none @returns whether it is another than before */
  set(row: number, value: number, atMs: number): boolean {
    this.#touched?.add(row);
    return this.#put(row, value, atMs);
  }

  /** A run over everybody begins; only the latest counts. @returns what takes its answer for a row, and says whether it is another than before */
  begin(): (row: number, value: number, atMs: number) => boolean {
    const touched = new Set<number>();
    this.#touched = touched;
    return (row, value, atMs) => this.#touched === touched && !touched.has(row) && this.#put(row, value, atMs);
  }

  /** Up to before the last row that was ever scored. */
  get values(): Float64Array {
    return this.#scores;
  }

  #put(row: number, value: number, atMs: number): boolean {
    if (row >= this.#scores.length) {
      if (Number.isNaN(value)) return false;
      this.#grow(row + 1);
    }
    const before = this.#scores[row]!;
    this.#scores[row] = value;
    this.#atMs[row] = atMs;
    return !Object.is(before, value);
  }

  #grow(rows: number): void {
    const size = Math.max(1024, Math.ceil(rows * 1.5));
    const [scores, atMs] = [new Float64Array(size).fill(Number.NaN), new Float64Array(size)];
    scores.set(this.#scores);
    atMs.set(this.#atMs);
    [this.#scores, this.#atMs] = [scores, atMs];
  }
}

/** Rows of the highest values, the highest first; of equals the lower row. @param wanted leaves others out */
export function highest(values: ArrayLike<number>, count: number, wanted: (row: number) => boolean): number[] {
  const best: number[] = [];
  const isBefore = (a: number, b: number) => values[a]! > values[b]! || (values[a] === values[b] && a < b);
  for (let row = 0; row < values.length; row += 1) {
    if (Number.isNaN(values[row]!)) continue;
    if (best.length === count && !isBefore(row, best.at(-1)!)) continue;
    if (!wanted(row)) continue;
    let at = best.length;
    while (at > 0 && isBefore(row, best[at - 1]!)) at -= 1;
    best.splice(at, 0, row);
    if (best.length > count) best.pop();
  }
  return best;
}
