// A model by averaging once more from a round's sums: each is the members' updates together, and the loss of the weights before them. For logistic
// models without groups, which begin at 0; where a neural model begins, and who was in which group, only a member's own code says.

import {
  decodeHeldLoss,
  decodeUpdate,
  heldWords,
  type ServerRule,
  startServer,
  stepServer,
  type Watch,
  watch,
} from '../averaging/averaging.ts';
import { type OpenedSum, SumReader } from './opened-sums.ts';
import { reserveFor } from './privacy-terms.ts';
import { type RoundTerms, updateTermsOf } from './round-terms.ts';
import { limitsOf, standardBytes, standardiserFrom, standardiserOfLimits } from './standard-model.ts';
import { featureNames } from './trees-model.ts';

export const isPlainAveraging = ({ learn }: RoundTerms): boolean =>
  learn.kind === 'averaging' && learn.model === 'logistic' && learn.robust === undefined;

/** @throws {SumRefused} */
export function recomputeAveraging({ schema, learn, members, privacy }: RoundTerms, sums: readonly OpenedSum[]): Uint8Array {
  if (learn.kind !== 'averaging') throw new RangeError(`learn: expected averaging, got ${learn.kind}`);
  const reader = new SumReader(sums);
  const standardiser = privacy
    ? standardiserOfLimits(limitsOf(schema))
    : reader.next('moments', undefined, ({ values }) => standardiserFrom(values, limitsOf(schema), learn.fewest));
  const inputs = standardiser.columns.length;
  const { serverLearningRate: learningRate, adaptive } = learn;
  const rule: ServerRule = adaptive ? { kind: 'adam', learningRate, ...adaptive } : { kind: 'average', learningRate };
  const terms = updateTermsOf(learn, members.length, inputs, privacy && ((bound) => reserveFor(privacy, bound)));
  let state = startServer(rule, new Float64Array(inputs + 1));
  let watched: Watch | undefined;
  for (let done = false; !done; ) {
    const { round, weights } = state;
    const last = round === learn.rounds;
    // Losses would tell of members, and are not asked for.
    if (privacy && last) break;
    state = reader.next(last ? 'loss' : 'update', last ? undefined : round, ({ values, survivors }) => {
      const loss = values.subarray(0, heldWords);
      // Where nobody keeps rows out it ends after all rounds.
      if (loss.some((word) => word !== 0)) watched = watch(watched, weights, decodeHeldLoss(loss).mean, learn.patience);
      done = last || watched?.stop === true;
      if (done) return state;
      return stepServer(rule, state, decodeUpdate(terms, values.subarray(heldWords), survivors.length).mean);
    });
  }
  reader.end();
  return standardBytes({
    ...{ format: 1, kind: 'averaging', schema, features: featureNames(schema), standardiser },
    ...{ model: { kind: 'logistic', inputs }, weights: [...(watched?.best ?? state.weights)] },
  });
}
