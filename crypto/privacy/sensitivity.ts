// How far one row, or one member, can move what is released: the rules behind every noise multiplier, and the clipping that makes them true.
// Neighbours are data with one row (or one member) more or less.

export type Sensitivity = {
  /** The largest L2 distance between the results of neighbours. */
  l2: number;
  /** The largest L1 distance. */
  l1: number;
};

/** Below the bound by far more than rounding in the norm can be off, and by far less than anybody notices. */
const inside = 1 - 2 ** -40;
/** Above this, adding integers in doubles is no longer exact. */
const safeBound = 2 ** 52;

/**
 * The vector, shortened to an L2 norm of at most the bound where it is longer.
 * @param bound above 0
 * @throws {RangeError} for values that are not finite: they have no length
 */
export function clipped(vector: Float64Array, bound: number): Float64Array {
  checkBound(bound, 'bound');
  const norm = normOf(vector);
  if (norm <= bound * inside) return vector.slice();
  const factor = (bound / norm) * inside;
  return vector.map((value) => value * factor);
}

/** L2 norm without overflow, with Neumaier's summation: within a few 2^-52, however long the vector. */
export function normOf(vector: Float64Array): number {
  let largest = 0;
  for (const [index, value] of vector.entries()) {
    if (!Number.isFinite(value)) throw new RangeError(`vector: expected finite numbers, got ${value} at ${index}`);
    largest = Math.max(largest, Math.abs(value));
  }
  if (largest === 0) return 0;
  let sum = 0;
  let lost = 0;
  for (const value of vector) {
    const square = (value / largest) ** 2;
    const next = sum + square;
    lost += sum >= square ? sum - next + square : square - next + sum;
    sum = next;
  }
  return largest * Math.sqrt(sum + lost);
}

/**
 * A clipped vector in integers, one for each 1 / unitsPerOne, cut towards zero: no component grows, so that the norm stays within
 * bound * unitsPerOne. Rounding to the nearest would let it grow by sqrt(dimension) / 2.
 * @param unitsPerOne above 0; bound * unitsPerOne at most 2^52
 */
export function clippedToIntegers(vector: Float64Array, bound: number, unitsPerOne: number): Float64Array {
  checkBound(unitsPerOne, 'unitsPerOne');
  if (bound * unitsPerOne > safeBound)
    throw new RangeError(`unitsPerOne: expected bound * unitsPerOne up to 2^52, got ${bound * unitsPerOne}`);
  return clipped(vector, bound).map((value) => Math.trunc(value * unitsPerOne) + 0);
}

/** A sum of updates, each a vector clipped to the bound: one member more or less moves it by one update. For integers, bound * unitsPerOne. */
export function updateSensitivity({ bound, dimension }: { bound: number; dimension: number }): Sensitivity {
  checkBound(bound, 'bound');
  checkCount(dimension, 'dimension');
  return { l2: bound, l1: bound * Math.sqrt(dimension) };
}

/**
 * Histograms of gradients: every row adds its numbers to one cell of each feature, so that it touches as many cells as there are features.
 * @param features how many histograms are released together
 * @param bounds of the absolute value of each number that a row adds to a cell: of its gradient, and of its hessian where that is added too
 * @param rounding of cells to integers after their rows are added up, where that is done: each touched number may move by one unit more
 */
export function histogramSensitivity({
  features,
  bounds,
  rounding = 'none',
}: {
  features: number;
  bounds: readonly number[];
  rounding?: 'none' | 'cells';
}): Sensitivity {
  checkCount(features, 'features');
  if (bounds.length === 0) throw new RangeError('bounds: expected some, got none');
  const moved = bounds.map((bound) => {
    checkBound(bound, 'bounds');
    return rounding === 'cells' ? bound + 1 : bound;
  });
  return {
    l2: Math.sqrt(features) * Math.hypot(...moved),
    l1: features * moved.reduce((sum, bound) => sum + bound, 0),
  };
}

/** Neighbours that differ in one row's content, with as many rows: the one is taken out, and another put in. */
export function replaced({ l2, l1 }: Sensitivity): Sensitivity {
  return { l2: 2 * l2, l1: 2 * l1 };
}

/** A person with up to so many rows, where rows were counted. */
export function grouped({ l2, l1 }: Sensitivity, rowsMax: number): Sensitivity {
  checkCount(rowsMax, 'rowsMax');
  return { l2: rowsMax * l2, l1: rowsMax * l1 };
}

function checkBound(bound: number, name: string): void {
  if (!(bound > 0 && bound < Number.POSITIVE_INFINITY))
    throw new RangeError(`${name}: expected a finite number above 0, got ${bound}`);
}

function checkCount(count: number, name: string): void {
  if (!Number.isSafeInteger(count) || count < 1) throw new RangeError(`${name}: expected an integer from 1 up, got ${count}`);
}
