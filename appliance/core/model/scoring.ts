// What a trained model is, as every room understands it: how columns become features, how features become a margin, how a margin becomes a
// probability. Plain data, so that it is stored, sent, exported to ONNX and explained by whoever needs to, and the same bytes for the same training.

/** A column that a model wants, by name. */
export type InputColumn =
  | { readonly name: string; readonly kind: 'number' | 'time' }
  | {
      readonly name: string;
      readonly kind: 'category';
      readonly levels: readonly string[];
      /** Any other level counts as missing; else it is one that the model does not know. */
      readonly others?: 'missing';
    };

/** How one feature, a single-precision number or NaN where it is missing, is made of a column. */
export type Feature =
  /** The number as it is. Times: milliseconds since 1970, divided by a day. */
  | { readonly name: string; readonly input: string; readonly how: 'number' | 'time' }
  /** The number, rounded to single precision: its sign times the natural logarithm of 1 and its absolute value, in double precision. */
  | { readonly name: string; readonly input: string; readonly how: 'log' }
  /** The number, rounded to single precision, to the nearest whole number of steps (of two the higher), and brought between the two. */
  | {
      readonly name: string;
      readonly input: string;
      readonly how: 'cut';
      readonly step: number;
      readonly low: number;
      readonly high: number;
    }
  /** 1 where the category is this level, else 0; NaN where it is missing. */
  | { readonly name: string; readonly input: string; readonly how: 'is'; readonly level: string }
  /** A number for each level, learned from training rows only; `other` for levels that training did not see, NaN where it is missing. */
  | {
      readonly name: string;
      readonly input: string;
      readonly how: 'coded';
      readonly codes: { readonly [level: string]: number };
      readonly other: number;
    }
  /** 1 where the column is missing, else 0. */
  | { readonly name: string; readonly input: string; readonly how: 'missing' };

/**
 * One tree by arrays over its nodes; node 0 is the root. A leaf has feature -1. A row goes left when its feature is at most the threshold,
 * both in single precision, and where it is missing as `missingLeft` says.
 */
export type Tree = {
  readonly feature: readonly number[];
  readonly threshold: readonly number[];
  readonly missingLeft: readonly (0 | 1)[];
  readonly left: readonly number[];
  readonly right: readonly number[];
  /** Of a leaf: what it adds to the margin, learning rate included, in single precision. Of an inner node 0. */
  readonly value: readonly number[];
  /** Training weight that came through the node: what TreeSHAP weighs branches by. */
  readonly cover: readonly number[];
};

/** The margin is `base` and the leaves of all trees, added in their order in double precision. */
export type Trees = { readonly kind: 'trees'; readonly base: number; readonly trees: readonly Tree[] };

/** The margin is `base` and weight x (feature - center) / scale over all features; a missing feature adds 0. */
export type Linear = {
  readonly kind: 'linear';
  readonly base: number;
  readonly weights: readonly number[];
  readonly centers: readonly number[];
  readonly scales: readonly number[];
};

/** Margins of several models over the same features, added with weights that sum to 1. */
export type Blend = {
  readonly kind: 'blend';
  readonly parts: readonly { readonly weight: number; readonly of: Trees | Linear }[];
};

/** From a margin to a probability. */
export type Calibration =
  /** 1 / (1 + exp(-(a x margin + b))); a = 1 and b = 0 is the plain logistic function. */
  | { readonly kind: 'platt'; readonly a: number; readonly b: number }
  /** Between the points by straight lines over margins, flat outside. Margins rise strictly, probabilities do not fall. */
  | { readonly kind: 'isotonic'; readonly margins: readonly number[]; readonly probabilities: readonly number[] };

export type ScoringModel = {
  readonly format: 1;
  readonly inputs: readonly InputColumn[];
  readonly features: readonly Feature[];
  readonly margin: Trees | Linear | Blend;
  readonly calibration: Calibration;
};
