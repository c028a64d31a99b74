// Many whole trainings on parts of one matrix, for whoever scores each row by a model that has not seen it: effects of an offer, rows that are
// to be told apart. Each is the same `fit` that a training is made of, over threads that they share.

import { availableParallelism } from 'node:os';
import type { Matrix } from '../../../core/matrix/matrix.ts';
import { Boosting } from '../boosting/boosting.ts';
import { type Folds, splitsOf } from '../validation/folds.ts';
import { type Fitted, fit, shared } from './fit.ts';
import type { Rows } from './learner.ts';
import { startPaths } from './linear-learner.ts';
import { type Budget, planOf } from './plan.ts';
import { tablesOf } from './table.ts';
import { treeFeatures } from './trees-learner.ts';
import { limited, workshopOf } from './workshop.ts';

export type Question = {
  readonly matrix: Matrix;
  /** Columns to learn from. */
  readonly names: readonly string[];
  /** 0 or 1, one a row of the matrix; not read where a row takes part in no training. */
  readonly labels: Uint8Array;
  /** Rows of the largest training, and how many trainings there will be: what the budget is divided by. */
  readonly rows: Rows;
  readonly trainings: number;
  readonly budget: Budget;
  /** Settings of trees at most, the best first; else what the budget allows, of a small one at most four. */
  readonly tries?: number;
  readonly seed: number;
};

/** Each of many trainings is a small one: few settings find nearly all there is, at a fraction of the time. */
const triesOfSmall = 4;

/** Trains on some rows. */
export type Ask = (rows: Rows) => Promise<Fitted>;
export type Fitter = { ask(question: Question): Ask; close(): Promise<void> };

/** @param threads each training takes one, and so many run side by side: these are small ones */
export function openFitter(threads: number = availableParallelism(), signal?: AbortSignal): Fitter {
  const boosting = new Boosting({ threads });
  const paths = startPaths({ threads });
  const run = limited(threads);
  return {
    ask({ matrix, names, labels, rows, trainings, budget, seed, tries = budget === 'small' ? triesOfSmall : undefined }) {
      const tableOf = tablesOf(matrix, names, labels);
      const whole = planOf(rows.length, treeFeatures(tableOf(rows)).length, budget, Math.max(1, trainings - 1));
      const plan = { ...whole, trees: whole.trees.slice(0, tries) };
      const shop = workshopOf({ labels, tableOf, plan, seed, boosting, paths, run, threadsEach: 1, signal });
      return (chosen) => {
        signal?.throwIfAborted();
        return fit(shop, chosen);
      };
    },
    close: async () => void (await Promise.all([boosting.close(), paths.close()])),
  };
}

export type OutOfFold = { readonly scores: Float64Array; readonly last: Fitted };

/** Scores each row by a training on the other folds. */
export async function outOfFold(ask: Ask, folds: Folds): Promise<OutOfFold> {
  const scores = new Float64Array(folds.foldOf.length);
  let last: Fitted | undefined;
  for (const { train, test } of splitsOf(folds)) {
    last = await ask(train);
    const own = await last.score(test);
    test.forEach((row, at) => {
      scores[row] = own[at]!;
    });
  }
  return { scores, last: last! };
}

export const someRows = (rows: Rows, wanted: (row: number) => boolean): Rows => {
  const chosen = rows.filter(wanted);
  return shared(chosen.length, (at) => chosen[at]!);
};
