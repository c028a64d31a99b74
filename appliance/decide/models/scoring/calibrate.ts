// From margin to probability, in double precision: logistic (Platt 1999) or straight lines between the points of an isotonic fit.

import type { Calibration } from '../../../core/model/scoring.ts';

/** @returns 0 to 1; NaN for a margin that is NaN, which a linear model gives where infinities of both signs meet */
export function calibrate(calibration: Calibration, margin: number): number {
  if (calibration.kind === 'platt') return 1 / (1 + Math.exp(-(calibration.a * margin + calibration.b)));
  const { margins, probabilities } = calibration;
  const last = margins.length - 1;
  if (margin <= margins[0]!) return probabilities[0]!;
  if (margin >= margins[last]!) return probabilities[last]!;
  if (Number.isNaN(margin)) return Number.NaN;
  let low = 0;
  let high = last;
  // margins[low] < margin <= margins[high]
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (margins[middle]! < margin) low = middle;
    else high = middle;
  }
  const from = probabilities[low]!;
  return from + ((probabilities[high]! - from) * (margin - margins[low]!)) / (margins[high]! - margins[low]!);
}
