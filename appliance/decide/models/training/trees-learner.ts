// Gradient-boosted trees as a learner: its sizes are numbers of trees.

import type { Tree, Trees } from '../../../core/model/scoring.ts';
import type { BinnedTable, Boosting, Settings } from '../boosting/boosting.ts';
import type { Learner, Table } from './learner.ts';

export type TreesSettings = Pick<
  Settings,
  'learningRate' | 'maxDepth' | 'minChildHessian' | 'lambda' | 'rowSample' | 'columnSample'
>;

export const treesLimits = {
  /** Trees of one model, and how many may come without a better loss before it stops. */
  most: 600,
  patience: 40,
  /** Trees that a training usually comes to: what its work is guessed by. */
  usual: 200,
  /** Rows from which a training tells how far it is; below it is over before anybody asks. */
  toldRows: 50_000,
} as const;

/** Features of a table that trees look at: of a number and its logarithm one says all. */
export function treeFeatures({ features }: Table): number[] {
  return features.flatMap(({ how }, at) => (how === 'log' ? [] : [at]));
}

export type BinOf = (table: Table) => Promise<BinnedTable>;

/** Bins each table once, however many trainings it serves. */
export function binsOnce(boosting: Boosting, signal?: AbortSignal): BinOf {
  const known = new WeakMap<Table, Promise<BinnedTable>>();
  return (table) => {
    let binned = known.get(table);
    if (!binned) {
      binned = boosting.bin(seen(table), signal ? { signal } : {});
      known.set(table, binned);
    }
    return binned;
  };
}

const seen = (table: Table) => ({ rows: table.rows, columns: treeFeatures(table).map((at) => table.columns[at]!) });

const targets = new WeakMap<Uint8Array, Float32Array>();

/** Labels as the trees want them, made once and shared with every thread. */
function targetsOf(labels: Uint8Array): Float32Array {
  const known = targets.get(labels);
  if (known) return known;
  const made = new Float32Array(new SharedArrayBuffer(labels.length * 4));
  made.set(labels);
  targets.set(labels, made);
  return made;
}

/** @param threads of one training */
export function treesLearner(boosting: Boosting, binOf: BinOf, settings: TreesSettings, seed: number, threads: number): Learner {
  const full = { ...settings, seed, objective: 'logistic' } as const;
  return {
    kind: 'trees',
    settings,
    workOf: (rows, table) =>
      rows * settings.rowSample * treeFeatures(table).length * settings.columnSample * settings.maxDepth * treesLimits.usual,
    async fit({ table, labels, train, held }, signal, told) {
      const binned = await binOf(table);
      const targets = targetsOf(labels);
      const progress = ({ treesDone }: { treesDone: number }) => told?.(Math.min(1, treesDone / treesLimits.usual));
      const long = told !== undefined && train.length >= treesLimits.toldRows;
      const { trees, history } = await boosting.train(
        binned,
        targets,
        { ...full, trees: treesLimits.most, earlyStoppingTrees: treesLimits.patience },
        {
          rows: train,
          validation: { rows: held, labels: targets },
          threads,
          ...(signal && { signal }),
          ...(long && { progress }),
        },
      );
      return {
        losses: Float64Array.from(history.validationLoss.slice(0, trees.trees.length)),
        marginsAt: (size) =>
          boosting.predictMargins({ ...trees, trees: trees.trees.slice(0, size) }, seen(table), {
            rows: held,
            threads,
            ...(signal && { signal }),
          }),
      };
    },
    async finish(table, labels, train, size, signal) {
      const { trees } = await boosting.train(
        await binOf(table),
        targetsOf(labels),
        { ...full, trees: size },
        { rows: train, threads, ...(signal && { signal }) },
      );
      const places = treeFeatures(table);
      return { ...trees, trees: trees.trees.map((tree) => ({ ...tree, feature: placed(tree, places) })) };
    },
    margins(model, table, rows) {
      const { columns } = table;
      return boosting.predictMargins(model as Trees, { rows: table.rows, columns }, { rows, threads });
    },
  };
}

/** From the columns that trees saw to the features of the model. */
function placed({ feature }: Tree, places: readonly number[]): number[] {
  return feature.map((at) => (at < 0 ? at : places[at]!));
}

/** A number of trees for all rows of a training, of which the inner folds saw a part: more rows bear a few more. */
export function treesForAll(size: number, innerFolds: number): number {
  return Math.max(1, Math.round(size * (1 + 0.5 / (innerFolds - 1))));
}
