// Why a score is what it is: Shapley values of the margin, feature by feature and column by column, that add up to it. Trees by TreeSHAP,
// linear parts exactly, a blend as the weighted sum of its parts, as the Shapley value is linear in the model.

import type { Matrix } from '../../../core/matrix/matrix.ts';
import type { Linear, ScoringModel } from '../../../core/model/scoring.ts';
import { sharedDoubles } from '../scoring/compile.ts';
import { featuresOfRow } from '../scoring/features.ts';
import { createScorer, type Row, type Score } from '../scoring/scoring.ts';
import { createTreeShap, flattenForShap, type ShapTrees, type TreeShap } from './tree-shap.ts';

/** How far base value and values may be from the margin, for each unit of what the model adds up at most: rounding of doubles. */
export const additivityTolerance = 1e-12;

export type ExplainOptions = {
  /**
   * Training means of the features: what linear parts are explained against. Default: the centers of each linear part, where a feature adds
   * nothing; so also for NaN.
   */
  readonly means?: readonly number[];
};

export type Explanation = Score & {
  /** The margin where nothing is known of the customer: the average over the training rows. */
  readonly baseValue: number;
  /** For each feature what it adds to the margin, [F]; base value and all of them sum to the margin (`additivityTolerance`). */
  readonly values: Float64Array;
};

type ShapLinear = {
  readonly kind: 'linear';
  readonly expected: number;
  readonly weights: Float64Array<SharedArrayBuffer>;
  readonly centers: Float64Array<SharedArrayBuffer>;
  readonly scales: Float64Array<SharedArrayBuffer>;
  /** What each feature adds at its mean. */
  readonly atMean: Float64Array<SharedArrayBuffer>;
};

/** A model made ready to be explained. Plain data over shared memory: it may be posted to a thread. */
export type Explainable = {
  readonly features: number;
  readonly baseValue: number;
  readonly parts: readonly { readonly weight: number; readonly of: ShapTrees | ShapLinear }[];
};

export function makeExplainable(model: ScoringModel, { means }: ExplainOptions = {}): Explainable {
  const { margin } = model;
  if (means && means.length !== model.features.length)
    throw new RangeError(`means: expected one for each of ${model.features.length} features, got ${means.length}`);
  const parts = (margin.kind === 'blend' ? margin.parts : [{ weight: 1, of: margin }]).map(({ weight, of }) => ({
    weight,
    of: of.kind === 'trees' ? flattenForShap(of) : flattenLinear(of, means),
  }));
  return {
    features: model.features.length,
    baseValue: parts.reduce((sum, { weight, of }) => sum + weight * of.expected, 0),
    parts,
  };
}

function flattenLinear(of: Linear, means: readonly number[] | undefined): ShapLinear {
  const { weights, centers, scales } = of;
  const atMean = weights.map((weight, at) => {
    const mean = means?.[at] ?? Number.NaN;
    return Number.isNaN(mean) ? 0 : (weight * (mean - centers[at]!)) / scales[at]!;
  });
  return {
    kind: 'linear',
    expected: atMean.reduce((sum, term) => sum + term, of.base),
    weights: sharedDoubles(weights),
    centers: sharedDoubles(centers),
    scales: sharedDoubles(scales),
    atMean: sharedDoubles(atMean),
  };
}

/** Fills `into` [F] with the Shapley values of a row. One for each thread: it has room of its own. */
export type Explain = (features: Float32Array, into: Float64Array) => void;

export function createExplain({ parts }: Explainable): Explain {
  const steps = parts.map(({ weight, of }): { weight: number; add: TreeShap } => ({
    weight,
    add: of.kind === 'trees' ? createTreeShap(of) : (features, by, into) => addLinear(of, features, by, into),
  }));
  return (features, into) => {
    into.fill(0);
    for (const { weight, add } of steps) add(features, weight, into);
  };
}

/**
 * Shapley interaction values (Lundberg et al. 2020, section "SHAP interaction values"): what two features add together beyond what each adds
 * alone, halved between [i, j] and [j, i]; [i, i] is what remains. A row of the table sums to the feature's Shapley value. Linear parts have
 * none. Takes two walks for each feature.
 * @returns [F, F] row by row, symmetric to double rounding
 */
export function interactionValues({ parts, features: count }: Explainable, features: Float32Array): Float64Array {
  const table = new Float64Array(count * count);
  const alone = new Float64Array(count);
  const known = new Float64Array(count);
  const unknown = new Float64Array(count);
  for (const { weight, of } of parts) {
    if (of.kind === 'linear') {
      addLinear(of, features, weight, alone);
      continue;
    }
    const add = createTreeShap(of);
    add(features, weight, alone);
    for (const given of new Set(of.feature)) {
      if (given < 0) continue;
      known.fill(0);
      unknown.fill(0);
      add(features, weight, known, { feature: given, known: true });
      add(features, weight, unknown, { feature: given, known: false });
      for (let other = 0; other < count; other += 1) {
        if (other !== given) table[given * count + other]! += (known[other]! - unknown[other]!) / 2;
      }
    }
  }
  for (let one = 0; one < count; one += 1) {
    let together = 0;
    for (let other = 0; other < count; other += 1) together += table[one * count + other]!;
    table[one * count + one] = alone[one]! - together;
  }
  return table;
}

function addLinear(
  { weights, centers, scales, atMean }: ShapLinear,
  features: Float32Array,
  by: number,
  into: Float64Array,
): void {
  for (let at = 0; at < weights.length; at += 1) {
    const value = features[at]!;
    const term = Number.isNaN(value) ? 0 : (weights[at]! * (value - centers[at]!)) / scales[at]!;
    into[at]! += by * (term - atMean[at]!);
  }
}

export type Explainer = {
  readonly model: ScoringModel;
  readonly explainable: Explainable;
  readonly baseValue: number;
  /** One row by the names of its columns. @throws {Fault} `bad_request` for a value of the wrong kind */
  row(row: Row): Explanation;
  /** One row of a matrix. @throws {Fault} `model_invalid` when the matrix does not fit the model */
  at(matrix: Matrix, row: number): Explanation;
  /** One row whose features are made, in the model's order; NaN is missing. Infinite values of linear parts have no finite explanation. */
  features(features: Float32Array): Explanation;
};

/** @param model as `parseScoringModel` lets through @throws {RangeError} for means that are not one for each feature */
export function createExplainer(model: ScoringModel, options?: ExplainOptions): Explainer {
  const explainable = makeExplainable(model, options);
  const explain = createExplain(explainable);
  const scorer = createScorer(model);
  const { baseValue } = explainable;
  const features = (row: Float32Array): Explanation => {
    const values = new Float64Array(explainable.features);
    explain(row, values);
    return { ...scorer.features(row), baseValue, values };
  };
  return {
    model,
    explainable,
    baseValue,
    features,
    row: (row) => features(featuresOfRow(model, row)),
    at: (matrix, row) => features(scorer.featuresAt(matrix, row)),
  };
}

/** What a column adds to the margin: the values of all features that are made of it, summed. In the order of the model's inputs. */
export function valuesByColumn(
  model: ScoringModel,
  values: ArrayLike<number>,
): { readonly column: string; readonly value: number }[] {
  const sums = new Map(model.inputs.map(({ name }) => [name, 0]));
  model.features.forEach(({ input }, at) => {
    sums.set(input, sums.get(input)! + values[at]!);
  });
  return [...sums].map(([column, value]) => ({ column, value }));
}
