// How a linear model is trained: Newton's steps on the penalised loss, along a path of penalties from strong to weak. A generator that asks
// for passes over the rows and never makes one, so that one thread or many can serve it and the digits are the same.

import type { Linear } from '../../../core/model/scoring.ts';
import type { Family } from './design.ts';
import type { Pass, Standard } from './passes.ts';
import { minimise, type Penalty, penaltyOf, violation } from './quadratic.ts';

export type FitOptions = {
  readonly family: Family;
  /** 1: lasso, 0: ridge, between: elastic net (Zou and Hastie 2005). */
  readonly alpha: number;
  /**
   * The loss is the weighted mean over rows, so a strength does not depend on their number. scikit-learn's C is 1 / (lambda x weight).
   * Strengths are trained in this order, each from the one before it: falling is quick.
   */
  readonly lambdas: readonly number[] | { readonly count: number; readonly lowest?: number };
  /** Optimal when no subgradient exceeds this times the targets' standard deviation. */
  readonly tolerance?: number;
  /** Newton steps of one strength; when they do not suffice the fit says `converged: false`. */
  readonly maxSteps?: number;
};

export type LinearFit = {
  readonly linear: Linear;
  readonly lambda: number;
  /** Weights that are not 0. */
  readonly nonzero: number;
  /** Weighted mean: cross-entropy in nats, or half the squared error. */
  readonly loss: number;
  /** 1 - loss over the loss of the best constant; 0 for nothing learned. */
  readonly explained: number;
  readonly steps: number;
  /** False with classes that are separated without a penalty, or a tolerance below what doubles can tell. */
  readonly converged: boolean;
};

export const solverDefaults = { tolerance: 1e-8, maxSteps: 100, lowestRatio: 1e-4, halvings: 30 } as const;
/** Rows that are enough to know the curvature by, as gradients are exact: sub-sampled Newton (Byrd et al. 2011). */
const curvatureRows = 65_536;
/** A step that leaves more of the violation than this was taken by a curvature that is worn out. */
const wornOut = 0.25;

export type Passes<Result> = Generator<Pass, Result, Float64Array>;

type Prepared = { standard: Standard; scales: Float64Array; weight: number; mean: number; deviation: number };

/** Weighted means and deviations of what is present. A feature that does not vary has scale 1, inverse 0, and never a weight. */
function* prepare(features: number): Passes<Prepared> {
  const means = yield { kind: 'means' };
  const weight = means[2 * features]!;
  const mean = means[2 * features + 1]! / weight;
  const centers = new Float64Array(features);
  for (let feature = 0; feature < features; feature += 1) {
    const sum = means[2 * feature + 1]!;
    if (!Number.isFinite(sum))
      throw new RangeError(`features: expected finite numbers or NaN, got ${sum} summing feature ${feature}`);
    centers[feature] = means[2 * feature]! > 0 ? sum / means[2 * feature]! : 0;
  }
  const spreads = yield { kind: 'spreads', centers, targetCenter: mean };
  const scales = new Float64Array(features).fill(1);
  const inverseScales = new Float64Array(features);
  for (let feature = 0; feature < features; feature += 1) {
    const present = means[2 * feature]!;
    if (!(present > 0)) continue;
    const deviation = Math.sqrt(spreads[feature]! / present);
    // Single precision holds 24 bits: a spread below that is rounding, not information.
    if (!(deviation > 1e-7 * Math.abs(centers[feature]!))) continue;
    scales[feature] = deviation;
    inverseScales[feature] = 1 / deviation;
  }
  const deviation = Math.sqrt(spreads[features]! / weight);
  return { standard: { centers, inverseScales }, scales, weight, mean, deviation };
}

/** Where the solver stands: coefficients with the mean loss and its gradient there, and what is known of the curvature. */
type Point = { coefficients: Float64Array; gradient: Float64Array; loss: number };
type Curvature = { square: Float64Array; stride: number; worn: boolean };

/**
 * @param features their number
 * @param rows their number
 * @throws {RangeError} for options outside their ranges, features with infinities, and a logistic model of one class
 */
