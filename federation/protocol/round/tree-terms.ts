// Settings of boosted trees that rounds of rows and rounds of columns have alike.

import Type from 'typebox';

const rate = (minimum: number, maximum: number) => Type.Number({ minimum, maximum });

export const treeSettingsFields = {
  trees: Type.Integer({ minimum: 1, maximum: 1000 }),
  learningRate: rate(0.001, 1),
  growth: Type.Union([Type.Literal('depth'), Type.Literal('leaf')]),
  maxDepth: Type.Integer({ minimum: 1, maximum: 16 }),
  maxLeaves: Type.Integer({ minimum: 2, maximum: 4096 }),
  minChildHessian: rate(0, 1e9),
  lambda: rate(0, 1e9),
  alpha: rate(0, 1e9),
  gamma: rate(0, 1e9),
  columnSample: rate(0.01, 1),
  seed: Type.Integer({ minimum: 0, maximum: 0xffffffff }),
  /** Of values and one for missing. */
  bins: Type.Integer({ minimum: 3, maximum: 256 }),
} as const;
