// Histograms over all organisations: takes this one's cells out of the training's memory, has them summed, looks whether the sums can be, and puts
// them back, so that everything after works on the whole as if its rows were here.

import type { Crew } from './crew.ts';
import type { Exchange } from './exchange.ts';
import { mostSum } from './fixed-point.ts';
import { columnHistogramBytes } from './kernel/layout.ts';
import type { Plan } from './memory.ts';
import { mendCells } from './mend.ts';

/** In steps of the fixed point. */
export type Total = { readonly gradient: number; readonly hessian: number };

/** A node: its cells and those of its parent by their place in bytes, and what every column must sum to. A root has no parent, and no known total. */
export type Part = { readonly cells: number; readonly parentCells?: number; readonly total?: Total };

type Column = { readonly place: number; readonly bins: number };

export class SharedHistograms {
  readonly #crew: Crew;
  readonly #plan: Plan;
  readonly #edges: readonly Float32Array[];
  readonly #exchange: Exchange;

  constructor(crew: Crew, plan: Plan, edges: readonly Float32Array[], exchange: Exchange) {
    this.#crew = crew;
    this.#plan = plan;
    this.#edges = edges;
    this.#exchange = exchange;
  }

  /**
   * Sums nodes over all organisations.
   * @param local works out this one's cells; left out where the sums are known from before
   * @returns the total of the first node
   * @throws {Fault} `cancelled`; `bad_request` for sums that contradict each other
   */
  sum(parts: readonly Part[], local: () => void): Total {
    const columns = this.#columns();
    const each = 2 * columns.reduce((sum, { bins }) => sum + bins, 0);
    const sums = this.#exchange.sum('histogram', each * parts.length, (values) => {
      local();
      this.#take(parts, columns, values);
    });
    const totals = parts.map((part, at) => {
      const given = sums.subarray(at * each, (at + 1) * each);
      return this.#put(this.#exchange.noisy ? this.#mended(given, part, columns) : given, part, columns);
    });
    return totals[0]!;
  }

  /** Columns that this tree may use: where their cells begin in a histogram, in bytes, and how many there are. */
  #columns(): Column[] {
    const mask = new Uint8Array(this.#crew.u32.buffer, this.#plan.mask, this.#plan.columns);
    return this.#edges.flatMap((edges, column) =>
      mask[column] === 0 ? [] : { place: column * columnHistogramBytes, bins: edges.length + 2 },
    );
  }

  #take(parts: readonly Part[], columns: readonly Column[], values: Int32Array): void {
    const { i32 } = this.#crew;
    let next = 0;
    for (const { cells } of parts) {
      for (const { place, bins } of columns) {
        const first = (cells + place) / 4;
        for (let word = first; word < first + 2 * bins; word += 2) {
          values[next] = i32[word + 1]!;
          values[next + 1] = i32[word]!;
          next += 2;
        }
      }
    }
  }

  #mended(sums: Int32Array, { parentCells, total }: Part, columns: readonly Column[]): Int32Array {
    const bins = columns.map((column) => column.bins);
    if (parentCells === undefined || !total) return mendCells(sums, bins);
    const parent = new Int32Array(sums.length);
    this.#take([{ cells: parentCells }], columns, parent);
    return mendCells(sums, bins, { parent, total });
  }

  #put(sums: Int32Array, { cells, parentCells, total }: Part, columns: readonly Column[]): Total {
    const refuse = (why: string) => this.#exchange.refuse(why);
    let wanted = total;
    let from = 0;
    for (const { place, bins } of columns) {
      const above = parentCells === undefined ? undefined : (parentCells + place) / 4;
      const found = putColumn(this.#crew.i32, sums.subarray(from, from + 2 * bins), (cells + place) / 4, above, refuse);
      wanted ??= found;
      if (found.gradient !== wanted.gradient || found.hessian !== wanted.hessian)
        refuse('columns of a node have different totals');
      from += 2 * bins;
    }
    return wanted!;
  }
}

/**
 * Puts one column's sums into its cells, and looks at them and at what they leave of the parent for the sibling: no hessian below 0, and sizes of
 * all cells together within the fixed point. Honest sums are, by the triangle inequality, and then nothing that a scan adds up can overflow.
 * @param into, above words of the column's cells and of the parent's
 */
export function putColumn(
  i32: Int32Array,
  sums: Int32Array,
  into: number,
  above: number | undefined,
  refuse: (why: string) => never,
): Total {
  let [gradient, hessian, size, siblingSize] = [0, 0, 0, 0];
  for (let at = 0; at < sums.length; at += 2) {
    const cellGradient = sums[at]!;
    const cellHessian = sums[at + 1]!;
    if (cellHessian < 0) refuse('a sum of hessians below 0');
    if (above !== undefined) {
      if (cellHessian > i32[above + at]!) refuse('more hessian than the parent has');
      siblingSize += Math.abs(i32[above + at + 1]! - cellGradient);
    }
    i32[into + at] = cellHessian;
    i32[into + at + 1] = cellGradient;
    gradient += cellGradient;
    hessian += cellHessian;
    size += Math.abs(cellGradient);
  }
  if (Math.max(hessian, size, siblingSize) > mostSum) refuse('larger than the fixed point has');
  return { gradient, hessian };
}
