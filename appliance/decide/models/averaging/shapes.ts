// What goes in and out of averaging on the node's side, and the sums that are shared: plain data, the same shapes as the federation protocol's,
// which this room cannot import and which brings them into words and adds them.

/** Sums over rows of values in whole steps of the feature's limit / 2^26. */
export type FeatureMoments = { readonly count: number; readonly sum: bigint; readonly squares: bigint };
export type Moments = {
  readonly rows: number;
  /** Rows with label 1. */
  readonly positives: number;
  readonly features: readonly FeatureMoments[];
};

/** A column of the training table. `value`: (feature - center) / scale, 0 where missing. `missing`: the same of 1 where missing, else 0. */
export type StandardColumn = {
  readonly feature: number;
  readonly how: 'value' | 'missing';
  readonly center: number;
  readonly scale: number;
};
export type Standardiser = { readonly limits: readonly number[]; readonly columns: readonly StandardColumn[] };

/** Over rows, without penalty: cross-entropy in nats, (p - y) x, and p (1 - p) x x' as the upper triangle row by row. The intercept is last. */
export type LogisticSums = {
  readonly rows: number;
  readonly loss: number;
  readonly gradient: Float64Array;
  readonly curvature: Float64Array;
};

/** Columns of single precision, NaN where missing, and a label of 0 or 1 for each of their rows. */
export type Source = {
  readonly features: readonly Float32Array[];
  readonly labels: Uint8Array;
  /** Row numbers that take part, in their order; without them all. */
  readonly rows?: Uint32Array;
  /** Of each feature: a power of two; what lies beyond is clamped. The federation's terms name it. */
  readonly limits: readonly number[];
};

/** The rows that take part, clamped and in whole steps, over shared memory. */
export type Prepared = {
  readonly features: readonly Float32Array<SharedArrayBuffer>[];
  readonly labels: Uint8Array<SharedArrayBuffer>;
  readonly moments: Moments;
  /** Of each feature: values that lay beyond its limit. Many of them say that the limit is wrong. */
  readonly clamped: readonly number[];
};

/** Standardised, row by row: [rows, width]. */
export type Table = {
  readonly rows: number;
  readonly width: number;
  readonly cells: Float32Array<SharedArrayBuffer>;
  readonly labels: Uint8Array<SharedArrayBuffer>;
};