export function* fitPath(features: number, rows: number, options: FitOptions): Passes<LinearFit[]> {
  checkOptions(options);
  const { family, alpha, tolerance = solverDefaults.tolerance, maxSteps = solverDefaults.maxSteps } = options;
  const prepared = yield* prepare(features);
  const { standard, weight, mean, deviation } = prepared;
  if (family === 'logistic' && !(mean > 0 && mean < 1)) throw new RangeError('targets: expected both classes');
  const solver = new Solver(family, standard, weight, family === 'gaussian' ? 1 : Math.max(1, Math.floor(rows / curvatureRows)));
  const start = new Float64Array(features + 1);
  start[features] = family === 'logistic' ? Math.log(mean / (1 - mean)) : mean;
  let point = yield* solver.look(start);
  const nothing = point.loss;
  const goal = tolerance * deviation;
  const fits: LinearFit[] = [];
  for (const lambda of lambdasOf(options, point.gradient)) {
    const found = yield* solver.descend(point, { lambda, alpha }, goal, maxSteps);
    point = found.point;
    const weights = Array.from(point.coefficients.subarray(0, features));
    fits.push({
      linear: {
        kind: 'linear',
        base: point.coefficients[features]!,
        weights,
        centers: Array.from(standard.centers),
        scales: Array.from(prepared.scales),
      },
      lambda,
      nonzero: weights.filter((each) => each !== 0).length,
      loss: point.loss,
      explained: nothing > 0 ? 1 - point.loss / nothing : 0,
      steps: found.steps,
      converged: found.converged,
    });
  }
  return fits;
}

class Solver {
  readonly #family: Family;
  readonly #standard: Standard;
  readonly #weight: number;
  #curvature: Curvature;

  constructor(family: Family, standard: Standard, weight: number, stride: number) {
    this.#family = family;
    this.#standard = standard;
    this.#weight = weight;
    this.#curvature = { square: new Float64Array(0), stride, worn: true };
  }

