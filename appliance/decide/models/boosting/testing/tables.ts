// Tables for tests and benches: seeded, so that the same seed gives the same numbers everywhere.

import type { BinnedTable, FeatureTable } from '../settings.ts';

/** Numbers in [0, 1) from a seed of 32 bits (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Standard normal numbers (Box and Muller). */
export function normal(random: () => number): () => number {
  return () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

export function sharedFloats(length: number): Float32Array<SharedArrayBuffer> {
  return new Float32Array(new SharedArrayBuffer(length * 4));
}

export function tableOf(columns: readonly (readonly number[])[]): FeatureTable {
  const shared = columns.map((column) => {
    const cells = sharedFloats(column.length);
    cells.set(column);
    return cells;
  });
  return { rows: columns[0]!.length, columns: shared };
}

export const benchColumns = 30;

/**
 * Thirty standard normal columns and a label that depends on thirteen of them: straight, by a wave, by a product, by a rule of two columns
 * and by a square. What the benchmark trains on.
 */
export function benchTable(rows: number, seed: number): { features: FeatureTable; labels: Float32Array<SharedArrayBuffer> } {
  const random = seeded(seed);
  const gauss = normal(random);
  const columns = Array.from({ length: benchColumns }, () => sharedFloats(rows));
  const labels = sharedFloats(rows);
  const x = new Float64Array(benchColumns);
  for (let row = 0; row < rows; row += 1) {
    for (let column = 0; column < benchColumns; column += 1) {
      columns[column]![row] = gauss();
      x[column] = columns[column]![row]!;
    }
    let z = 1.2 * x[0]! - 0.8 * x[1]! + 1.5 * Math.sin(2 * x[2]!) + x[3]! * x[4]!;
    z += (x[5]! > 0.5 && x[6]! < 0 ? 2 : 0) - 0.5 * x[7]! ** 2;
    for (let column = 8; column < 13; column += 1) z += 0.3 * x[column]!;
    labels[row] = random() < 1 / (1 + Math.exp(-z)) ? 1 : 0;
  }
  return { features: { rows, columns }, labels };
}

/** Area under the ROC curve, equal margins shared, and log-loss. */
export function measure(margins: ArrayLike<number>, labels: ArrayLike<number>): { auc: number; logLoss: number } {
  const order = Float64Array.from(margins).map((_, row) => row);
  order.sort((a, b) => margins[a]! - margins[b]!);
  let ranks = 0;
  let positives = 0;
  for (let from = 0; from < order.length; ) {
    let to = from;
    while (to < order.length && margins[order[to]!] === margins[order[from]!]) to += 1;
    for (let at = from; at < to; at += 1) {
      if (labels[order[at]!] !== 1) continue;
      positives += 1;
      ranks += (from + 1 + to) / 2;
    }
    from = to;
  }
  let loss = 0;
  for (let row = 0; row < margins.length; row += 1) {
    const against = labels[row] === 1 ? -margins[row]! : margins[row]!;
    loss += Math.max(against, 0) + Math.log1p(Math.exp(-Math.abs(against)));
  }
  const negatives = margins.length - positives;
  return { auc: (ranks - (positives * (positives + 1)) / 2) / (positives * negatives), logLoss: loss / margins.length };
}

/** Bins of a table, worked out by looking at every edge. */
export function binsSlowly(features: FeatureTable, edges: readonly Float32Array[]): number[][] {
  return features.columns.map((column, which) =>
    Array.from(column, (value) => {
      if (Number.isNaN(value)) return edges[which]!.length + 1;
      return edges[which]!.filter((edge) => edge < value).length;
    }),
  );
}

/** What a table in bins holds in one column. */
export function columnOfBins(table: BinnedTable, column: number): number[] {
  return Array.from({ length: table.rows }, (_, row) => table.bins[row * table.stride + column]!);
}
