// A model that was learned with others, made ready on rows of this node's own that nothing was learned from: calibrated as models of this node are,
// with figures of rows that the calibration did not see, and with what scores look like, so that drift is noticed later.

import type { Matrix } from '../../../core/matrix/matrix.ts';
import type { Calibration, ScoringModel } from '../../../core/model/scoring.ts';
import { calibrate, uncalibrated } from '../calibration/calibrate.ts';
import { type CalibrationName, chooseCalibration } from '../calibration/choose.ts';
import { auc } from '../metrics/curves.ts';
import { expectedCalibrationError, logLoss } from '../metrics/probability.ts';
import { rank } from '../metrics/scored.ts';
import { baselineOf, type ModelBaseline } from '../monitoring/baseline.ts';
import type { VersionFigures } from '../registry/version.ts';
import { createScorer, parseScoringModel } from '../scoring/scoring.ts';

/** Rows that this node keeps out: fewer, or fewer of a kind, calibrate nothing and are no figure. */
const enough = { rows: 40, ofEach: 10 } as const;
const seed = 7;

export type PrepareOrder = {
  /** Not calibrated. */
  readonly model: ScoringModel;
  /** The inputs of the model, by name, of rows that nothing was learned from. */
  readonly matrix: Matrix;
  /** 0 or 1 by row. */
  readonly labels: ArrayLike<number>;
};
export type Prepared = {
  readonly model: ScoringModel;
  readonly calibration: CalibrationName;
  readonly figures?: VersionFigures;
  readonly baseline?: ModelBaseline;
};

/** @throws {Fault} `model_invalid` for what is no scoring model, or takes what the matrix has not */
export function prepareTogether({ model: given, matrix, labels }: PrepareOrder): Prepared {
  const model = parseScoringModel(given);
  const margins = createScorer(model).matrix(matrix).margin;
  const positives = Array.from(labels).reduce((sum, label) => sum + label, 0);
  if (matrix.rows < enough.rows || Math.min(positives, matrix.rows - positives) < enough.ofEach)
    return { model, calibration: 'none' };
  const { name, calibration } = chooseCalibration({ scores: margins, labels }, { seed });
  const unseen = acrossHalves(margins, labels);
  const calibrated = { ...model, calibration };
  return {
    model: calibrated,
    calibration: name,
    figures: {
      rocAuc: auc(rank({ scores: margins, labels })),
      logLoss: logLoss({ scores: unseen, labels }),
      calibrationError: expectedCalibrationError({ scores: unseen, labels }),
    },
    baseline: baselineOf(matrix, unseen),
  };
}

/** Each half calibrated by what the other says: rows that a calibration was learned from make it look better than it is. */
function acrossHalves(margins: ArrayLike<number>, labels: ArrayLike<number>): Float64Array {
  const halves = [0, 1].map((half): Calibration => {
    const own = Array.from({ length: margins.length }, (_, row) => row).filter((row) => row % 2 === half);
    if (own.length === 0) return uncalibrated;
    const part = { scores: own.map((row) => margins[row]!), labels: own.map((row) => labels[row]!) };
    return chooseCalibration(part, { seed }).calibration;
  });
  return Float64Array.from(margins, (margin, row) => calibrate(halves[1 - (row % 2)]!, margin));
}
