// Columns made comparable for k-means: skewed ones by their logarithm, then less the mean, over the standard deviation, and put on a grid.
// Sums of numbers on a grid are exact in double precision, so that clusters depend neither on the order of rows nor on who adds first.

import { type Column, missingOf, rowsPerChunk } from '../../../core/matrix/matrix.ts';

/** Cells are multiples of this, some millionths of a standard deviation, ... */
const gridStep = 2 ** -18;
/** ... at most this many standard deviations from the mean (single precision holds them), ... */
const farthest = 512;
/** ... and at most this many rows: 2^9 * 2^18 * 2^24 is within the 2^53 that doubles count exactly. */
export const rowLimit = 2 ** 24;

const dayMs = 86_400_000;
/** From this skewness on a column without negative values is taken by its logarithm: an exponential distribution has 2. */
const skewed = 2;

export type Skew = 'auto' | 'log' | 'none';

/** How a column became a feature: (ln(1 + v) or v, less `mean`) over `deviation`. Times count in days since 1970. */
export type Feature = {
  readonly name: string;
  readonly transform: 'log' | 'none';
  readonly mean: number;
  readonly deviation: number;
  /** Cells that are missing or not finite. */
  readonly missing: number;
};

/**
 * The numbers of a stretch of rows as features take them; NaN where they are missing or not finite.
 * @param kept which row of the column each row is, or undefined for all in their order
 */
export function valuesOf(column: Column, kept: Int32Array | undefined, from: number, to: number): Float64Array {
  const { chunks, storage } = column;
  const values = new Float64Array(to - from);
  const missing = missingOf[storage];
  const unit = column.kind === 'time' ? dayMs : 1;
  for (let at = from; at < to; ) {
    // One chunk at a time where rows are in their order: looking it up for each cell costs more than the cell.
    const row = kept ? kept[at]! : at;
    const cells = chunks[Math.floor(row / rowsPerChunk)]!;
    const offset = row % rowsPerChunk;
    const length = kept ? 1 : Math.min(to - at, rowsPerChunk - offset);
    for (let step = 0; step < length; step += 1) {
      const cell = cells[offset + step]!;
      values[at - from + step] = cell === missing || !Number.isFinite(cell) ? Number.NaN : cell / unit;
    }
    at += length;
  }
  return values;
}

/**
 * @param rows which rows count, or how many from the first
 * @returns the feature; undefined where the column has fewer than two values
 */
export function describeColumn(column: Column, rows: Int32Array | number, skew: Skew): Feature | undefined {
  const values = typeof rows === 'number' ? valuesOf(column, undefined, 0, rows) : valuesOf(column, rows, 0, rows.length);
  const plain = momentsOf(values);
  if (plain.count === 0 || plain.least === plain.most) return undefined;
  const log = plain.least >= 0 && (skew === 'log' || (skew === 'auto' && plain.skewness > skewed));
  const { mean, deviation } = log ? momentsOf(values.map(Math.log1p)) : plain;
  if (!(deviation > 0)) return undefined;
  return { name: column.name, transform: log ? 'log' : 'none', mean, deviation, missing: values.length - plain.count };
}

function momentsOf(values: Float64Array) {
  let [count, least, most] = [0, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  const first = new ExactSum();
  for (let row = 0; row < values.length; row += 1) {
    const value = values[row]!;
    if (Number.isNaN(value)) continue;
    count += 1;
    if (value < least) least = value;
    if (value > most) most = value;
    first.add(value);
  }
  const mean = rounded(first.value / count);
  const second = new ExactSum();
  let third = 0;
  for (let row = 0; row < values.length; row += 1) {
    const away = values[row]! - mean;
    if (Number.isNaN(away)) continue;
    second.add(away * away);
    third += away * away * away;
  }
  const deviation = rounded(Math.sqrt(second.value / count));
  return { count, least, most, mean, deviation, skewness: rounded(third / count / deviation ** 3) };
}

/** Twelve digits: what the order of a compensated sum may change lies beyond them. */
const rounded = (value: number): number => Number(value.toPrecision(12));

/** Neumaier's compensated sum. */
class ExactSum {
  #sum = 0;
  #lost = 0;

  add(value: number): void {
    const next = this.#sum + value;
    this.#lost += Math.abs(this.#sum) >= Math.abs(value) ? this.#sum - next + value : value - next + this.#sum;
    this.#sum = next;
  }

  get value(): number {
    return this.#sum + this.#lost;
  }
}

/**
 * Writes a stretch of rows, features side by side. What is missing stands at the mean: 0.
 * @param cells rows x features, by rows
 * @param kept which row of the columns each row of the cells is, or undefined for all in their order
 */
export function fillCells(
  columns: readonly Column[],
  features: readonly Feature[],
  kept: Int32Array | undefined,
  cells: Float32Array,
  from: number,
  to: number,
): void {
  const width = features.length;
  for (let c = 0; c < width; c += 1) {
    const { transform, mean, deviation } = features[c]!;
    const log = transform === 'log';
    const values = valuesOf(columns[c]!, kept, from, to);
    for (let row = from, at = from * width + c; row < to; row += 1, at += width) {
      const value = values[row - from]!;
      const away = ((log ? Math.log1p(value) : value) - mean) / deviation;
      const near = Math.max(-farthest, Math.min(farthest, away));
      // Adding 0 turns the negative zero, which would hash as another number, into the positive one.
      cells[at] = Number.isNaN(near) ? 0 : Math.round(near / gridStep) * gridStep + 0;
    }
  }
}

/** Rows without a missing cell in any of the columns. */
export function completeRows(columns: readonly Column[], rows: number): Int32Array<SharedArrayBuffer> {
  const whole = new Uint8Array(rows).fill(1);
  for (const column of columns) {
    valuesOf(column, undefined, 0, rows).forEach((value, row) => {
      if (Number.isNaN(value)) whole[row] = 0;
    });
  }
  const kept = new Int32Array(new SharedArrayBuffer(whole.reduce((sum, is) => sum + is, 0) * 4));
  let next = 0;
  for (let row = 0; row < rows; row += 1) if (whole[row] === 1) kept[next++] = row;
  return kept;
}
