// Sums with noise made into sums that rows could have: what was added to hide single rows leaves counts below 0 and columns of a node with different
// totals, and no tree grows from these. Whole numbers and nothing else go in and come out, alike on all sides; and since no row is looked at, nothing
// that the noise promises is lost (post-processing).

import { cellLimit, type Total } from './tree.ts';

/** A bound for the sums of |gradient| and of hessians that no row has a part in: twice the rows, and room for noise. */
export function scaleSums(rows: number, headroom: number): { readonly gradient: number; readonly hessian: number } {
  const bound = 2 * rows + headroom;
  return { gradient: bound, hessian: bound / 2 };
}

/** How far one row moves a histogram of so many columns at most, squared, in steps: a gradient is at most 1, a hessian 1/4. */
export function histogramSensitivity2(columns: number, gradientScale: number, hessianScale: number): bigint {
  const [gradient, hessian] = [BigInt(Math.ceil(gradientScale) + 1), BigInt(Math.ceil(hessianScale / 4) + 1)];
  return BigInt(columns) * (gradient * gradient + hessian * hessian);
}

/** Rows, rows labelled 1, validation rows: of both labels there is one, of validation rows none. */
export function mendBase(sums: Int32Array): Int32Array {
  const rows = Math.max(2, sums[0]!);
  return Int32Array.of(rows, Math.min(Math.max(1, sums[1]!), rows - 1), 0);
}

/**
 * Counts of cells, column after column, each with that of missing behind it: what is below the cutoff is nothing, and what is missing makes every
 * column of the same rows.
 * @param lengths of the columns, that of missing included
 */
export function mendCounts(sums: Int32Array, lengths: readonly number[], cutoff: number): Int32Array {
  const mended = sums.map((count) => (count < cutoff ? 0 : count));
  const presents: number[] = [];
  let from = 0;
  for (const length of lengths) {
    const cells = mended.subarray(from, from + length - 1);
    presents.push(cells.reduce((sum, count) => sum + count, 0));
    from += length;
  }
  const rows = Math.max(...presents);
  from = 0;
  for (const [at, length] of lengths.entries()) {
    from += length;
    mended[from - 1] = rows - presents[at]!;
  }
  return mended;
}

export type Known = { readonly parent: Int32Array; readonly total: Total };

/**
 * A histogram that rows could have, near to this one: every column has the same total, no cell has less hessian than 0 or more than the parent's.
 * @param cells for each column, for each bin, gradient and hessian  @param known of a child; a root's total is the mean of its columns'
 */
export function mendCells(cells: Int32Array, bins: readonly number[], known?: Known): Int32Array {
  const total = known?.total ?? meanTotal(cells, bins);
  const mended = new Int32Array(cells.length);
  let from = 0;
  for (const count of bins) {
    const at = (bin: number) => from + 2 * bin;
    const each = Array.from({ length: count }, (_, bin) => bin);
    const hessians = fitted(
      each.map((bin) => cells[at(bin) + 1]!),
      each.map((bin) => (known ? known.parent[at(bin) + 1]! : cellLimit)),
      total.hessian,
    );
    const missing = total.gradient - each.reduce((sum, bin) => sum + cells[at(bin)]!, 0);
    const share = Math.floor(missing / count);
    const rest = missing - share * count;
    for (const bin of each) {
      const gradient = cells[at(bin)]! + share + (bin < rest ? 1 : 0);
      mended[at(bin)] = Math.min(Math.max(gradient, -cellLimit), cellLimit);
      mended[at(bin) + 1] = hessians[bin]!;
    }
    from += 2 * count;
  }
  return mended;
}

function meanTotal(cells: Int32Array, bins: readonly number[]): Total {
  let [gradient, hessian] = [0, 0];
  for (let at = 0; at < cells.length; at += 2) {
    gradient += cells[at]!;
    hessian += cells[at + 1]!;
  }
  return {
    gradient: Math.round(gradient / bins.length),
    hessian: Math.min(cellLimit, Math.max(1, Math.round(hessian / bins.length))),
  };
}

/**
 * Whole numbers from 0 to their limits with this total, nearest to the values (projection on a simplex): all are lowered by the same, and what is left
 * over goes to the first that one step less would raise.
 */
function fitted(values: readonly number[], limits: readonly number[], total: number): number[] {
  const at = (lower: number) => values.map((value, cell) => Math.min(Math.max(value - lower, 0), limits[cell]!));
  const sumOf = (some: readonly number[]) => some.reduce((sum, one) => sum + one, 0);
  let low = Math.min(...values.map((value, cell) => value - limits[cell]!));
  let high = Math.max(...values, low);
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (sumOf(at(middle)) <= total) high = middle;
    else low = middle + 1;
  }
  const found = at(high);
  const raised = at(high - 1);
  let rest = total - sumOf(found);
  return found.map((one, cell) => {
    if (rest <= 0 || raised[cell]! <= one) return one;
    rest -= 1;
    return one + 1;
  });
}
