// Histograms of several organisations that have noise in them, made into some that rows could have, so that all that works on exact ones works on them.
// Written a second time in federation/protocol/trees/noisy.ts, for whoever checks a model without this code; a test holds both to each other.

import { mostSum } from './fixed-point.ts';

type Total = { readonly gradient: number; readonly hessian: number };

/**
 * Every column has the same total, and no cell has less hessian than 0 or more than the parent's.
 * @param cells for each column, for each bin, gradient and hessian  @param known of a child; a root's total is the mean of its columns'
 */
export function mendCells(
  cells: Int32Array,
  bins: readonly number[],
  known?: { readonly parent: Int32Array; readonly total: Total },
): Int32Array {
  const { gradient, hessian } = known?.total ?? meanOf(cells, bins.length);
  const mended = cells.slice();
  let from = 0;
  for (const count of bins) {
    const column = mended.subarray(from, from + 2 * count);
    project(column, known?.parent.subarray(from, from + 2 * count), hessian);
    balance(column, gradient);
    from += column.length;
  }
  return mended;
}

function meanOf(cells: Int32Array, columns: number): Total {
  let gradient = 0;
  let hessian = 0;
  for (let at = 0; at < cells.length; at += 2) {
    gradient += cells[at]!;
    hessian += cells[at + 1]!;
  }
  const mean = Math.round(hessian / columns);
  return { gradient: Math.round(gradient / columns), hessian: Math.min(mostSum, Math.max(1, mean)) };
}

/** What gradients lack of their total is spread evenly, the rest over the first cells. */
function balance(column: Int32Array, total: number): void {
  let lacking = total;
  for (let at = 0; at < column.length; at += 2) lacking -= column[at]!;
  const count = column.length / 2;
  const each = Math.floor(lacking / count);
  const rest = lacking - each * count;
  for (let bin = 0; bin < count; bin += 1) {
    const gradient = column[2 * bin]! + each + (bin < rest ? 1 : 0);
    column[2 * bin] = Math.max(-mostSum, Math.min(mostSum, gradient));
  }
}

/** Hessians nearest to these (least squares) between 0 and the parent's that have this total: all are lowered by one number, found by halving. */
function project(column: Int32Array, parent: Int32Array | undefined, total: number): void {
  const most = (at: number) => parent?.[at] ?? mostSum;
  const lowered = (at: number, by: number) => Math.max(0, Math.min(most(at), column[at]! - by));
  const sum = (by: number) => {
    let all = 0;
    for (let at = 1; at < column.length; at += 2) all += lowered(at, by);
    return all;
  };
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let at = 1; at < column.length; at += 2) {
    low = Math.min(low, column[at]! - most(at));
    high = Math.max(high, column[at]!);
  }
  high = Math.max(low, high);
  while (low < high) {
    const by = Math.floor((low + high) / 2);
    if (sum(by) > total) low = by + 1;
    else high = by;
  }
  let over = total - sum(high);
  for (let at = 1; at < column.length; at += 2) {
    const value = lowered(at, high);
    const more = over > 0 && lowered(at, high - 1) > value;
    column[at] = more ? value + 1 : value;
    if (more) over -= 1;
  }
}
