// Several organisations that train together in one process, for tests and for measuring: each has its own rows and sees nothing of the others' but
// sums of words, added here in the clear where a federation adds them under masks.

import {
  decodeHeldLoss,
  decodeLogisticSums,
  decodeMoments,
  decodeUpdate,
  encodeHeldLoss,
  encodeLogisticSums,
  encodeMoments,
  encodeUpdate,
  type NewtonSettings,
  type NewtonState,
  nextNewton,
  type ServerRule,
  type Standardiser,
  standardiserOf,
  startNewton,
  startServer,
  stepServer,
  type UpdateTerms,
  type Watch,
  watch,
  wordHalf,
} from '../../federation/protocol/averaging/averaging.ts';
import type { AveragedModel } from '../decide/models/averaging/averaging.ts';
import { heldLoss } from '../decide/models/averaging/held-loss.ts';
import { localUpdate, type UpdateOrder } from '../decide/models/averaging/local-update.ts';
import { logisticSums } from '../decide/models/averaging/logistic-sums.ts';
import { prepare, standardise } from '../decide/models/averaging/prepare.ts';
import type { Prepared, Source } from '../decide/models/averaging/shapes.ts';

/** The sum that a federation opens. @throws when a word leaves what a masked sum holds */
export function secureSum(vectors: readonly Int32Array[]): Int32Array {
  return Int32Array.from(vectors[0]!, (_, at) => {
    const sum = vectors.reduce((total, vector) => total + vector[at]!, 0);
    if (Math.abs(sum) > wordHalf) throw new RangeError(`word ${at}: expected within ${wordHalf}, got ${sum}`);
    return sum;
  });
}

export type Federation = { readonly parts: readonly Prepared[]; readonly standardiser: Standardiser };

/** The first sum: everybody's rows, standardised alike. */
export function gather(sources: readonly Source[], fewest?: number): Federation {
  const parts = sources.map((source) => prepare(source));
  const { limits } = sources[0]!;
  const moments = decodeMoments(secureSum(parts.map((part) => encodeMoments(part.moments))), limits.length);
  return { parts, standardiser: standardiserOf(moments, limits, fewest) };
}

export function newtonOver({ parts, standardiser }: Federation, settings: NewtonSettings): NewtonState {
  const columns = standardiser.columns.length;
  let state = startNewton(columns, standardiser);
  while (!state.done) {
    const { weights } = state;
    const words = parts.map((prepared) =>
      encodeLogisticSums(logisticSums({ prepared, standardiser, weights }), standardiser.rows),
    );
    state = nextNewton(settings, state, decodeLogisticSums(secureSum(words), columns, standardiser.rows));
  }
  return state;
}

export type AveragingPlan = {
  readonly model: AveragedModel;
  readonly rule: ServerRule;
  readonly rounds: number;
  readonly start: Float64Array;
  readonly local: Pick<UpdateOrder, 'epochs' | 'batchSize' | 'learningRate' | 'mu' | 'lambda'>;
  readonly terms: Pick<UpdateTerms, 'clip' | 'weighting'>;
};

/** @param enough hears the weights after each round, and ends it by true */
export function averageOver(
  { parts, standardiser }: Federation,
  plan: AveragingPlan,
  enough?: (round: number, weights: Float64Array) => boolean,
): Float64Array {
  const { model, rule, start, local } = plan;
  const tables = parts.map((part) => standardise(part, standardiser));
  const terms: UpdateTerms = { parameters: start.length, members: parts.length, ...plan.terms };
  let state = startServer(rule, start);
  for (let round = 1; round <= plan.rounds; round += 1) {
    const words = tables.map((table, member) => {
      const seed = 1000 * round + member;
      return encodeUpdate(terms, localUpdate({ model, weights: state.weights, table, ...local, seed }));
    });
    state = stepServer(rule, state, decodeUpdate(terms, secureSum(words), parts.length).mean);
    if (enough?.(round, state.weights)) break;
  }
  return state.weights;
}

/** The same, until the loss on rows that each member keeps out has not fallen for `patience` rounds; the weights that had the least. */
export function averageUntil(
  federation: Federation,
  plan: AveragingPlan,
  held: readonly Source[],
  patience: number,
): { weights: Float64Array; rounds: number } {
  const { model } = plan;
  const tables = held.map((source) => standardise(prepare(source), federation.standardiser));
  let state: Watch | undefined;
  let rounds = 0;
  averageOver(federation, plan, (round, weights) => {
    const words = tables.map((table) => encodeHeldLoss(heldLoss({ model, weights, table })));
    state = watch(state, weights, decodeHeldLoss(secureSum(words)).mean, patience);
    rounds = round;
    return state.stop;
  });
  return { weights: state!.best, rounds };
}
