// Edges of bins for several organisations, from counts alone: how many numbers lie in each cell of a public grid. Exact quantiles lie between two
// numbers that occur, and would show single ones; an edge of these lies where cells meet, or halfway across cells that are empty everywhere.
//
// The grid is that of the bits of single-precision numbers, put in the order of the numbers. The first cells are sign and exponent. A cell that
// holds much more than a bin should is cut into equal parts, as many as would be enough if it were filled evenly, up to three times. What holds fewer
// than a least count is never cut. Cells that are empty side by side become one, so that there are never more than some thousands.

import { Fault } from '../../../core/errors.ts';

/** Adjoining stretches of keys; `tops` are the last keys of each, rising. `pass`: how often some were cut. */
export type Cells = { readonly tops: Uint32Array; readonly pass: number };

export type EdgeSettings = {
  /** At most, that of missing included, 3 to 256. */
  readonly bins: number;
  /** Cells of fewer numbers are never cut. */
  readonly leastCount: number;
};

export const edgeDefaults: EdgeSettings = { bins: 256, leastCount: 20 };

const mostPasses = 3;
/** A cell is cut where it holds more than this share of a bin, into parts of half of that. */
const cutAbove = 0.5;
const mostCutBits = 8;

const mantissaBits = 23;
/** Keys of the least and the largest finite number. */
const firstKey = 0x00800000;
const lastKey = 0xff7fffff;
const zeroKey = 0x80000000;

/** The bits of a number as an unsigned integer of the same order, as kernel/binning.ts has it; -0 counts as 0. */
export function keyOf(bits: number): number {
  if (bits >>> 31 === 0) return (bits | 0x80000000) >>> 0;
  return bits >>> 0 === 0x80000000 ? zeroKey : ~bits >>> 0;
}

const word = new Uint32Array(1);
const float = new Float32Array(word.buffer);

/** The number of a key; of the key that -0 would have, the number below. */
function numberOf(key: number): number {
  const real = key === zeroKey - 1 ? key - 1 : key;
  word[0] = real >= zeroKey ? real & 0x7fffffff : ~real;
  return float[0]!;
}

/** One cell for each sign and exponent. */
export function firstCells(): Cells {
  const first = firstKey >>> mantissaBits;
  const count = (lastKey >>> mantissaBits) - first + 1;
  return { tops: Uint32Array.from({ length: count }, (_, at) => (first + at + 1) * 2 ** mantissaBits - 1), pass: 0 };
}

const prefixBits = 16;

/**
 * How many numbers of a column lie in each cell, and after those how many are missing.
 * @throws {Fault} `bad_request` when one is infinite
 */
export function countCells(values: Float32Array, { tops }: Cells, name = 'column'): Int32Array {
  const counts = new Int32Array(tops.length + 1);
  const starts = startsOf(tops);
  const all = new Uint32Array(values.buffer, values.byteOffset, values.length);
  for (let at = 0; at < all.length; at += 1) {
    const bits = all[at]!;
    const magnitude = bits & 0x7fffffff;
    if (magnitude >= 0x7f800000) {
      if (magnitude === 0x7f800000) throw new Fault('bad_request', `${name}: an infinite number`);
      counts[tops.length]! += 1;
      continue;
    }
    const key = keyOf(bits);
    const prefix = key >>> (32 - prefixBits);
    let low = starts[prefix]!;
    let high = starts[prefix + 1]!;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (tops[middle]! < key) low = middle + 1;
      else high = middle;
    }
    counts[low]! += 1;
  }
  return counts;
}

export type CountOrder = {
  readonly columns: readonly Float32Array<SharedArrayBuffer>[];
  /** By column; counts lie in this order, those of missing after those of each column's cells. */
  readonly cells: ReadonlyMap<number, Cells>;
  readonly counts: Int32Array<SharedArrayBuffer>;
  /** [next of the columns of `cells`] */
  readonly next: Int32Array<SharedArrayBuffer>;
};

/** What a worker thread does: takes columns until none is left. @throws {Fault} `bad_request` names a column that holds an infinite number */
export function countColumns({ columns, cells, counts, next }: CountOrder, stopped: () => boolean): void {
  let at = 0;
  let from = 0;
  let mine = Atomics.add(next, 0, 1);
  for (const [column, of] of cells) {
    if (stopped()) return;
    if (at === mine) {
      counts.set(countCells(columns[column]!, of, `features[${column}]`), from);
      mine = Atomics.add(next, 0, 1);
    }
    at += 1;
    from += of.tops.length + 1;
  }
}

/** For the first bits of a key the first cell that can hold it; the cell of a key is at most the one that the next bits begin with. */
function startsOf(tops: Uint32Array): Uint32Array {
  const starts = new Uint32Array(2 ** prefixBits + 1);
  let cell = 0;
  for (let prefix = 0; prefix < starts.length; prefix += 1) {
    while (cell < tops.length - 1 && tops[cell]! < prefix * 2 ** (32 - prefixBits)) cell += 1;
    starts[prefix] = cell;
  }
  return starts;
}