  /** Mean loss and gradient at coefficients, by a pass. */
  *look(coefficients: Float64Array): Passes<Point> {
    const sums = yield { kind: 'gradient', family: this.#family, standard: this.#standard, coefficients };
    const gradient = sums.subarray(0, coefficients.length).map((sum) => sum / this.#weight);
    return { coefficients, gradient, loss: sums[coefficients.length]! / this.#weight };
  }

  /** Newton's steps until the violation is at most `goal`. Each is halved until the loss falls enough (Armijo 1966). */
  *descend(
    from: Point,
    penalty: Penalty,
    goal: number,
    maxSteps: number,
  ): Passes<{ point: Point; steps: number; converged: boolean }> {
    let point = from;
    let wrong = violation(point.gradient, point.coefficients, penalty);
    let steps = 0;
    for (; wrong > goal && steps < maxSteps; steps += 1) {
      const fresh = this.#curvature.worn;
      if (fresh) yield* this.#measure(point.coefficients);
      const quadratic = { from: point.coefficients, gradient: point.gradient, curvature: this.#curvature.square };
      const target = minimise(quadratic, penalty, Math.max(goal / 4, wrong * 1e-3));
      const { next, halved } = yield* this.#step(point, target, penalty);
      const left = next ? violation(next.gradient, next.coefficients, penalty) : wrong;
      if (!next || halved || left > wornOut * wrong) {
        // A sample that has just been taken and does not serve: from now on a larger one.
        const whole = this.#curvature.stride === 1;
        if (!next && whole && (fresh || this.#family === 'gaussian')) break;
        if (fresh && !whole) this.#curvature.stride = Math.floor(this.#curvature.stride / 4) || 1;
        this.#curvature.worn = this.#family === 'logistic';
      }
      if (!next) continue;
      point = next;
      wrong = left;
    }
    return { point, steps, converged: wrong <= goal };
  }

  *#measure(coefficients: Float64Array): Passes<void> {
    const { stride } = this.#curvature;
    const size = coefficients.length;
    const sums = yield { kind: 'curvature', family: this.#family, standard: this.#standard, coefficients, stride };
    const square = new Float64Array(size * size);
    for (let row = 0; row < size; row += 1) {
      for (let column = row; column < size; column += 1) {
        square[row * size + column] = sums[row * size + column]! / sums[size * size]!;
        square[column * size + row] = square[row * size + column]!;
      }
    }
    this.#curvature = { square, stride, worn: false };
  }

  /** @returns no point when even the shortest step does not lower the loss: as far as doubles can tell this is the optimum */
  *#step(point: Point, target: Float64Array, penalty: Penalty): Passes<{ next?: Point; halved: boolean }> {
    const before = penaltyOf(penalty, point.coefficients);
    const step = target.map((value, index) => value - point.coefficients[index]!);
    const promised = dot(point.gradient, step) + penaltyOf(penalty, target) - before;
    const worth = point.loss + before;
    // What adding up a loss may lose: below it falling and standing still look the same.
    const dust = 1e-13 * Math.abs(worth);
    for (let [size, halving] = [1, 0]; halving <= solverDefaults.halvings; size /= 2, halving += 1) {
      const coefficients = size === 1 ? target : point.coefficients.map((value, index) => value + size * step[index]!);
      const next = this.#family === 'gaussian' ? this.#foresee(point, coefficients) : yield* this.look(coefficients);
      if (next.loss + penaltyOf(penalty, coefficients) <= worth + 1e-4 * size * promised + dust)
        return { next, halved: halving > 0 };
    }
    return { halved: true };
  }

  /** Of a Gaussian model the quadratic is the loss itself: no pass is needed. */
  #foresee(point: Point, coefficients: Float64Array): Point {
    const size = coefficients.length;
    const step = coefficients.map((value, index) => value - point.coefficients[index]!);
    const bend = new Float64Array(size);
    for (let row = 0; row < size; row += 1) {
      for (let column = 0; column < size; column += 1) bend[row]! += this.#curvature.square[row * size + column]! * step[column]!;
    }
    const gradient = bend.map((value, index) => point.gradient[index]! + value);
    return { coefficients, gradient, loss: point.loss + dot(point.gradient, step) + dot(bend, step) / 2 };
  }
}

function dot(one: Float64Array, other: Float64Array): number {
  let sum = 0;
  for (let index = 0; index < one.length; index += 1) sum += one[index]! * other[index]!;
  return sum;
}

/** From the strength at which the first feature enters (for alpha near 0 that of alpha 0.001) down in equal ratios, as glmnet. */
function lambdasOf({ lambdas, alpha }: FitOptions, gradientOfNothing: Float64Array): readonly number[] {
  if (!('count' in lambdas)) return lambdas;
  const { count, lowest = solverDefaults.lowestRatio } = lambdas;
  const steepest = gradientOfNothing.subarray(0, -1).reduce((most, each) => Math.max(most, Math.abs(each)), 0);
  const highest = (steepest > 0 ? steepest : 1) / Math.max(alpha, 1e-3);
  if (count === 1) return [highest];
  return Array.from({ length: count }, (_, index) => highest * lowest ** (index / (count - 1)));
}

function checkOptions({
  alpha,
  lambdas,
  tolerance = solverDefaults.tolerance,
  maxSteps = solverDefaults.maxSteps,
}: FitOptions): void {
  if (!(alpha >= 0 && alpha <= 1)) throw new RangeError(`alpha: expected from 0 to 1, got ${alpha}`);
  if (!(tolerance > 0)) throw new RangeError(`tolerance: expected more than 0, got ${tolerance}`);
  if (!(Number.isSafeInteger(maxSteps) && maxSteps > 0))
    throw new RangeError(`maxSteps: expected a whole number above 0, got ${maxSteps}`);
  if ('count' in lambdas) {
    const { count, lowest = solverDefaults.lowestRatio } = lambdas;
    if (!(Number.isSafeInteger(count) && count > 0))
      throw new RangeError(`lambdas.count: expected a whole number above 0, got ${count}`);
    if (!(lowest > 0 && lowest < 1)) throw new RangeError(`lambdas.lowest: expected inside (0, 1), got ${lowest}`);
    return;
  }
  for (const lambda of lambdas)
    if (!(lambda >= 0 && lambda < Number.POSITIVE_INFINITY)) throw new RangeError(`lambdas: expected at least 0, got ${lambda}`);
}
