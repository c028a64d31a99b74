// One path of linear models, from a strong penalty to a weak one, in a thread: trained on some rows, looked at on others.

import type { Linear } from '../../../core/model/scoring.ts';
import type { Work } from '../../../core/pool/pool.ts';
import { fitLinear, linearMargins } from '../linear/linear.ts';
import { lossOfMargin } from './blend.ts';
import type { Rows } from './learner.ts';

export type PathOrder = {
  readonly features: readonly Float32Array<SharedArrayBuffer>[];
  readonly labels: Uint8Array;
  readonly train: Rows;
  readonly held: Rows | undefined;
  /** 1: lasso, 0: ridge. */
  readonly alpha: number;
  readonly lambdas: readonly number[] | { readonly count: number; readonly lowest?: number };
};
export type PathAnswer = {
  readonly linears: readonly Linear[];
  readonly lambdas: readonly number[];
  /** By place on the path: mean log-loss and margins of the held rows. */
  readonly losses: Float64Array;
  readonly margins: readonly Float64Array[];
};

export function fitPath({ features, labels, train, held, alpha, lambdas }: PathOrder, work: Work): PathAnswer {
  const options = { family: 'logistic', alpha, lambdas, tolerance: 1e-5 } as const;
  const fits = fitLinear({ features, targets: labels, rows: train }, options, () => work.throwIfCancelled());
  const margins = held ? fits.map(({ linear }) => linearMargins(linear, features, held)) : [];
  const losses = Float64Array.from(margins, (own) => {
    let sum = 0;
    own.forEach((margin, place) => {
      sum += lossOfMargin(labels[held![place]!] === 1 ? margin : -margin);
    });
    return sum / own.length;
  });
  return {
    linears: fits.map(({ linear }) => linear),
    lambdas: fits.map(({ lambda }) => lambda),
    losses,
    margins,
  };
}
