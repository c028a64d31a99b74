// Logistic regression of a round once more from its sums: moments, then a step of Newton's method from each further sum, as every member takes it.

import { decodeLogisticSums, nextNewton, startNewton } from '../averaging/averaging.ts';
import { type OpenedSum, SumReader } from './opened-sums.ts';
import type { RoundTerms } from './round-terms.ts';
import { limitsOf, standardBytes, standardiserFrom } from './standard-model.ts';
import { featureNames } from './trees-model.ts';

/** @throws {SumRefused} */
export function recomputeLogistic({ schema, learn }: RoundTerms, sums: readonly OpenedSum[]): Uint8Array {
  if (learn.kind !== 'logistic') throw new RangeError(`learn: expected logistic, got ${learn.kind}`);
  const reader = new SumReader(sums);
  const standardiser = reader.next('moments', undefined, ({ values }) =>
    standardiserFrom(values, limitsOf(schema), learn.fewest),
  );
  const columns = standardiser.columns.length;
  const settings = { lambda: learn.l2, tolerance: learn.tolerance, sums: learn.iterations };
  let state = startNewton(columns, standardiser);
  while (!state.done) {
    const before = state;
    state = reader.next('newton', before.sums, ({ values }) =>
      nextNewton(settings, before, decodeLogisticSums(values, columns, standardiser.rows)),
    );
  }
  reader.end();
  return standardBytes({
    ...{ format: 1, kind: 'logistic', schema, features: featureNames(schema), standardiser },
    ...{ model: { kind: 'logistic', inputs: columns }, weights: [...state.weights] },
  });
}
