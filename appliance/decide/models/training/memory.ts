// How much memory a training will take, guessed from the table before anything is made, so that what cannot end well is not begun.

import { Fault } from '../../../core/errors.ts';
import { type Column, matrixBytes } from '../../../core/matrix/matrix.ts';
import { trainingBytes } from '../boosting/boosting.ts';
import { encodeLimits } from './encode.ts';
import { pathStrengths } from './linear-learner.ts';
import { planOf } from './plan.ts';
import { threadsOfEach } from './threads.ts';
import type { TrainRequest } from './train.ts';

/** Of the memory that is free when the training begins. */
const usualShare = 0.8;
/** For each row: texts of labels, lists of rows, scores and how they are sorted. */
const bytesOfRow = 250;
/** A thread's own: V8, code, the kernel's control. */
const bytesOfThread = 48 * 2 ** 20;

export type MemoryEstimate = {
  /** The table as it was given. */
  readonly matrix: number;
  /** Features of all rows, for as many splits as have their own. */
  readonly tables: number;
  readonly bins: number;
  /** What the trainings that run side by side hold: rows in bins, gradients, histograms. */
  readonly kernels: number;
  /** Margins of lines, lists of rows, the report, threads. */
  readonly rest: number;
  readonly bytes: number;
};

type Asked = Pick<TrainRequest, 'matrix' | 'label' | 'drop' | 'budget' | 'folds'> & { readonly threads: number };

/** @throws {Fault} `limit_reached` where one training alone is more than can be addressed */
export function estimateMemory({ matrix, label, drop = [], budget = 'normal', folds, threads }: Asked): MemoryEstimate {
  const { rows } = matrix;
  const columns = matrix.columns.filter(({ name }) => name !== label && !drop.includes(name));
  const trees = columns.reduce((sum, column) => sum + featuresOf(column), 0);
  const features = trees + columns.filter(({ kind }) => kind === 'number').length;
  const plan = planOf(rows, Math.max(1, trees), budget, folds ? 5 : undefined);
  // What is learned of many levels is another for each split, and those of the fold before may not have been given back yet.
  const apart = columns.some(({ levels }) => (levels?.length ?? 0) > encodeLimits.levelsApart);
  const tables = apart ? 2 * (plan.innerFolds + 1) : 1;
  const each = threadsOfEach(rows, threads);
  const options = { threads: each, validation: { labels: new Float32Array(0) } };
  const one = Math.max(
    ...plan.trees.map((settings) => (trees === 0 ? 0 : trainingBytes({ rows, columns: trees }, settings, options))),
  );
  const parts = {
    matrix: matrixBytes(
      rows,
      matrix.columns.map(({ storage }) => storage),
    ),
    tables: tables * features * rows * 4,
    bins: tables * rows * Math.ceil(trees / 4) * 4,
    kernels: Math.max(1, Math.floor(threads / each)) * one,
    rest: rows * (bytesOfRow + plan.alphas.length * pathStrengths * 8) + (2 * threads + 1) * bytesOfThread,
  };
  return { ...parts, bytes: Object.values(parts).reduce((sum, part) => sum + part, 0) };
}

/** Features that trees look at, at most. */
function featuresOf({ kind, levels }: Column): number {
  const of = kind === 'category' && levels!.length <= encodeLimits.levelsApart ? levels!.length : 1;
  return of + 1;
}

/** @throws {Fault} `not_enough_memory` with the estimate and the limit; `limit_reached` */
export function checkMemory(asked: Asked, limitBytes: number | undefined): void {
  const estimate = estimateMemory(asked);
  // The table is there already: what is free is beside it.
  const limit = limitBytes ?? usualShare * process.availableMemory() + estimate.matrix;
  if (estimate.bytes <= limit) return;
  const { rows, columns } = asked.matrix;
  throw new Fault(
    'not_enough_memory',
    `training on ${rows} rows x ${columns.length} columns: about ${megabytes(estimate.bytes)}, allowed ${megabytes(limit)}`,
  );
}

const megabytes = (bytes: number): string => `${Math.ceil(bytes / 1e6)} MB`;
