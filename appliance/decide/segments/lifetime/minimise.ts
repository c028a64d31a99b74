// A minimiser for the few parameters of a likelihood whose value comes from other threads: BFGS within bounds, then Newton's steps by
// finite differences of the gradient, whose matrix gives the standard errors. Libraries on npm for it take synchronous functions only.
// Nocedal and Wright, Numerical Optimization, 2nd edition, algorithms 6.1 and 16.5 (projection on bounds).

export type Evaluated = { readonly value: number; readonly gradient: Float64Array };
export type Objective = (at: Float64Array) => Promise<Evaluated>;
export type Bounds = { readonly lower: readonly number[]; readonly upper: readonly number[] };

export type Minimum = {
  readonly at: Float64Array;
  readonly value: number;
  readonly gradient: Float64Array;
  /** Second derivatives, n x n by rows. */
  readonly hessian: Float64Array;
  /** Which parameters no bound holds. */
  readonly free: readonly boolean[];
  readonly iterations: number;
  readonly evaluations: number;
  /** The largest derivative that no bound explains is at most the tolerance. */
  readonly converged: boolean;
};

export const minimiseLimits = { iterations: 200, halvings: 40, newtonSteps: 6, longestStep: 2 } as const;
const differenceStep = 1e-4;

/** @param tolerance of the largest free derivative */
export async function minimise(objective: Objective, start: Float64Array, bounds: Bounds, tolerance: number): Promise<Minimum> {
  const n = start.length;
  let evaluations = 0;
  const ask: Objective = (at) => {
    evaluations += 1;
    return objective(at);
  };
  let at: Float64Array = clamp(start, bounds);
  let now = await ask(at);
  let curvature: Float64Array = identity(n, 1);
  let fresh = true;
  let iterations = 0;
  for (; iterations < minimiseLimits.iterations; iterations += 1) {
    const free = freeOf(at, now.gradient, bounds);
    if (largest(now.gradient, free) <= tolerance) break;
    const step = direction(curvature, now.gradient, free);
    const next = step && (await lineSearch(ask, at, now, step, bounds));
    if (!next) {
      if (fresh) break;
      curvature = identity(n, 1);
      fresh = true;
      continue;
    }
    curvature = update(curvature, difference(next.at, at), difference(next.found.gradient, now.gradient), fresh);
    fresh = false;
    at = next.at;
    now = next.found;
  }
  const polished = await polish(ask, at, now, bounds, tolerance);
  const free = freeOf(polished.at, polished.now.gradient, bounds);
  return {
    at: polished.at,
    value: polished.now.value,
    gradient: polished.now.gradient,
    hessian: polished.hessian,
    free,
    iterations,
    evaluations,
    converged: largest(polished.now.gradient, free) <= tolerance,
  };
}

async function polish(ask: Objective, from: Float64Array, first: Evaluated, bounds: Bounds, tolerance: number) {
  let [at, now] = [from, first];
  let hessian = await hessianAt(ask, at);
  for (let step = 0; step < minimiseLimits.newtonSteps; step += 1) {
    const free = freeOf(at, now.gradient, bounds);
    const size = largest(now.gradient, free);
    if (size <= tolerance * 1e-3) break;
    const move = direction(hessian, now.gradient, free);
    if (!move) break;
    const next = clamp(
      at.map((value, index) => value + move[index]!),
      bounds,
    );
    const found = await ask(next);
    // A step that helps no more has met the noise of the sums.
    if (!(largest(found.gradient, freeOf(next, found.gradient, bounds)) < size)) break;
    [at, now] = [next, found];
    if (step === 0) hessian = await hessianAt(ask, at);
  }
  return { at, now, hessian };
}

/** Central differences of the gradient, made symmetric. */
export async function hessianAt(objective: Objective, at: Float64Array): Promise<Float64Array> {
  const n = at.length;
  const matrix = new Float64Array(n * n);
  for (let column = 0; column < n; column += 1) {
    const moved = (by: number) => at.map((value, index) => (index === column ? value + by : value));
    const above = (await objective(moved(differenceStep))).gradient;
    const below = (await objective(moved(-differenceStep))).gradient;
    for (let row = 0; row < n; row += 1) {
      const second = (above[row]! - below[row]!) / (2 * differenceStep);
      matrix[row * n + column]! += second / 2;
      matrix[column * n + row]! += second / 2;
    }
  }
  return matrix;
}

