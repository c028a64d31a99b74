// Which calibration a model gets: none, Platt's or isotonic, by what each would have cost on rows it did not see, with a price for every
// number that was learned, so that few rows get few numbers.

import type { Calibration } from '../../../core/model/scoring.ts';
import { logLoss } from '../metrics/probability.ts';
import type { Scored } from '../metrics/scored.ts';
import { gather } from '../numerics/order.ts';
import { splitsOf, stratifiedFolds } from '../validation/folds.ts';
import { calibrate, uncalibrated } from './calibrate.ts';
import { isotonicScaling } from './isotonic.ts';
import { plattScaling } from './platt.ts';

export type CalibrationName = 'none' | 'platt' | 'isotonic';

export type Candidate = {
  readonly name: CalibrationName;
  /** Mean log-loss over rows that the calibration did not see, in nats. */
  readonly logLoss: number;
  /** Numbers learned x log(rows) / (2 x rows): Schwarz 1978's price for them, in the same unit. */
  readonly penalty: number;
};

export type ChosenCalibration = {
  readonly name: CalibrationName;
  /** Learned from all rows. */
  readonly calibration: Calibration;
  /** All of them, the chosen one too. */
  readonly candidates: readonly Candidate[];
};

export type ChooseOptions = {
  readonly seed: number;
  readonly folds?: number;
  /** Of each row, so that its fold does not depend on its place; without them the place is the key. */
  readonly keys?: ArrayLike<string | number>;
};

const learners: { readonly [name in CalibrationName]: (scored: Scored) => Calibration } = {
  none: () => uncalibrated,
  platt: plattScaling,
  isotonic: (scored) => isotonicScaling(scored, true),
};

/**
 * Compares by stratified cross-validation; of equal ones the simpler. With fewer than two rows of a class in each fold nothing can be
 * learned safely and the answer is `none`. Rows of one person in several folds make isotonic look better than it is: give one row each.
 * @param scored margins of rows the model was not trained on, in log-odds if `none` is to mean anything
 * @throws {RangeError} as `plattScaling`
 */
export function chooseCalibration(scored: Scored, options: ChooseOptions): ChosenCalibration {
  const { seed, folds = 5, keys } = options;
  const rows = scored.scores.length;
  const calibrations = {
    none: uncalibrated,
    platt: learners.platt(scored),
    isotonic: learners.isotonic(scored),
  };
  let positives = 0;
  for (let row = 0; row < rows; row += 1) positives += scored.labels[row]!;
  if (Math.min(positives, rows - positives) < 2 * folds) {
    const only = { name: 'none', logLoss: lossOf(uncalibrated, scored), penalty: 0 } as const;
    return { name: 'none', calibration: uncalibrated, candidates: [only] };
  }
  const splits = splitsOf(stratifiedFolds(scored.labels, { folds, seed, ...(keys ? { keys } : {}) }));
  const numbers = {
    none: 0,
    platt: 2,
    isotonic: new Set(calibrations.isotonic.kind === 'isotonic' ? calibrations.isotonic.probabilities : []).size,
  };
  const names: readonly CalibrationName[] = ['none', 'platt', 'isotonic'];
  const candidates = names.map((name) => {
    const losses = splits.map(({ train, test }) => {
      const calibration = learners[name](part(scored, train));
      const held = part(scored, test);
      return { loss: lossOf(calibration, held), weight: weightOf(held) };
    });
    const weight = losses.reduce((sum, each) => sum + each.weight, 0);
    const sum = losses.reduce((total, each) => total + (each.weight > 0 ? each.loss * each.weight : 0), 0);
    return { name, logLoss: sum / weight, penalty: (numbers[name] * Math.log(rows)) / (2 * rows) };
  });
  const cost = ({ logLoss: loss, penalty }: Candidate) => loss + penalty;
  const best = candidates.reduce((winner, each) => (cost(each) < cost(winner) ? each : winner));
  return { name: best.name, calibration: calibrations[best.name], candidates };
}

function lossOf(calibration: Calibration, scored: Scored): number {
  const probabilities = new Float64Array(scored.scores.length);
  for (let row = 0; row < probabilities.length; row += 1) probabilities[row] = calibrate(calibration, scored.scores[row]!);
  return logLoss({ ...scored, scores: probabilities });
}

function weightOf({ scores, weights }: Scored): number {
  if (!weights) return scores.length;
  let sum = 0;
  for (let row = 0; row < weights.length; row += 1) sum += weights[row]!;
  return sum;
}

function part({ scores, labels, weights }: Scored, rows: Uint32Array): Scored {
  const picked = { scores: gather(scores, rows), labels: gather(labels, rows) };
  return weights ? { ...picked, weights: gather(weights, rows) } : picked;
}
