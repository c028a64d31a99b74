// How much of a partner's columns its sums told: the owner knows every row's gradient, and so finds the rows of a sum over few of them. Counted on
// the partner's side, by the rows and bins that it answered about.

import type { BinnedTable } from '../settings.ts';

/** A sum over fewer rows is taken to name them: two sums of 31 bits leave hardly a doubt of four among ten thousand. */
export const fewRows = 5;

export class Exposure {
  readonly #table: BinnedTable;
  /** Rows of the table, by row of the training. */
  readonly #rows: Uint32Array;
  /** A bit for each row of the training and column. */
  readonly #told: Uint8Array;
  #count = 0;

  constructor(table: BinnedTable, rows: Uint32Array) {
    this.#table = table;
    this.#rows = rows;
    this.#told = new Uint8Array(Math.ceil((rows.length * table.edges.length) / 8));
  }

  /** Share of all rows and columns, 0 to 1, whose bin lay in a sum over fewer than `fewRows` rows. */
  get share(): number {
    return this.#count / (this.#rows.length * this.#table.edges.length);
  }

  /** The owner has sums over these rows of the training, by column and bin. */
  take(rows: Uint32Array): void {
    const { bins, stride, edges } = this.#table;
    const counts = new Uint32Array(256);
    for (let column = 0; column < edges.length; column += 1) {
      counts.fill(0);
      for (const row of rows) counts[bins[this.#rows[row]! * stride + column]!]! += 1;
      if (counts.every((count) => count === 0 || count >= fewRows)) continue;
      for (const row of rows) {
        if (counts[bins[this.#rows[row]! * stride + column]!]! < fewRows) this.#tell(row * edges.length + column);
      }
    }
  }

  #tell(cell: number): void {
    const bit = 1 << (cell & 7);
    const before = this.#told[cell >>> 3]!;
    if ((before & bit) !== 0) return;
    this.#told[cell >>> 3] = before | bit;
    this.#count += 1;
  }
}
