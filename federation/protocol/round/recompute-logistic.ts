// Logistic regression of a round once more from its sums: moments, then a step of Newton's method from each further sum, as every member takes it.

import {
  decodeLogisticSums,
  decodeMoments,
  nextNewton,
  type Standardiser,
  standardiserOf,
  startNewton,
} from '../averaging/averaging.ts';
import { type OpenedSum, placeOf, SumRefused } from './opened-sums.ts';
import type { RoundTerms } from './round-terms.ts';
import { limitsOf, standardBytes } from './standard-model.ts';
import { featureNames } from './trees-model.ts';

/** @throws {SumRefused} */
export function recomputeLogistic({ schema, learn }: RoundTerms, sums: readonly OpenedSum[]): Uint8Array {
  if (learn.kind !== 'logistic') throw new RangeError(`learn: expected logistic, got ${learn.kind}`);
  let at = 0;
  const next = <Result>(what: string, index: number | undefined, read: (values: Int32Array) => Result): Result => {
    const sum = sums[at];
    if (!sum) throw new SumRefused(at, 'wanting');
    const place = placeOf(sum);
    if (place.what !== what || place.index !== index) throw new SumRefused(sum.sum, `expected ${what}, got ${sum.about}`);
    at += 1;
    return possible(sum.sum, () => read(sum.values));
  };
  const standardiser = next('moments', undefined, (values) => standardised(values, limitsOf(schema), learn.fewest));
  const columns = standardiser.columns.length;
  const settings = { lambda: learn.l2, tolerance: learn.tolerance, sums: learn.iterations };
  let state = startNewton(columns, standardiser);
  while (!state.done) {
    const before = state;
    state = next('newton', before.sums, (values) =>
      nextNewton(settings, before, decodeLogisticSums(values, columns, standardiser.rows)),
    );
  }
  if (at < sums.length) throw new SumRefused(sums[at]!.sum, 'one too many');
  return standardBytes({
    ...{ format: 1, kind: 'logistic', schema, features: featureNames(schema), standardiser },
    ...{ model: { kind: 'logistic', inputs: columns }, weights: [...state.weights] },
  });
}

function standardised(values: Int32Array, limits: readonly number[], fewest: number): Standardiser {
  const moments = decodeMoments(values, limits.length);
  const { rows, positives } = moments;
  if (positives === 0 || positives === rows) throw new RangeError('labels: expected both classes');
  const standardiser = standardiserOf(moments, limits, fewest);
  if (standardiser.columns.length === 0) throw new RangeError('columns: expected one that varies');
  return standardiser;
}

/** What mathematics refuses, as a sum that is refused. */
function possible<Result>(sum: number, work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    if (error instanceof RangeError) throw new SumRefused(sum, error.message);
    throw error;
  }
}
