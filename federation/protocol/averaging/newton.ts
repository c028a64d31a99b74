// Logistic regression by shared sums: Newton's method, where each member adds the gradient and the curvature over its rows, and everybody takes
// the same step from their sums. It ends at the optimum of the pooled rows in some six sums (iteratively reweighted least squares).

import { checkPositive, checkWhole, naturalLogarithm } from './arithmetic.ts';
import { solveDamped } from './cholesky.ts';
import type { LogisticSums } from './newton-sums.ts';

export type NewtonSettings = {
  /** Strength of L2: lambda / 2 x the squares of all weights but the intercept, beside the mean loss over rows. */
  readonly lambda: number;
  /** Done when no weight moves by more: the error left is then of the order of its square. Default 1e-6. */
  readonly tolerance?: number;
  /** Sums at most. Default 30. */
  readonly sums?: number;
};

export const newtonDefaults = { lambda: 1e-4, tolerance: 1e-6, sums: 30, halvings: 12 } as const;
/** Of a mean loss: less is lost in rounding the sums of all members, and counts as no change. */
const dust = 1e-7;

type Accepted = {
  readonly weights: Float64Array;
  /** Whole Newton step from `weights`. */
  readonly step: Float64Array;
  /** Mean loss with its penalty at `weights`, and over how many rows. */
  readonly worth: number;
  readonly rows: number;
};

/** Plain data. */
export type NewtonState = {
  /** Where the next sum is to be taken; the model, when done. Standardised, the intercept last. */
  readonly weights: Float64Array;
  /** Sums taken so far. */
  readonly sums: number;
  /** `stalled`: no step lowers the loss further. `spent`: the sums did not suffice. Both leave the best weights that were found. */
  readonly done: 'converged' | 'stalled' | 'spent' | undefined;
  /** The last point that was kept; undefined before the first sum. */
  readonly accepted: Accepted | undefined;
  /** Times that the step was halved since. */
  readonly halvings: number;
};

/** All weights 0, the intercept at the log-odds. @param columns without intercept  @throws {RangeError} for labels of one class */
export function startNewton(columns: number, { rows, positives }: { rows: number; positives: number }): NewtonState {
  checkWhole('columns', columns, 0, 1000);
  if (!(positives > 0 && positives < rows)) throw new RangeError(`positives: expected both classes, got ${positives} of ${rows}`);
  const weights = new Float64Array(columns + 1);
  weights[columns] = naturalLogarithm(positives / (rows - positives));
  return { weights, sums: 0, done: undefined, accepted: undefined, halvings: 0 };
}

/**
 * The next point, from the sums at `state.weights`. A step that raised the loss is halved, and costs a sum. When members dropped out and the
 * rows are others than before, losses cannot be compared: the step is kept.
 * @throws {RangeError} for settings outside their ranges, a state that is done, sums without rows
 */
export function nextNewton(settings: NewtonSettings, state: NewtonState, sums: LogisticSums): NewtonState {
  const { lambda, tolerance = newtonDefaults.tolerance, sums: most = newtonDefaults.sums } = settings;
  checkPositive('lambda', lambda, true);
  checkPositive('tolerance', tolerance);
  checkWhole('sums', most, 1, 1000);
  if (state.done) throw new RangeError(`state: expected one that is not done, got ${state.done}`);
  checkPositive('rows', sums.rows);
  const taken = state.sums + 1;
  const worth = sums.loss / sums.rows + penaltyOf(state.weights, lambda);
  const before = state.accepted;
  if (before && before.rows === sums.rows && worth > before.worth + dust) return halve(state, before, taken, most);
  const step = stepFrom(state.weights, sums, lambda);
  const accepted = { weights: state.weights, step, worth, rows: sums.rows };
  const weights = moved(state.weights, step, 1);
  const longest = step.reduce((longer, each) => Math.max(longer, Math.abs(each)), 0);
  if (longest <= tolerance) return { weights, sums: taken, done: 'converged', accepted, halvings: 0 };
  if (taken >= most) return { weights: state.weights, sums: taken, done: 'spent', accepted, halvings: 0 };
  return { weights, sums: taken, done: undefined, accepted, halvings: 0 };
}

function halve(state: NewtonState, before: Accepted, sums: number, most: number): NewtonState {
  const halvings = state.halvings + 1;
  const done = halvings > newtonDefaults.halvings ? 'stalled' : sums >= most ? 'spent' : undefined;
  if (done) return { weights: before.weights, sums, done, accepted: before, halvings };
  let share = 1;
  for (let each = 0; each < halvings; each += 1) share /= 2;
  return { weights: moved(before.weights, before.step, share), sums, done, accepted: before, halvings };
}

const moved = (from: Float64Array, step: Float64Array, share: number) =>
  from.map((weight, index) => weight + share * step[index]!);

function penaltyOf(weights: Float64Array, lambda: number): number {
  let squares = 0;
  for (let index = 0; index < weights.length - 1; index += 1) squares += weights[index]! * weights[index]!;
  return (lambda / 2) * squares;
}

/** Minus the inverse of the curvature times the gradient, both of the mean loss and its penalty. */
function stepFrom(weights: Float64Array, { rows, gradient, curvature }: LogisticSums, lambda: number): Float64Array {
  const size = weights.length;
  const square = new Float64Array(size * size);
  const right = new Float64Array(size);
  let at = 0;
  for (let row = 0; row < size; row += 1) {
    const penalised = row < size - 1 ? lambda : 0;
    right[row] = -(gradient[row]! / rows + penalised * weights[row]!);
    for (let column = row; column < size; column += 1, at += 1) {
      const value = curvature[at]! / rows + (row === column ? penalised : 0);
      square[row * size + column] = value;
      square[column * size + row] = value;
    }
  }
  return solveDamped(square, right);
}
