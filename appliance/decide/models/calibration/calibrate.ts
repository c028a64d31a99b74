// From a margin to a probability, as scoring.ts says it: the one reading of `Calibration` that training, tests and scoring share.

import type { Calibration } from '../../../core/model/scoring.ts';

/** The plain logistic function: what a model that is already calibrated gets. */
export const uncalibrated: Calibration = { kind: 'platt', a: 1, b: 0 };

/** 1 / (1 + exp(-x)) without overflow on either side. */
export function logistic(x: number): number {
  if (x >= 0) return 1 / (1 + Math.exp(-x));
  const power = Math.exp(x);
  return power / (1 + power);
}

/** @returns a probability; NaN for a margin that is NaN. @throws {RangeError} for an isotonic calibration without points */
export function calibrate(calibration: Calibration, margin: number): number {
  if (calibration.kind === 'platt') return logistic(calibration.a * margin + calibration.b);
  const { margins, probabilities } = calibration;
  const last = margins.length - 1;
  if (last < 0) throw new RangeError('calibration: expected points, got none');
  if (Number.isNaN(margin)) return Number.NaN;
  if (margin <= margins[0]!) return probabilities[0]!;
  if (margin >= margins[last]!) return probabilities[last]!;
  let low = 0;
  let high = last;
  while (high - low > 1) {
    const middle = (low + high) >>> 1;
    if (margins[middle]! <= margin) low = middle;
    else high = middle;
  }
  const share = (margin - margins[low]!) / (margins[high]! - margins[low]!);
  return probabilities[low]! + share * (probabilities[high]! - probabilities[low]!);
}
