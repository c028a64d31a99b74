// The step that turns a mean update into the next weights, computed alike by every member: plain averaging (FedAvg, and FedProx, whose
// difference is local), and the adaptive optimisers of federated averaging. There is no server that does it.

import { checkFinite, checkLength, checkPositive } from './arithmetic.ts';

/**
 * `average`: FedAvg (McMahan et al. 2017, algorithm 1) with learning rate 1, FedProx (Li et al. 2020, algorithm 2) likewise.
 * The others: Reddi et al. 2021, "Adaptive Federated Optimization", algorithm 2. They have no correction of bias, as there.
 */
export type ServerRule =
  | { readonly kind: 'average'; readonly learningRate: number }
  | {
      readonly kind: 'adagrad' | 'yogi' | 'adam';
      /** eta in the paper. */
      readonly learningRate: number;
      readonly beta1: number;
      /** Of `adam` and `yogi`; `adagrad` has no use for it. */
      readonly beta2: number;
      /** Degree of adaptivity, added to the root; second moments begin at its square. */
      readonly tau: number;
    };

/** Plain data. `average` keeps no moments: they stay empty. */
export type ServerState = {
  /** Steps taken. */
  readonly round: number;
  readonly weights: Float64Array;
  /** m of the paper. */
  readonly momentum: Float64Array;
  /** v of the paper. */
  readonly second: Float64Array;
};

/** What the paper found to do well throughout (section 5 and its appendix): betas 0.9 and 0.99, tau 1e-3; the rate is a thing of the task. */
export const adaptiveDefaults = { beta1: 0.9, beta2: 0.99, tau: 1e-3, learningRate: 0.03 } as const;

/** @throws {RangeError} for settings outside their ranges and weights that are not finite */
export function startServer(rule: ServerRule, weights: ArrayLike<number>): ServerState {
  checkRule(rule);
  checkFinite('weights', weights);
  const size = rule.kind === 'average' ? 0 : weights.length;
  const tau = rule.kind === 'average' ? 0 : rule.tau;
  return {
    round: 0,
    weights: Float64Array.from(weights),
    momentum: new Float64Array(size),
    second: new Float64Array(size).fill(tau * tau),
  };
}

/**
 * The next state; the one given stays as it is.
 * @param update the mean update of the round (delta: after less before), one number for each weight
 * @throws {RangeError} for another length, NaN and Infinity (by index)
 */
export function stepServer(rule: ServerRule, state: ServerState, update: ArrayLike<number>): ServerState {
  checkRule(rule);
  checkLength('update', update, state.weights.length);
  checkFinite('update', update);
  const weights = Float64Array.from(state.weights);
  const round = state.round + 1;
  if (rule.kind === 'average') {
    for (let index = 0; index < weights.length; index += 1) weights[index]! += rule.learningRate * update[index]!;
    return { round, weights, momentum: state.momentum, second: state.second };
  }
  checkLength('momentum', state.momentum, weights.length);
  checkLength('second', state.second, weights.length);
  const momentum = Float64Array.from(state.momentum);
  const second = Float64Array.from(state.second);
  for (let index = 0; index < weights.length; index += 1) {
    const each = update[index]!;
    momentum[index] = rule.beta1 * momentum[index]! + (1 - rule.beta1) * each;
    second[index] = secondOf(rule, second[index]!, each * each);
    weights[index]! += (rule.learningRate * momentum[index]!) / (Math.sqrt(second[index]!) + rule.tau);
  }
  return { round, weights, momentum, second };
}

function secondOf(rule: Exclude<ServerRule, { kind: 'average' }>, before: number, square: number): number {
  switch (rule.kind) {
    case 'adagrad':
      return before + square;
    case 'yogi':
      return before - (1 - rule.beta2) * square * Math.sign(before - square);
    case 'adam':
      return rule.beta2 * before + (1 - rule.beta2) * square;
  }
}

function checkRule(rule: ServerRule): void {
  checkPositive('learningRate', rule.learningRate);
  if (rule.kind === 'average') return;
  checkPositive('tau', rule.tau);
  for (const name of ['beta1', 'beta2'] as const)
    if (!(rule[name] >= 0 && rule[name] < 1)) throw new RangeError(`${name}: expected from 0 to below 1, got ${rule[name]}`);
}
