// What the trainer needs of a way to learn, so that trees and lines are searched, tested and blended alike.

import type { Feature, Linear, Trees } from '../../../core/model/scoring.ts';

/** Row numbers of a matrix, in shared memory. */
export type Rows = Uint32Array<SharedArrayBuffer>;

/** Features of all rows of a matrix. */
export type Table = {
  readonly rows: number;
  readonly features: readonly Feature[];
  /** By feature: one entry a row, NaN where it is missing. */
  readonly columns: readonly Float32Array<SharedArrayBuffer>[];
};

export type Task = {
  readonly table: Table;
  /** One entry a row of the matrix: 0 or 1; what stands at rows that take no part is not read. */
  readonly labels: Uint8Array;
  readonly train: Rows;
  /** Rows that are not learned from, on which sizes are compared. */
  readonly held: Rows;
};

/** A model that was trained in growing sizes: so many trees, or a penalty that grows weaker. */
export type Fit = {
  /** Mean log-loss on the held rows, by size. */
  readonly losses: Float64Array;
  /** Margins of the held rows at a size. */
  marginsAt(size: number): Promise<Float64Array> | Float64Array;
};

export type Learner = {
  readonly kind: 'trees' | 'linear';
  /** For the report. */
  readonly settings: { readonly [name: string]: number | string };
  /** Work of one training on so many rows, in cell updates: what a budget is counted in. */
  workOf(rows: number, table: Table): number;
  /** Trains on the one part and looks at the other. @param told hears about how much of it is done, 0 to 1 */
  fit(task: Task, signal?: AbortSignal, told?: (share: number) => void): Promise<Fit>;
  /** Trains to a size on all rows given. */
  finish(table: Table, labels: Uint8Array, train: Rows, size: number, signal?: AbortSignal): Promise<Trees | Linear>;
  margins(model: Trees | Linear, table: Table, rows: Rows): Promise<Float64Array> | Float64Array;
};
