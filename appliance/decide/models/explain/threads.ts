// Explanations of many rows in worker threads, and the global importance that is their mean.

import { Fault } from '../../../core/errors.ts';
import type { Matrix } from '../../../core/matrix/matrix.ts';
import { startPool } from '../../../core/pool/pool.ts';
import type { OverRows } from '../over-rows.ts';
import { blockRows } from '../scoring/compile.ts';
import { bindFeatures } from '../scoring/features.ts';
import type * as tasks from './explain.task.ts';
import type { ExplainOrder, ExplainSums } from './explain.task.ts';
import type { Explainer } from './explain.ts';

export const explainLimits = {
  /** Values held at once, rows times features: 1.6 GB. */
  values: 200_000_000,
  /** Rows of a stretch: about half a second of a thread. A divisor of a chunk. */
  stretchRows: 2 * blockRows,
} as const;

export type Importance = { readonly name: string; readonly value: number };
export type MeanImportance = {
  /** Mean |value| over the rows, of each feature and of each column, in the model's order. In the unit of the margin. */
  readonly features: readonly Importance[];
  readonly columns: readonly Importance[];
};

export type ExplainThreads = {
  /**
   * @returns for each row and feature what it adds to the margin, [rows, F] row by row, over shared memory
   * @throws {Fault} `model_invalid` when the matrix does not fit, `limit_reached` for more than `explainLimits.values`
   */
  values(explainer: Explainer, matrix: Matrix, options?: OverRows): Promise<Float64Array<SharedArrayBuffer>>;
  /** Global importance over the rows of a matrix; their values are not kept. @throws {Fault} `model_invalid` */
  importance(explainer: Explainer, matrix: Matrix, options?: OverRows): Promise<MeanImportance>;
  close(): Promise<void>;
};

/** @param threads default: as many as processors */
export function startExplainThreads(threads?: number): ExplainThreads {
  const pool = startPool<typeof tasks>(new URL('./explain.task.ts', import.meta.url), { threads });
  const run = (explainer: Explainer, matrix: Matrix, values: ExplainOrder['values'], options: OverRows | undefined) => {
    const { model, explainable } = explainer;
    const places = new Map(model.inputs.map(({ name }, at) => [name, at]));
    const columns = new Int32Array(new SharedArrayBuffer(model.features.length * 4));
    model.features.forEach(({ input }, at) => {
      columns[at] = places.get(input)!;
    });
    const order = { explainable, bound: bindFeatures(model, matrix), columns, columnCount: places.size, values };
    const size = explainLimits.stretchRows;
    return pool.stretches('explainRows', matrix.rows, (stretch) => ({ ...order, stretch }), { ...options, size });
  };
  return {
    async values(explainer, matrix, options) {
      const size = matrix.rows * explainer.model.features.length;
      if (size > explainLimits.values)
        throw new Fault('limit_reached', `explained values: at most ${explainLimits.values}, rows times features`);
      const values = new Float64Array(new SharedArrayBuffer(size * 8));
      await run(explainer, matrix, values, options);
      return values;
    },
    async importance(explainer, matrix, options) {
      const sums = await run(explainer, matrix, undefined, options);
      const mean = (of: (sum: ExplainSums) => Float64Array, names: readonly { name: string }[]) =>
        names.map(({ name }, at) => ({ name, value: sums.reduce((total, sum) => total + of(sum)[at]!, 0) / matrix.rows }));
      const { features, inputs } = explainer.model;
      return { features: mean((sum) => sum.features, features), columns: mean((sum) => sum.columns, inputs) };
    },
    close: () => pool.close(),
  };
}
