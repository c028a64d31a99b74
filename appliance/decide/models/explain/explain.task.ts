// What a worker thread explains: a stretch of rows over shared memory; it answers with what means over rows are made of.

import type { Stretch } from '../../../core/pool/pool.ts';
import { blockRows } from '../scoring/compile.ts';
import { type BoundFeature, fillFeatures } from '../scoring/features.ts';
import { createExplain, type Explainable } from './explain.ts';

export type ExplainOrder = {
  readonly explainable: Explainable;
  readonly bound: readonly BoundFeature[];
  /** Of each feature: the number of its column. */
  readonly columns: Int32Array<SharedArrayBuffer>;
  readonly columnCount: number;
  readonly stretch: Stretch;
  /** [rows, F]; undefined where only the means are wanted. */
  readonly values: Float64Array<SharedArrayBuffer> | undefined;
};

/** Sums over the rows of a stretch of absolute values, for each feature and for each column. */
export type ExplainSums = { readonly features: Float64Array; readonly columns: Float64Array };

export function explainRows(order: ExplainOrder): ExplainSums {
  const { explainable, bound, columns, columnCount, stretch, values } = order;
  const count = explainable.features;
  const explain = createExplain(explainable);
  const block = new Float32Array(count * blockRows);
  const features = new Float32Array(count);
  const one = new Float64Array(count);
  const byColumn = new Float64Array(columnCount);
  const sums = { features: new Float64Array(count), columns: new Float64Array(columnCount) };
  for (let first = stretch.from; first < stretch.to; first += blockRows) {
    const rows = Math.min(blockRows, stretch.to - first);
    fillFeatures(bound, first, rows, block);
    for (let row = 0; row < rows; row += 1) {
      for (let feature = 0; feature < count; feature += 1) features[feature] = block[feature * blockRows + row]!;
      explain(features, one);
      values?.set(one, (first + row) * count);
      byColumn.fill(0);
      for (let feature = 0; feature < count; feature += 1) {
        sums.features[feature]! += Math.abs(one[feature]!);
        byColumn[columns[feature]!]! += one[feature]!;
      }
      for (let column = 0; column < columnCount; column += 1) sums.columns[column]! += Math.abs(byColumn[column]!);
    }
  }
  return sums;
}
