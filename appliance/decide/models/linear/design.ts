// What a linear model is trained on: feature columns in shared memory, targets, weights, and which of their rows take part. Threads get
// the same memory; nothing is copied, and rows are summed in fixed blocks so that their number changes no digit of the result.

export type Family = 'logistic' | 'gaussian';

export type Design = {
  /** Single precision, one entry a row of the matrix; NaN: missing. Infinity is refused. */
  readonly features: readonly Float32Array[];
  /** One entry a row of the matrix. Logistic: labels, or probabilities from 0 to 1. Gaussian: finite numbers. */
  readonly targets: Float64Array | Float32Array | Uint8Array;
  /** One entry a row of the matrix, finite and not negative; without them each row weighs 1. */
  readonly weights?: Float64Array | Float32Array;
  /** Row numbers of the matrix that take part, in the order of summation; without them all rows. */
  readonly rows?: Uint32Array;
};

/** Rows that are summed by themselves. Sums of blocks are then added in their order, whoever made them. */
export const blockRows = 4096;
/** A full covariance of features is held: 1,000 of them are 8 MB, and 4 MB for each block in flight. */
export const designLimits = { features: 1000 } as const;

export function rowsOf({ rows, targets }: Design): number {
  return rows ? rows.length : targets.length;
}

export function blocksOf(design: Design): number {
  return Math.ceil(rowsOf(design) / blockRows);
}

/** @throws {RangeError} for no rows, lengths that differ, rows outside, and targets or weights that the family does not take */
export function checkDesign(design: Design, family: Family): void {
  const { features, targets, weights, rows } = design;
  if (features.length > designLimits.features)
    throw new RangeError(`features: expected at most ${designLimits.features}, got ${features.length}`);
  features.forEach((column, index) => {
    if (column.length !== targets.length)
      throw new RangeError(`features: expected ${targets.length} rows, got ${column.length} in feature ${index}`);
  });
  if (weights && weights.length !== targets.length)
    throw new RangeError(`weights: expected ${targets.length}, one a row, got ${weights.length}`);
  const count = rowsOf(design);
  let total = 0;
  for (let place = 0; place < count; place += 1) {
    const row = rows ? rows[place]! : place;
    if (row >= targets.length) throw new RangeError(`rows: expected below ${targets.length}, got ${row}`);
    const target = targets[row]!;
    if (family === 'logistic' ? !(target >= 0 && target <= 1) : !Number.isFinite(target))
      throw new RangeError(`targets: expected ${family === 'logistic' ? 'from 0 to 1' : 'finite'}, got ${target} in row ${row}`);
    const weight = weights ? weights[row]! : 1;
    if (!(weight >= 0 && weight < Number.POSITIVE_INFINITY))
      throw new RangeError(`weights: expected finite and at least 0, got ${weight} in row ${row}`);
    total += weight;
  }
  if (!(total > 0)) throw new RangeError('rows: expected some with weight');
}
