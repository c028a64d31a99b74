// The inner problem of every step: a quadratic with an elastic net penalty. Coordinate descent finds which coefficients are zero and the
// signs of the rest (Friedman, Hastie and Tibshirani 2010); with those known the rest is a linear system that Cholesky solves to the end.

/** lambda x (alpha x sum of absolute values + (1 - alpha) / 2 x sum of squares), over all coefficients but the last, the intercept. */
export type Penalty = { readonly lambda: number; readonly alpha: number };

const limits = { sweeps: 2000, sweepsBetweenSolves: 5 } as const;

export function penaltyOf({ lambda, alpha }: Penalty, coefficients: Float64Array): number {
  let [absolute, squares] = [0, 0];
  for (let index = 0; index < coefficients.length - 1; index += 1) {
    absolute += Math.abs(coefficients[index]!);
    squares += coefficients[index]! ** 2;
  }
  return lambda * (alpha * absolute + ((1 - alpha) / 2) * squares);
}

/** How far the coefficients are from being optimal: the largest entry of the smallest subgradient. 0 at the optimum. */
export function violation(gradient: Float64Array, coefficients: Float64Array, penalty: Penalty): number {
  let worst = 0;
  for (let index = 0; index < coefficients.length; index += 1) {
    worst = Math.max(worst, violationAt(index, gradient[index]!, coefficients, penalty));
  }
  return worst;
}

function violationAt(index: number, slope: number, coefficients: Float64Array, { lambda, alpha }: Penalty): number {
  if (index === coefficients.length - 1) return Math.abs(slope);
  const value = coefficients[index]!;
  const smooth = slope + lambda * (1 - alpha) * value;
  if (value === 0) return Math.max(0, Math.abs(smooth) - lambda * alpha);
  return Math.abs(smooth + lambda * alpha * Math.sign(value));
}

/** gradient x (u - from) + half the curvature over (u - from), around `from`. Curvature: the whole symmetric square, row by row. */
export type Quadratic = { readonly from: Float64Array; readonly gradient: Float64Array; readonly curvature: Float64Array };

/**
 * The coefficients that minimise quadratic and penalty together.
 * Ends when the violation is at most `tolerance`, or after 2,000 sweeps with the best that was reached: the outer steps see to the rest.
 */
export function minimise(quadratic: Quadratic, penalty: Penalty, tolerance: number): Float64Array {
  const { from, gradient, curvature } = quadratic;
  const state: State = { at: from.slice(), slope: gradient.slice(), curvature, penalty };
  const all = Uint32Array.from(from, (_, index) => index);
  for (let sweeps = 0; sweeps < limits.sweeps; ) {
    if (solveActive(state) && violation(state.slope, state.at, penalty) <= tolerance) break;
    sweep(state, all);
    sweeps += 1;
    const active = all.filter((index) => isActive(state, index));
    for (let more = 0; more < limits.sweepsBetweenSolves && sweeps < limits.sweeps; more += 1, sweeps += 1) sweep(state, active);
    if (violation(state.slope, state.at, penalty) <= tolerance) break;
  }
  return state.at;
}

/** `slope` is the quadratic's gradient at `at`, kept up to date. */
type State = {
  readonly at: Float64Array;
  readonly slope: Float64Array;
  readonly curvature: Float64Array;
  readonly penalty: Penalty;
};

const isActive = ({ at, penalty }: State, index: number) =>
  index === at.length - 1 || at[index] !== 0 || penalty.lambda * penalty.alpha === 0;

function sweep(state: State, indexes: Uint32Array): void {
  const { at, slope, curvature, penalty } = state;
  const size = at.length;
  for (const index of indexes) {
    const bend = curvature[index * size + index]!;
    const penalised = index < size - 1;
    const ridge = penalised ? penalty.lambda * (1 - penalty.alpha) : 0;
    if (!(bend + ridge > 0)) continue;
    const pull = bend * at[index]! - slope[index]!;
    const shrunk = penalised ? soften(pull, penalty.lambda * penalty.alpha) : pull;
    move(state, index, shrunk / (bend + ridge) - at[index]!);
  }
}

function soften(value: number, by: number): number {
  return value > by ? value - by : value < -by ? value + by : 0;
}

function move({ at, slope, curvature }: State, index: number, by: number): void {
  if (by === 0) return;
  at[index]! += by;
  const size = at.length;
  for (let other = 0; other < size; other += 1) slope[other]! += by * curvature[index * size + other]!;
}

/**
 * Newton's steps over the coefficients that are not zero: to the minimum with their signs, or, where one of them would turn on the way,
 * only to its zero, where it stays, and on without it (as feature-sign search, Lee et al. 2007). Every step lowers the whole.
 * @returns false when the system is singular
 */
function solveActive(state: State): boolean {
  const { at, penalty } = state;
  const size = at.length;
  for (;;) {
    const active = Array.from(at.keys()).filter((index) => isActive(state, index));
    const step = newtonStep(state, active);
    if (!step) return false;
    let [share, turning] = [1, -1];
    if (penalty.lambda * penalty.alpha > 0) {
      active.forEach((index, row) => {
        const until = -at[index]! / step[row]!;
        if (index < size - 1 && until > 0 && until < share) [share, turning] = [until, index];
      });
    }
    active.forEach((index, row) => {
      move(state, index, index === turning ? -at[index]! : share * step[row]!);
    });
    if (turning < 0) return true;
  }
}

function newtonStep({ at, slope, curvature, penalty }: State, active: readonly number[]): Float64Array | undefined {
  const { lambda, alpha } = penalty;
  const size = at.length;
  const count = active.length;
  const square = new Float64Array(count * count);
  const step = new Float64Array(count);
  active.forEach((index, row) => {
    active.forEach((other, column) => {
      square[row * count + column] = curvature[index * size + other]!;
    });
    step[row] = -slope[index]!;
    if (index === size - 1) return;
    square[row * count + row]! += lambda * (1 - alpha);
    step[row]! -= lambda * (1 - alpha) * at[index]! + lambda * alpha * Math.sign(at[index]!);
  });
  return solve(square, step) ? step : undefined;
}

/** Cholesky, in place: `right` becomes the solution. @returns false for a matrix that is not positive definite by a clear margin */
export function solve(square: Float64Array, right: Float64Array): boolean {
  const size = right.length;
  for (let row = 0; row < size; row += 1) {
    const diagonal = square[row * size + row]!;
    for (let column = 0; column <= row; column += 1) {
      let sum = square[row * size + column]!;
      for (let index = 0; index < column; index += 1) sum -= square[row * size + index]! * square[column * size + index]!;
      if (column < row) square[row * size + column] = sum / square[column * size + column]!;
      else if (sum > 1e-12 * diagonal) square[row * size + row] = Math.sqrt(sum);
      else return false;
    }
  }
  for (let row = 0; row < size; row += 1) {
    let sum = right[row]!;
    for (let index = 0; index < row; index += 1) sum -= square[row * size + index]! * right[index]!;
    right[row] = sum / square[row * size + row]!;
  }
  for (let row = size - 1; row >= 0; row -= 1) {
    let sum = right[row]!;
    for (let index = row + 1; index < size; index += 1) sum -= square[index * size + row]! * right[index]!;
    right[row] = sum / square[row * size + row]!;
  }
  return true;
}