/** Cells with the counts of all organisations cut finer where that is worth it; undefined: they are fine enough. */
export function refine({ tops, pass }: Cells, counts: Int32Array, { bins, leastCount }: EdgeSettings): Cells | undefined {
  if (pass >= mostPasses) return undefined;
  const share = presentOf(counts) / (bins - 1);
  const least = Math.max(leastCount, share * cutAbove);
  const finer: number[] = [];
  let cut = false;
  let before = firstKey - 1;
  let emptyBefore = false;
  for (const [cell, top] of tops.entries()) {
    const count = counts[cell]!;
    if (count === 0 && emptyBefore) finer.pop();
    emptyBefore = count === 0;
    const width = top - before;
    if (count >= least && width > 1) {
      cut = true;
      const wanted = Math.ceil(Math.log2((2 * count) / (share * cutAbove)));
      const step = Math.max(1, width / 2 ** Math.min(mostCutBits, Math.max(1, wanted)));
      for (let to = before + step; to < top; to += step) finer.push(to);
    }
    finer.push(top);
    before = top;
  }
  return cut ? { tops: Uint32Array.from(finer), pass: pass + 1 } : undefined;
}

/** Numbers that are not missing. */
function presentOf(counts: Int32Array): number {
  let present = 0;
  for (let cell = 0; cell < counts.length - 1; cell += 1) present += counts[cell]!;
  return present;
}

/**
 * Edges between about equal shares, at most `bins` - 2, rising strictly. A cell that fills more than its share gets bins of its own; where no more
 * cells hold anything than there are bins, each has one.
 */
export function edgesFrom({ tops }: Cells, counts: Int32Array, { bins }: Pick<EdgeSettings, 'bins'>): Float32Array {
  const full: number[] = [];
  for (let cell = 0; cell < tops.length; cell += 1) if (counts[cell]! > 0) full.push(cell);
  const edges: number[] = [];
  const cut = (at: number) => {
    const below = numberOf(tops[full[at - 1]!]!);
    const gap = full[at]! - full[at - 1]! > 1;
    edges.push(gap ? halfway(below, numberOf(tops[full[at]! - 1]! + 1)) : below);
  };
  if (full.length < bins) {
    for (let at = 1; at < full.length; at += 1) cut(at);
    return Float32Array.from(edges);
  }
  let rest = presentOf(counts);
  let from = 0;
  for (let left = bins - 1; left > 1; left -= 1) {
    const aim = Math.ceil(rest / left);
    let to = from;
    let taken = 0;
    while (taken + counts[full[to]!]! < aim) taken += counts[full[to++]!]!;
    // The cell that reaches the aim: with those before it, or after the cut when that is nearer or it is more than a bin by itself.
    const count = counts[full[to]!]!;
    if (to === from || (count <= aim && aim - taken >= taken + count - aim)) {
      taken += count;
      to += 1;
    }
    if (to >= full.length) break;
    cut(to);
    rest -= taken;
    from = to;
  }
  return Float32Array.from(edges);
}

/** In single precision, not below `a` and below `b`; never -0. */
function halfway(a: number, b: number): number {
  const middle = Math.fround(a / 2 + b / 2) + 0;
  return middle >= a && middle < b ? middle : a;
}

/** All columns of a table from first cells to edges. Every organisation holds one and feeds it the same sums; so does whoever looks at them later. */
export class EdgeFinder {
  readonly #settings: EdgeSettings;
  readonly #edges: (Float32Array | undefined)[];
  #cells: Map<number, Cells>;

  /** @throws {Fault} `bad_request` names the setting that is out of bounds */
  constructor(columns: number, settings: Partial<EdgeSettings> = {}) {
    const { bins, leastCount } = { ...edgeDefaults, ...settings };
    if (!Number.isInteger(bins) || bins < 3 || bins > edgeDefaults.bins)
      throw new Fault('bad_request', `bins: expected 3 to ${edgeDefaults.bins}, got ${bins}`);
    if (!Number.isInteger(leastCount) || leastCount < 1)
      throw new Fault('bad_request', `leastCount: expected 1 or more, got ${leastCount}`);
    this.#settings = { bins, leastCount };
    this.#edges = new Array(columns);
    this.#cells = new Map(Array.from({ length: columns }, (_, column) => [column, firstCells()]));
  }

  /** Cells to count numbers in next, by column; none when every column has its edges. */
  get cells(): ReadonlyMap<number, Cells> {
    return this.#cells;
  }

  /**
   * Takes counts of all organisations: of each column of `cells`, in their order, of each cell and of missing.
   * @throws {Fault} `bad_request` for counts that cannot be
   */
  take(sums: Int32Array): void {
    let from = 0;
    let rows: number | undefined;
    const next = new Map<number, Cells>();
    for (const [column, cells] of this.#cells) {
      const counts = sums.subarray(from, from + cells.tops.length + 1);
      from += cells.tops.length + 1;
      const all = presentOf(counts) + (counts.at(-1) ?? 0);
      rows ??= all;
      if (counts.some((count) => count < 0) || all !== rows) throw new Fault('bad_request', 'sums: not counts of the same rows');
      const finer = refine(cells, counts, this.#settings);
      if (finer) next.set(column, finer);
      else this.#edges[column] = edgesFrom(cells, counts, this.#settings);
    }
    if (from !== sums.length) throw new Fault('bad_request', `sums: expected ${from} counts, got ${sums.length}`);
    this.#cells = next;
  }

  /** By column, once no cells are left. */
  get edges(): readonly Float32Array[] {
    if (this.#cells.size > 0) throw new Error('edges: counts are wanting');
    return this.#edges as Float32Array[];
  }
}
