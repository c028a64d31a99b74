// What is tried, in which order, and how much of it: settings that have served well on tables of customers, and a budget counted in work and not
// in seconds, so that the same training is the same on every machine.

import type { TreesSettings } from './trees-learner.ts';

export type Budget = 'small' | 'normal' | 'large';

/** Cell updates of all trainings together: about one a nanosecond and thread. */
const workOf: { readonly [budget in Budget]: number } = { small: 2e10, normal: 1.2e11, large: 8e11 };

/** Which kinds are tried: all of them unless one is asked for, as where a model must be readable line by line. */
export type LearnerKind = 'all' | 'trees' | 'linear';

export type Plan = {
  readonly trees: readonly TreesSettings[];
  /** Mixings of the elastic net: 0 ridge, 1 lasso. */
  readonly alphas: readonly number[];
  /** 1: a single part held back. */
  readonly innerFolds: number;
  readonly outerFolds: number;
};

/** From what does best alone to what adds to it. */
const candidates: readonly TreesSettings[] = [
  { maxDepth: 4, learningRate: 0.05, minChildHessian: 5, lambda: 1, rowSample: 0.8, columnSample: 0.8 },
  { maxDepth: 3, learningRate: 0.05, minChildHessian: 5, lambda: 5, rowSample: 0.7, columnSample: 0.5 },
  { maxDepth: 5, learningRate: 0.03, minChildHessian: 10, lambda: 5, rowSample: 0.8, columnSample: 0.8 },
  { maxDepth: 2, learningRate: 0.1, minChildHessian: 5, lambda: 5, rowSample: 0.8, columnSample: 0.5 },
  { maxDepth: 6, learningRate: 0.05, minChildHessian: 20, lambda: 5, rowSample: 0.8, columnSample: 0.6 },
  { maxDepth: 4, learningRate: 0.03, minChildHessian: 20, lambda: 10, rowSample: 0.6, columnSample: 0.4 },
  { maxDepth: 5, learningRate: 0.05, minChildHessian: 3, lambda: 1, rowSample: 1, columnSample: 1 },
  { maxDepth: 7, learningRate: 0.03, minChildHessian: 10, lambda: 5, rowSample: 0.7, columnSample: 0.5 },
  { maxDepth: 3, learningRate: 0.1, minChildHessian: 20, lambda: 1, rowSample: 0.8, columnSample: 0.8 },
  { maxDepth: 8, learningRate: 0.05, minChildHessian: 40, lambda: 10, rowSample: 0.8, columnSample: 0.5 },
];
const always = 2;
const usualTrees = 250;

/** @param folds how many outer folds are given; undefined: the plan decides */
export function planOf(
  rows: number,
  features: number,
  budget: Budget,
  folds: number | undefined,
  learners: LearnerKind = 'all',
): Plan {
  const innerFolds = rows <= 20_000 ? 4 : rows <= 100_000 ? 3 : 1;
  const outerFolds = folds ?? (rows <= 500_000 ? 5 : 3);
  const trained = innerFolds === 1 ? 1 : innerFolds;
  let left = workOf[budget];
  const trees: TreesSettings[] = [];
  for (const [at, settings] of candidates.entries()) {
    const { maxDepth, rowSample, columnSample } = settings;
    const work = rows * features * rowSample * columnSample * maxDepth * usualTrees * trained * (outerFolds + 1);
    if (at >= always && work > left) break;
    left -= work;
    trees.push(settings);
  }
  const alphas = rows * features > 20_000_000 ? [0] : [0, 0.5];
  return {
    trees: learners === 'linear' ? [] : trees,
    alphas: learners === 'trees' ? [] : alphas,
    innerFolds,
    outerFolds,
  };
}