async function lineSearch(ask: Objective, at: Float64Array, now: Evaluated, step: Float64Array, bounds: Bounds) {
  const longest = Math.max(...step.map(Math.abs));
  let scale = Math.min(1, minimiseLimits.longestStep / longest);
  for (let halving = 0; halving < minimiseLimits.halvings; halving += 1, scale /= 2) {
    const next = clamp(
      at.map((value, index) => value + scale * step[index]!),
      bounds,
    );
    const slope = dot(now.gradient, difference(next, at));
    if (slope === 0) return undefined;
    const found = await ask(next);
    if (Number.isFinite(found.value) && found.value <= now.value + 1e-4 * slope) return { at: next, found };
  }
  return undefined;
}

/** Newton's step over the free parameters, or undefined where the matrix is not positive definite there. */
function direction(matrix: Float64Array, gradient: Float64Array, free: readonly boolean[]): Float64Array | undefined {
  const n = gradient.length;
  const inverse = invertPositive(matrix, n, free);
  return inverse && Float64Array.from({ length: n }, (_, row) => -dot(inverse.subarray(row * n, (row + 1) * n), gradient));
}

/**
 * Inverse of a symmetric positive definite matrix over the chosen rows and columns by Cholesky; elsewhere 0.
 * @returns undefined where it is not positive definite, to within the rounding of its entries
 */
export function invertPositive(matrix: Float64Array, n: number, chosen: readonly boolean[]): Float64Array | undefined {
  const kept = chosen.flatMap((is, index) => (is ? [index] : []));
  const m = kept.length;
  const lower = new Float64Array(m * m);
  for (let i = 0; i < m; i += 1) {
    for (let j = 0; j <= i; j += 1) {
      let sum = matrix[kept[i]! * n + kept[j]!]!;
      for (let k = 0; k < j; k += 1) sum -= lower[i * m + k]! * lower[j * m + k]!;
      if (i === j && !(sum > 1e-12 * matrix[kept[i]! * n + kept[i]!]!)) return undefined;
      lower[i * m + j] = i === j ? Math.sqrt(sum) : sum / lower[j * m + j]!;
    }
  }
  const inverse = new Float64Array(n * n);
  for (let column = 0; column < m; column += 1) {
    const solved = new Float64Array(m);
    for (let i = 0; i < m; i += 1) {
      let sum = i === column ? 1 : 0;
      for (let k = 0; k < i; k += 1) sum -= lower[i * m + k]! * solved[k]!;
      solved[i] = sum / lower[i * m + i]!;
    }
    for (let i = m - 1; i >= 0; i -= 1) {
      let sum = solved[i]!;
      for (let k = i + 1; k < m; k += 1) sum -= lower[k * m + i]! * solved[k]!;
      solved[i] = sum / lower[i * m + i]!;
      inverse[kept[i]! * n + kept[column]!] = solved[i]!;
    }
  }
  return inverse;
}

/** BFGS; the first pair of differences also sets the scale. A pair without positive curvature is left out. */
function update(matrix: Float64Array, s: Float64Array, y: Float64Array, first: boolean): Float64Array {
  const n = s.length;
  const sy = dot(s, y);
  if (!(sy > 1e-10 * Math.sqrt(dot(s, s) * dot(y, y)))) return matrix;
  const from = first ? identity(n, dot(y, y) / sy) : matrix;
  const product = Float64Array.from({ length: n }, (_, row) => dot(from.subarray(row * n, (row + 1) * n), s));
  const curve = dot(product, s);
  return from.map((value, index) => {
    const [row, column] = [Math.floor(index / n), index % n];
    return value + (y[row]! * y[column]!) / sy - (product[row]! * product[column]!) / curve;
  });
}

const identity = (n: number, scale: number) => Float64Array.from({ length: n * n }, (_, at) => (at % (n + 1) === 0 ? scale : 0));
const clamp = (at: Float64Array, { lower, upper }: Bounds) =>
  at.map((value, index) => Math.min(upper[index]!, Math.max(lower[index]!, value)));
const difference = (a: Float64Array, b: Float64Array) => a.map((value, index) => value - b[index]!);
const dot = (a: Float64Array, b: Float64Array) => a.reduce((sum, value, index) => sum + value * b[index]!, 0);
const largest = (gradient: Float64Array, free: readonly boolean[]) =>
  gradient.reduce((most, value, index) => (free[index] ? Math.max(most, Math.abs(value)) : most), 0);
const freeOf = (at: Float64Array, gradient: Float64Array, { lower, upper }: Bounds) =>
  [...at].map(
    (value, index) => !((value <= lower[index]! && gradient[index]! > 0) || (value >= upper[index]! && gradient[index]! < 0)),
  );
