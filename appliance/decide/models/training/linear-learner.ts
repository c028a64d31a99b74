// Logistic regression with an elastic net as a learner: its sizes are places on the path of penalties.

import type { Linear } from '../../../core/model/scoring.ts';
import { type Pool, startPool } from '../../../core/pool/pool.ts';
import { designLimits } from '../linear/design.ts';
import { linearMargins } from '../linear/linear.ts';
import type { Learner, Table } from './learner.ts';
import type * as tasks from './path.task.ts';

export type PathPool = Pool<typeof tasks>;

export function startPaths(options: Parameters<typeof startPool>[1]): PathPool {
  return startPool(new URL('./path.task.ts', import.meta.url), options);
}

/** Penalties of a path. */
export const pathStrengths = 30;
/** The weakest over the strongest. The strongest lasso leaves nothing; a ridge never does, so its path begins far stronger. */
const lowestOf = (alpha: number) => (alpha === 0 ? 1e-6 : 3e-4);

/** Whether a table has no more features than a linear model takes. */
export function fitsLinear({ features }: Table): boolean {
  return features.length <= designLimits.features;
}

/** @param alpha 1: lasso, 0: ridge, between: elastic net */
export function linearLearner(pool: PathPool, alpha: number): Learner {
  const lambdas = { count: pathStrengths, lowest: lowestOf(alpha) };
  return {
    kind: 'linear',
    settings: { penalty: alpha === 0 ? 'ridge' : alpha === 1 ? 'lasso' : 'elastic net', alpha },
    // About three Newton steps a strength, each a pass over half a square of the features.
    workOf: (rows, { features }) => rows * features.length * (features.length / 2) * 3,
    async fit({ table, labels, train, held }, signal) {
      const { losses, margins } = await pool.run(
        'fitPath',
        { features: table.columns, labels, train, held, alpha, lambdas },
        { signal },
      );
      return { losses, marginsAt: (size) => margins[size - 1]! };
    },
    async finish(table, labels, train, size, signal) {
      const { linears } = await pool.run(
        'fitPath',
        { features: table.columns, labels, train, held: undefined, alpha, lambdas },
        { signal },
      );
      return linears[Math.min(size, linears.length) - 1]!;
    },
    margins: (model, table, rows) => linearMargins(model as Linear, table.columns, rows),
  };
}

/** Plain logistic regression, as a baseline: standardised features and a penalty that hardly shows (C = 1). */
export async function plainLogistic(
  pool: PathPool,
  table: Table,
  labels: Uint8Array,
  train: Uint32Array<SharedArrayBuffer>,
  signal?: AbortSignal,
): Promise<Linear> {
  const order = { features: table.columns, labels, train, held: undefined, alpha: 0, lambdas: [1 / train.length] };
  return (await pool.run('fitPath', order, { signal })).linears[0]!;
}
