// Edges of bins as they follow from the counts that all organisations added up: what each of them found together with the others, found again by
// whoever has the sums alone. Written apart from the trainer, which a test holds it to.
//
// A cell is a stretch of single-precision numbers by their bits, put in the order of the numbers. At first there is one for each sign and exponent;
// one that holds more than half of a bin is cut into equal parts, three times at most, one that holds fewer than a least count never.

import { ProtocolFault } from '../words.ts';

export type EdgeTerms = {
  /** At most, that of missing included, 3 to 256. */
  readonly bins: number;
  /** Cells of fewer numbers are never cut. */
  readonly leastCount: number;
};

const mostPasses = 3;
const halfOfBin = 0.5;
const mostCutBits = 8;
const mantissa = 2 ** 23;
/** The keys below the least and of the largest finite number, and of 0. */
const [beforeFirst, last, zero] = [0x00800000 - 1, 0xff7fffff, 0x80000000];

const bits = new DataView(new ArrayBuffer(4));

/** The number of a key; of the key that -0 would have, the number below. */
function numberOf(key: number): number {
  const real = key === zero - 1 ? key - 1 : key;
  bits.setUint32(0, real >= zero ? real - zero : ~real >>> 0);
  return bits.getFloat32(0);
}

/** The last key of each cell. */
type Tops = readonly number[];

function firstTops(): Tops {
  const tops: number[] = [];
  for (let top = beforeFirst + mantissa; top <= last; top += mantissa) tops.push(top);
  return tops;
}

const sumOf = (counts: readonly number[]) => counts.reduce((sum, count) => sum + count, 0);

/** Finer cells, those side by side that are empty made one; undefined when none is worth cutting. */
function finer(tops: Tops, counts: readonly number[], { bins, leastCount }: EdgeTerms): Tops | undefined {
  const half = (sumOf(counts) / (bins - 1)) * halfOfBin;
  const next: number[] = [];
  let cuts = 0;
  for (const [cell, top] of tops.entries()) {
    const count = counts[cell]!;
    const before = cell === 0 ? beforeFirst : tops[cell - 1]!;
    if (cell > 0 && count === 0 && counts[cell - 1] === 0) next.pop();
    if (count >= Math.max(leastCount, half) && top - before > 1) {
      cuts += 1;
      const power = Math.min(mostCutBits, Math.max(1, Math.ceil(Math.log2((2 * count) / half))));
      const step = Math.max(1, (top - before) / 2 ** power);
      for (let to = before + step; to < top; to += step) next.push(Math.trunc(to));
    }
    next.push(top);
  }
  return cuts > 0 ? next : undefined;
}

/** In single precision, not below `a` and below `b`; never -0. */
function halfway(a: number, b: number): number {
  const middle = Math.fround(a / 2 + b / 2) + 0;
  return middle >= a && middle < b ? middle : a;
}

/** Edges between about equal shares of the numbers, at most `bins` - 2. */
function edgesOf(tops: Tops, counts: readonly number[], bins: number): Float32Array {
  const full = tops.flatMap((_, cell) => (counts[cell]! > 0 ? [cell] : []));
  const edgeBefore = (at: number) => {
    const below = numberOf(tops[full[at - 1]!]!);
    return full[at]! - full[at - 1]! > 1 ? halfway(below, numberOf(tops[full[at]! - 1]! + 1)) : below;
  };
  if (full.length < bins) return Float32Array.from(full.slice(1), (_, at) => edgeBefore(at + 1));
  const edges: number[] = [];
  let rest = sumOf(counts);
  let from = 0;
  for (let left = bins - 1; left > 1; left -= 1) {
    const aim = Math.ceil(rest / left);
    let [to, taken] = [from, 0];
    while (taken + counts[full[to]!]! < aim) {
      taken += counts[full[to]!]!;
      to += 1;
    }
    const count = counts[full[to]!]!;
    if (to === from || (count <= aim && aim - taken >= taken + count - aim)) {
      taken += count;
      to += 1;
    }
    if (to >= full.length) break;
    edges.push(edgeBefore(to));
    rest -= taken;
    from = to;
  }
  return Float32Array.from(edges);
}

/**
 * @param columns of the table
 * @param next the next counts over all organisations: of each column that has no edges yet, in their order, of each of its cells and of missing;
 *   it is told how many these are for each column
 * @returns edges by column, rising strictly
 * @throws {ProtocolFault} `malformed` for counts that cannot be, and what `next` throws when there are none
 */
export function sharedEdges(columns: number, terms: EdgeTerms, next: (lengths: readonly number[]) => Int32Array): Float32Array[] {
  const edges = new Map<number, Float32Array>();
  let open = new Map<number, Tops>(Array.from({ length: columns }, (_, column) => [column, firstTops()]));
  for (let pass = 0; open.size > 0; pass += 1) {
    const lengths = [...open.values()].map((tops) => tops.length + 1);
    const sums = next(lengths);
    const length = sumOf(lengths);
    if (sums.length !== length) throw new ProtocolFault('malformed', `expected ${length} counts, got ${sums.length}`);
    if (sums.some((count) => count < 0)) throw new ProtocolFault('malformed', 'a count below 0');
    const cut = new Map<number, Tops>();
    let from = 0;
    let rows: number | undefined;
    for (const [column, tops] of open) {
      const counts = [...sums.subarray(from, from + tops.length)];
      const all = sumOf(counts) + sums[from + tops.length]!;
      from += tops.length + 1;
      rows ??= all;
      if (all !== rows) throw new ProtocolFault('malformed', 'columns of different rows');
      const cells = pass < mostPasses ? finer(tops, counts, terms) : undefined;
      if (cells) cut.set(column, cells);
      else edges.set(column, edgesOf(tops, counts, terms.bins));
    }
    open = cut;
  }
  return Array.from({ length: columns }, (_, column) => edges.get(column)!);
}
