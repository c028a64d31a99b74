// What every training fits with: the learners of a plan over shared threads, and how many of them run at once.

import type { Boosting } from '../boosting/boosting.ts';
import type { Workshop } from './fit.ts';
import { fitsLinear, linearLearner, type PathPool } from './linear-learner.ts';
import { binsOnce, treesLearner } from './trees-learner.ts';

type Parts = Pick<Workshop, 'labels' | 'tableOf' | 'plan' | 'seed' | 'run'> & {
  boosting: Boosting;
  paths: PathPool;
  /** Of one tree's training. */
  threadsEach: number;
  signal?: AbortSignal | undefined;
};

export function workshopOf({ labels, tableOf, plan, seed, run, boosting, paths, threadsEach, signal }: Parts): Workshop {
  const binOf = binsOnce(boosting, signal);
  const lines = plan.alphas.map((alpha) => linearLearner(paths, alpha));
  const trees = plan.trees.map((settings, at) => treesLearner(boosting, binOf, settings, (seed + at) >>> 0, threadsEach));
  return {
    labels,
    tableOf,
    plan,
    seed,
    learnersFor: (table) => (fitsLinear(table) ? [...trees, ...lines] : trees),
    run,
    ...(signal && { signal }),
  };
}

/** At most so many at once, in the order of asking. */
export function limited(most: number): Workshop['run'] {
  const waiting: (() => void)[] = [];
  let running = 0;
  return async (work) => {
    if (running >= most) await new Promise<void>((resolve) => waiting.push(resolve));
    else running += 1;
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next) next();
      else running -= 1;
    }
  };
}
