// Bins: exact quantiles of each column as edges, and every number in its bin. What a worker thread does; any thread may take any column and
// any block of rows, because neither changes another's.

import { ownKernel } from './kernel.ts';

/** Beyond so many rows edges come from a sample of so many, one of each equal stretch: rank errors stay around a thousandth of a bin's rows. */
export const exactRows = 2 ** 21;
const mostEdges = 255;

/** Edges of a column lie at `edges[column * 255]`, as many as `counts[column]` says; -1: the column holds an infinite number. */
export type EdgesOrder = {
  readonly columns: readonly Float32Array<SharedArrayBuffer>[];
  readonly rows: number;
  /** Bins of values, one fewer than with the bin of missing. */
  readonly valueBins: number;
  readonly edges: Float32Array<SharedArrayBuffer>;
  readonly counts: Int32Array<SharedArrayBuffer>;
  /** [next column] */
  readonly next: Int32Array<SharedArrayBuffer>;
};

/** Takes columns until none is left. */
export function findEdges(order: EdgesOrder, stopped: () => boolean): void {
  const count = Math.min(order.rows, exactRows);
  const counters = 1024;
  const values = counters + 3 * 2048 * 4;
  const spare = values + count * 4;
  const { memory, kernel } = ownKernel(spare + count * 4);
  const numbers = new Float32Array(memory.buffer, values, count);
  for (;;) {
    const column = Atomics.add(order.next, 0, 1);
    if (column >= order.columns.length || stopped()) return;
    sample(order.columns[column]!, order.rows, numbers);
    const kept = kernel.sortNumbers(values, count, spare, counters);
    const found = kept < 0 ? [] : edgesOf(numbers.subarray(0, kept), order.valueBins);
    order.edges.set(found, column * mostEdges);
    order.counts[column] = kept < 0 ? -1 : found.length;
  }
}

/** All rows, or one of each equal stretch, where in it by a hash of its number. */
function sample(column: Float32Array, rows: number, out: Float32Array): void {
  if (out.length === rows) {
    out.set(column);
    return;
  }
  const stretch = rows / out.length;
  for (let at = 0; at < out.length; at += 1) {
    const hash = Math.imul(at ^ (at >>> 15), 0x9e3779b1) >>> 0;
    out[at] = column[Math.min(rows - 1, Math.floor((at + hash / 2 ** 32) * stretch))]!;
  }
}

/**
 * Edges between equal shares of sorted numbers. A number that fills more than its share gets bins of its own; where there are no more
 * different numbers than bins, each has one. An edge lies halfway, so that numbers never seen fall to the nearer side.
 */
export function edgesOf(sorted: Float32Array, valueBins: number): number[] {
  const edges: number[] = [];
  const cut = (at: number) => edges.push(halfway(sorted[at - 1]!, sorted[at]!));
  const distinct = distinctStarts(sorted, valueBins);
  if (distinct) {
    for (const at of distinct.slice(1)) cut(at);
    return edges;
  }
  const count = sorted.length;
  let from = 0;
  for (let left = valueBins; left > 1 && from < count; left -= 1) {
    const aim = from + Math.ceil((count - from) / left);
    if (aim >= count) break;
    const value = sorted[aim - 1]!;
    const runFrom = firstNotBelow(sorted, value, from);
    const runTo = firstAbove(sorted, value, aim);
    const heavy = runFrom > from && runTo - runFrom > aim - from;
    const to = heavy ? runFrom : runTo;
    if (to >= count) break;
    cut(to);
    from = to;
  }
  return edges;
}

/** Where each different number begins; undefined when there are more than `most`. */
function distinctStarts(sorted: Float32Array, most: number): number[] | undefined {
  const starts: number[] = [];
  for (let at = 0; at < sorted.length; at = firstAbove(sorted, sorted[at]!, at + 1)) {
    if (starts.length === most) return undefined;
    starts.push(at);
  }
  return starts;
}

function firstAbove(sorted: Float32Array, value: number, from: number): number {
  let low = from;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (sorted[middle]! > value) high = middle;
    else low = middle + 1;
  }
  return low;
}

function firstNotBelow(sorted: Float32Array, value: number, from: number): number {
  let low = from;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (sorted[middle]! >= value) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** In single precision, not below `a` and below `b`. */
function halfway(a: number, b: number): number {
  const middle = Math.fround(a / 2 + b / 2);
  return middle >= a && middle < b ? middle : a;
}

export type AssignOrder = {
  readonly columns: readonly Float32Array<SharedArrayBuffer>[];
  readonly rows: number;
  readonly edges: readonly Float32Array[];
  readonly stride: number;
  readonly bins: Uint8Array<SharedArrayBuffer>;
  /** [next block, 1 + a column that holds an infinite number] */
  readonly next: Int32Array<SharedArrayBuffer>;
};

const blockBytes = 2 ** 17;

/** Takes blocks of rows until none is left. */
export function assignBins(order: AssignOrder, stopped: () => boolean): void {
  const { columns, rows, edges, stride, bins, next } = order;
  const blockRows = Math.min(4096, Math.max(64, Math.floor(blockBytes / stride / 4) * 4));
  const edgesAt = 1024;
  const values = edgesAt + columns.length * 256 * 4;
  const out = values + blockRows * 4;
  const { memory, kernel } = ownKernel(out + blockRows * stride);
  const wide = edges.map((of) => 2 ** Math.max(0, Math.ceil(Math.log2(of.length + 1)) - 1));
  const table = new Float32Array(memory.buffer, edgesAt, columns.length * 256).fill(Number.POSITIVE_INFINITY);
  for (const [column, of] of edges.entries()) table.set(of, column * 256);
  const numbers = new Float32Array(memory.buffer, values, blockRows);
  const made = new Uint8Array(memory.buffer, out, blockRows * stride).fill(0);
  for (;;) {
    const from = Atomics.add(next, 0, 1) * blockRows;
    if (from >= rows || stopped()) return;
    const count = Math.min(blockRows, rows - from);
    for (let column = 0; column < columns.length; column += 1) {
      numbers.set(columns[column]!.subarray(from, from + count));
      const place = edgesAt + column * 1024;
      if (kernel.assign(values, count, place, wide[column]!, edges[column]!.length + 1, out + column, stride) !== 0)
        Atomics.store(next, 1, column + 1);
    }
    bins.set(made.subarray(0, count * stride), from * stride);
  }
}
