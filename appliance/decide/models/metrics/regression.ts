// How far predicted numbers lie from the true ones, weighted.

import { checkLength, checkWeights } from './scored.ts';

/** One entry a row, finite. */
export type Predicted = {
  readonly predictions: ArrayLike<number>;
  readonly actuals: ArrayLike<number>;
  readonly weights?: ArrayLike<number>;
};

export type RegressionMeasures = {
  /** In the unit of what is predicted. */
  readonly rmse: number;
  readonly mae: number;
  /** 1 - squared error over that of the weighted mean; NaN when the actual values do not vary. Negative: worse than the mean. */
  readonly r2: number;
};

/** @throws {RangeError} for lengths that differ and numbers that are not finite */
export function regressionMeasures(predicted: Predicted): RegressionMeasures {
  checkPredicted(predicted);
  const { predictions, actuals, weights } = predicted;
  let total = 0;
  let sum = 0;
  for (let row = 0; row < actuals.length; row += 1) {
    const weight = weights ? weights[row]! : 1;
    total += weight;
    sum += weight * actuals[row]!;
  }
  const mean = sum / total;
  let squared = 0;
  let absolute = 0;
  let spread = 0;
  for (let row = 0; row < actuals.length; row += 1) {
    const weight = weights ? weights[row]! : 1;
    const error = predictions[row]! - actuals[row]!;
    squared += weight * error * error;
    absolute += weight * Math.abs(error);
    spread += weight * (actuals[row]! - mean) ** 2;
  }
  return {
    rmse: Math.sqrt(squared / total),
    mae: absolute / total,
    r2: spread > 0 ? 1 - squared / spread : Number.NaN,
  };
}

/**
 * Mean pinball loss of predicted quantiles (Koenker and Bassett 1978): too low costs `quantile`, too high 1 - `quantile`, for each unit.
 * @throws {RangeError} unless 0 < quantile < 1, and as `regressionMeasures`
 */
export function pinballLoss(predicted: Predicted, quantile: number): number {
  if (!(quantile > 0 && quantile < 1)) throw new RangeError(`quantile: expected inside (0, 1), got ${quantile}`);
  checkPredicted(predicted);
  const { predictions, actuals, weights } = predicted;
  let sum = 0;
  let total = 0;
  for (let row = 0; row < actuals.length; row += 1) {
    const weight = weights ? weights[row]! : 1;
    const below = actuals[row]! - predictions[row]!;
    sum += weight * (below >= 0 ? quantile * below : (quantile - 1) * below);
    total += weight;
  }
  return sum / total;
}

function checkPredicted({ predictions, actuals, weights }: Predicted): void {
  checkLength('actuals', actuals, predictions.length);
  checkWeights(weights, predictions.length);
  for (let row = 0; row < actuals.length; row += 1) {
    if (!Number.isFinite(actuals[row]!)) throw new RangeError(`actuals: expected finite, got ${actuals[row]} in row ${row}`);
    if (!Number.isFinite(predictions[row]!))
      throw new RangeError(`predictions: expected finite, got ${predictions[row]} in row ${row}`);
  }
}
