// The worker side of k-means: prepares columns, draws the sample, runs starts, assigns stretches of rows, and adds up fixed blocks.

import type { Column } from '../../../core/matrix/matrix.ts';
import { assignRows, type Centres, type Change, inertiaOf, noCluster, type Rows } from './kernel.ts';
import { completeRows, describeColumn, type Feature, fillCells, type Skew, valuesOf } from './prepare.ts';
import { sampleRows } from './sample.ts';
import { silhouettes } from './silhouette.ts';
import { type Start, startOnce } from './start.ts';

export function complete(task: { columns: readonly Column[]; rows: number }): Int32Array<SharedArrayBuffer> {
  return completeRows(task.columns, task.rows);
}

export function describe(task: { column: Column; rows: Int32Array | number; skew: Skew }): Feature | undefined {
  return describeColumn(task.column, task.rows, task.skew);
}

export function fill(task: {
  columns: readonly Column[];
  features: readonly Feature[];
  kept: Int32Array | undefined;
  cells: Float32Array;
  from: number;
  to: number;
}): void {
  fillCells(task.columns, task.features, task.kept, task.cells, task.from, task.to);
}

export function sample(task: {
  cells: Float32Array;
  width: number;
  seed: number;
  size: number;
}): Float32Array<SharedArrayBuffer> {
  return sampleRows(task.cells, task.width, task.seed, task.size);
}

export function start(task: { sample: Float32Array; width: number; k: number; seed: number }): Start {
  return startOnce(task.sample, task.width, task.k, task.seed);
}

export function silhouette(task: {
  sample: Float32Array;
  width: number;
  labelings: readonly { readonly k: number; readonly labels: Uint8Array }[];
  from: number;
  to: number;
}): Float64Array[] {
  return silhouettes(task.sample, task.width, task.labelings, task.from, task.to);
}

export function assign(task: { rows: Rows; centres: Centres; from: number; to: number }): Change {
  return assignRows(task.rows, task.centres, task.from, task.to);
}

export type Block = {
  readonly inertia: number;
  /** Of each cluster and column, k x columns: the sum of its values as they were, and how many there are. */
  readonly sums: Float64Array;
  readonly counts: Float64Array;
};

/** What is told of a finished block of rows. */
export function tally(task: {
  rows: Rows;
  centres: Centres;
  columns: readonly Column[];
  kept: Int32Array | undefined;
  from: number;
  to: number;
}): Block {
  const { rows, centres, columns, kept, from, to } = task;
  const width = columns.length;
  const sums = new Float64Array(centres.k * width);
  const counts = new Float64Array(centres.k * width);
  columns.forEach((column, c) => {
    const values = valuesOf(column, kept, from, to);
    for (let row = from; row < to; row += 1) {
      const value = values[row - from]!;
      const label = rows.labels[row]!;
      if (Number.isNaN(value) || label === noCluster) continue;
      sums[label * width + c]! += value;
      counts[label * width + c]! += 1;
    }
  });
  return { inertia: inertiaOf(rows, centres.at, from, to), sums, counts };
}
