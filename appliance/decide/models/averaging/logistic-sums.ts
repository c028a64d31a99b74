// A member's part of a Newton step: gradient and curvature of the logistic loss over its own rows, by the passes that train linear models here.

import type { Linear } from '../../../core/model/scoring.ts';
import { blockRows, blocksOf } from '../linear/design.ts';
import { type Pass, runBlocks, sumsOf } from '../linear/passes.ts';
import { designOf } from './prepare.ts';
import type { LogisticSums, Prepared, Standardiser } from './shapes.ts';

export type SumsOrder = {
  readonly prepared: Prepared;
  readonly standardiser: Standardiser;
  /** Standardised, the intercept last. */
  readonly weights: Float64Array;
};

/**
 * Sums at these weights, over blocks of rows added in their order.
 * @param between called before each block; what it throws ends the work. @param share 0 to 1
 * @throws {RangeError} for another number of weights than columns and the intercept
 */
export function logisticSums({ prepared, standardiser, weights }: SumsOrder, between?: (share: number) => void): LogisticSums {
  const columns = standardiser.columns.length;
  if (weights.length !== columns + 1) throw new RangeError(`weights: expected ${columns + 1}, got ${weights.length}`);
  const { design, standard } = designOf(prepared, standardiser);
  const blocks = blocksOf(design);
  const added = (pass: Pass, from: number): Float64Array => {
    const block = new Float64Array(sumsOf(pass, columns));
    const sum = new Float64Array(block.length);
    for (let at = 0; at < blocks; at += 1) {
      between?.((from + at / blocks) / 2);
      const rows = Uint32Array.from(
        { length: Math.min(blockRows, prepared.labels.length - at * blockRows) },
        (_, place) => at * blockRows + place,
      );
      block.fill(0);
      runBlocks({ ...design, rows }, pass, 0, 1, block);
      for (let index = 0; index < sum.length; index += 1) sum[index]! += block[index]!;
    }
    return sum;
  };
  const at = { family: 'logistic', standard, coefficients: weights } as const;
  const slope = added({ kind: 'gradient', ...at }, 0);
  const bend = added({ kind: 'curvature', ...at, stride: 1 }, 1);
  const size = columns + 1;
  const curvature = new Float64Array((size * (size + 1)) / 2);
  let place = 0;
  for (let row = 0; row < size; row += 1)
    for (let column = row; column < size; column += 1, place += 1) curvature[place] = bend[row * size + column]!;
  return { rows: prepared.labels.length, loss: slope[size]!, gradient: slope.slice(0, size), curvature };
}

/** What a feature of the trained model is made of, in the order of `linear.weights`. */
export type LinearParts = {
  readonly linear: Linear;
  readonly features: readonly { feature: number; how: 'value' | 'missing' }[];
};

/** The trained model as every room scores, explains and exports it. Values beyond a limit are not clamped there. */
export function linearOf({ columns }: Standardiser, weights: Float64Array): LinearParts {
  return {
    linear: {
      kind: 'linear',
      base: weights[columns.length]!,
      weights: Array.from(weights.subarray(0, columns.length)),
      centers: columns.map(({ center }) => center),
      scales: columns.map(({ scale }) => scale),
    },
    features: columns.map(({ feature, how }) => ({ feature, how })),
  };
}
