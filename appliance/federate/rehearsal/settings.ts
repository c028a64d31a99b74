// What a rehearsal trains, from the few settings that its command line asks for; all else as docs/averaging.md and docs/boosting.md recommend.

import { adaptiveDefaults, newtonDefaults } from '../../../federation/protocol/averaging/averaging.ts';
import type { Learning } from '../../../federation/protocol/round/round-terms.ts';
import { usualTrees } from '../rounds/usual-trees.ts';

export const rehearsedModels = ['trees', 'logistic', 'fedavg', 'fedprox', 'fedadam'] as const;
export const robustRules = ['median', 'trimmed', 'geometric'] as const;

export type RehearsedSettings = {
  readonly model: (typeof rehearsedModels)[number];
  /** With noise: what is usual is less of everything, as each sum costs. */
  readonly epsilon?: number;
  readonly trees?: number;
  readonly depth?: number;
  readonly bins?: number;
  /** Of a tree, or of descent in each organisation. */
  readonly learningRate?: number;
  readonly rounds?: number;
  readonly epochs: number;
  /** Units of hidden layers; none is a logistic model. */
  readonly hidden: readonly number[];
  readonly robust?: (typeof robustRules)[number];
};

const prox = 0.1;

export function learningOf(settings: RehearsedSettings): Learning {
  const { model, epsilon } = settings;
  if (model === 'logistic')
    return { kind: 'logistic', l2: 1e-3, iterations: 30, tolerance: newtonDefaults.tolerance, fewest: 20 };
  if (model !== 'trees') return averagingOf(settings, model);
  const usual = usualTrees(epsilon !== undefined);
  const { trees = usual.trees, depth = usual.maxDepth, bins = usual.bins, learningRate = usual.learningRate } = settings;
  return { ...usual, trees, bins, learningRate, maxDepth: depth, maxLeaves: Math.min(4096, 2 ** depth) };
}

function averagingOf(settings: RehearsedSettings, optimiser: 'fedavg' | 'fedprox' | 'fedadam'): Learning {
  const { rounds = settings.epsilon === undefined ? 20 : 5, epochs, hidden, robust, learningRate = 0.05 } = settings;
  const { beta1, beta2, tau, learningRate: adaptiveRate } = adaptiveDefaults;
  return {
    ...{
      kind: 'averaging',
      optimiser,
      rounds,
      epochs,
      learningRate,
      batch: 32,
      l2: 1e-3,
      clip: settings.epsilon === undefined ? 5 : 1,
      patience: 5,
      fewest: 20,
      seed: 1,
    },
    ...(hidden.length > 0 ? { model: 'neural', hidden: [...hidden], activation: 'tanh' } : { model: 'logistic', hidden: [] }),
    mu: optimiser === 'fedprox' ? prox : 0,
    ...(optimiser === 'fedadam'
      ? { serverLearningRate: adaptiveRate, adaptive: { beta1, beta2, tau } }
      : { serverLearningRate: 1 }),
    weighting: settings.epsilon === undefined ? { by: 'rows', rowsCap: 100_000 } : { by: 'equal' },
    ...(robust && { robust: { rule: robust === 'trimmed' ? { kind: robust, trim: 1 } : { kind: robust }, groupSize: 3 } }),
  };
}
