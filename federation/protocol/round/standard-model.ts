// Models over standardised columns as bytes: logistic regression by Newton, and what averaging gives. What members keep, compare by its hash and vote
// on, and what whoever has the sums alone arrives at too.

import { canonicalJson } from '../../../crypto/canonical-json.ts';
import { decodeMoments, type Standardiser, standardiserOf } from '../averaging/averaging.ts';
import type { RoundSchema } from './round-terms.ts';

/** What the weights mean. */
export type StandardShape =
  | { readonly kind: 'logistic'; readonly inputs: number }
  | {
      readonly kind: 'perceptron';
      readonly inputs: number;
      readonly hidden: readonly number[];
      readonly activation: 'tanh' | 'relu';
    };

/** Its bytes hold all that scoring needs. */
export type StandardModel = {
  readonly format: 1;
  /** `logistic`: the optimum, by Newton. `averaging`: from updates. */
  readonly kind: 'logistic' | 'averaging';
  readonly schema: RoundSchema;
  /** Names of the features, before they are standardised. */
  readonly features: readonly string[];
  readonly standardiser: Standardiser;
  readonly model: StandardShape;
  /** Of `model`, in its order: the intercept, or the biases of a layer, after its weights. */
  readonly weights: readonly number[];
};

export function standardBytes(model: StandardModel): Buffer {
  return Buffer.from(canonicalJson(model), 'utf8');
}

/** Of each column as models see it: a level is 0 or 1. */
export function limitsOf({ features }: RoundSchema): number[] {
  return features.flatMap(({ levels, limit }) => (levels ? levels.map(() => 1) : [limit!]));
}

/**
 * Columns as limits alone have it, where sums of moments would tell of rows: nobody's rows have a part in it. Every feature has an indicator of where
 * it is missing.
 */
export function standardiserOfLimits(limits: readonly number[]): Standardiser {
  const values = limits.map((limit, feature) => ({ feature, how: 'value' as const, center: 0, scale: limit / 4 }));
  const missing = limits.map((_, feature) => ({ feature, how: 'missing' as const, center: 0, scale: 1 }));
  return { rows: 0, positives: 0, limits, columns: [...values, ...missing] };
}

/** @param words summed moments  @throws {RangeError} for moments that no rows have, labels of one class, and columns of which none varies */
export function standardiserFrom(words: Int32Array, limits: readonly number[], fewest: number): Standardiser {
  const moments = decodeMoments(words, limits.length);
  const { rows, positives } = moments;
  if (positives === 0 || positives === rows) throw new RangeError('labels: expected both classes');
  const standardiser = standardiserOf(moments, limits, fewest);
  if (standardiser.columns.length === 0) throw new RangeError('columns: expected one that varies');
  return standardiser;
}
