// What a rehearsal trains, from the few settings that its command line asks for; all else as docs/averaging.md and docs/boosting.md recommend.

import { adaptiveDefaults, newtonDefaults } from '../../../federation/protocol/averaging/averaging.ts';
import type { Learning } from '../../../federation/protocol/round/round-terms.ts';

export const rehearsedModels = ['trees', 'logistic', 'fedavg', 'fedprox', 'fedadam'] as const;
export const robustRules = ['median', 'trimmed', 'geometric'] as const;

export type RehearsedSettings = {
  readonly model: (typeof rehearsedModels)[number];
  readonly trees: number;
  readonly depth: number;
  readonly bins: number;
  /** Of a tree, or of descent in each organisation. */
  readonly learningRate?: number;
  readonly rounds: number;
  readonly epochs: number;
  /** Units of hidden layers; none is a logistic model. */
  readonly hidden: readonly number[];
  readonly robust?: (typeof robustRules)[number];
};

const prox = 0.1;

export function learningOf(settings: RehearsedSettings): Learning {
  const { model, trees, depth, bins, learningRate } = settings;
  if (model === 'logistic')
    return { kind: 'logistic', l2: 1e-3, iterations: 30, tolerance: newtonDefaults.tolerance, fewest: 20 };
  if (model !== 'trees') return averagingOf(settings, model);
  return {
    ...{ kind: 'trees', trees, learningRate: learningRate ?? 0.2, growth: 'depth', maxDepth: depth },
    ...{ maxLeaves: Math.min(4096, 2 ** depth), minChildHessian: 1, lambda: 1, alpha: 0, gamma: 0, columnSample: 1, seed: 0 },
    ...{ bins, leastCount: 20 },
  };
}

function averagingOf(settings: RehearsedSettings, optimiser: 'fedavg' | 'fedprox' | 'fedadam'): Learning {
  const { rounds, epochs, hidden, robust, learningRate = 0.05 } = settings;
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
      clip: 5,
      patience: 5,
      fewest: 20,
      seed: 1,
    },
    ...(hidden.length > 0 ? { model: 'neural', hidden: [...hidden], activation: 'tanh' } : { model: 'logistic', hidden: [] }),
    mu: optimiser === 'fedprox' ? prox : 0,
    ...(optimiser === 'fedadam'
      ? { serverLearningRate: adaptiveRate, adaptive: { beta1, beta2, tau } }
      : { serverLearningRate: 1 }),
    weighting: { by: 'rows', rowsCap: 100_000 },
    ...(robust && { robust: { rule: robust === 'trimmed' ? { kind: robust, trim: 1 } : { kind: robust }, groupSize: 3 } }),
  };
}
