// Settings of trees where nothing else was asked for: with exact sums, and with noise. Noise costs by the sum and by the column, so there the trees are
// one split deep, see a fifth of the columns each and are held back; on a file of 7,000 customers that lost least.

import type { LearningOf } from '../../../federation/protocol/round/round-terms.ts';

type Usual = Omit<LearningOf<'trees'>, 'seed'>;

const exact: Usual = {
  kind: 'trees',
  trees: 30,
  learningRate: 0.2,
  growth: 'depth',
  maxDepth: 4,
  maxLeaves: 16,
  minChildHessian: 1,
  lambda: 1,
  alpha: 0,
  gamma: 0,
  columnSample: 1,
  bins: 32,
  leastCount: 20,
};
const noisy: Usual = {
  ...exact,
  ...{ trees: 20, learningRate: 0.5, maxDepth: 1, maxLeaves: 2, minChildHessian: 20, lambda: 50, columnSample: 0.2, bins: 8 },
};

export const usualTrees = (withNoise: boolean): LearningOf<'trees'> => ({ ...(withNoise ? noisy : exact), seed: 0 });
