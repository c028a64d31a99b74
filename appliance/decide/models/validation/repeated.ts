// What repeated resampling says about a mean: its parts share training rows, so their spread divided by their number would promise far too
// much. Nadeau and Bengio's correction is what honest comparisons use.

import { studentTwoSided, studentWidth } from '../numerics/distributions.ts';

export type ResampledMean = {
  readonly mean: number;
  /** Of the mean: (1 / J + test rows / training rows) x the sample variance of the J measures. */
  readonly variance: number;
  readonly standardError: number;
  readonly low: number;
  readonly high: number;
  /** Two-sided, that the mean is 0: for differences of two models on the same splits. 1 when all are 0. */
  readonly pValue: number;
};

/**
 * Nadeau and Bengio 2003's corrected resampled t, with J - 1 degrees of freedom; for k folds repeated as Bouckaert and Frank 2004.
 * @param measures of all J = folds x repeats test parts
 * @param testPerTrain test rows over training rows: 1 / (k - 1) for k folds
 * @throws {RangeError} for fewer than two measures or a share that is not above 0
 */
export function resampledMean(measures: readonly number[], testPerTrain: number, level = 0.95): ResampledMean {
  const count = measures.length;
  if (count < 2) throw new RangeError(`measures: expected at least 2, got ${count}`);
  if (!(testPerTrain > 0)) throw new RangeError(`testPerTrain: expected more than 0, got ${testPerTrain}`);
  const mean = measures.reduce((sum, each) => sum + each, 0) / count;
  const spread = measures.reduce((sum, each) => sum + (each - mean) ** 2, 0) / (count - 1);
  const variance = (1 / count + testPerTrain) * spread;
  const standardError = Math.sqrt(variance);
  const width = studentWidth(level, count - 1) * standardError;
  const pValue = standardError > 0 ? studentTwoSided(mean / standardError, count - 1) : mean === 0 ? 1 : 0;
  return { mean, variance, standardError, low: mean - width, high: mean + width, pValue };
}
