// The linear system of a Newton step, solved by Cholesky's decomposition in one fixed order, so that all members get the same bits.

/** Damping that is tried when the matrix is not positive definite, as shares of its mean diagonal: then ten times as much, and so on. */
const leastDamping = 1e-10;
const dampings = 16;

/**
 * Solves square x = right for a symmetric matrix, [n, n] row by row. Where it is not positive definite by a clear margin, because columns are
 * combinations of others, its diagonal is raised until it is: the step is then shorter, and still downhill.
 * @throws {RangeError} when even that does not help: the matrix is no curvature
 */
export function solveDamped(square: Float64Array, right: Float64Array): Float64Array {
  const size = right.length;
  let trace = 0;
  for (let row = 0; row < size; row += 1) trace += square[row * size + row]!;
  let damping = 0;
  for (let attempt = 0; attempt <= dampings; attempt += 1) {
    const factor = Float64Array.from(square);
    for (let row = 0; row < size; row += 1) factor[row * size + row]! += (damping * trace) / size;
    if (factorise(factor, size)) return substitute(factor, right);
    damping = damping === 0 ? leastDamping : damping * 10;
  }
  throw new RangeError('curvature: expected a matrix that is positive definite, got another');
}

/** In place, the lower triangle. @returns false for a pivot below 1e-12 of its diagonal */
function factorise(square: Float64Array, size: number): boolean {
  for (let row = 0; row < size; row += 1) {
    const diagonal = square[row * size + row]!;
    for (let column = 0; column <= row; column += 1) {
      let sum = square[row * size + column]!;
      for (let index = 0; index < column; index += 1) sum -= square[row * size + index]! * square[column * size + index]!;
      if (column < row) square[row * size + column] = sum / square[column * size + column]!;
      else if (diagonal > 0 && sum > 1e-12 * diagonal) square[row * size + row] = Math.sqrt(sum);
      else return false;
    }
  }
  return true;
}

function substitute(factor: Float64Array, right: Float64Array): Float64Array {
  const size = right.length;
  const solution = Float64Array.from(right);
  for (let row = 0; row < size; row += 1) {
    let sum = solution[row]!;
    for (let index = 0; index < row; index += 1) sum -= factor[row * size + index]! * solution[index]!;
    solution[row] = sum / factor[row * size + row]!;
  }
  for (let row = size - 1; row >= 0; row -= 1) {
    let sum = solution[row]!;
    for (let index = row + 1; index < size; index += 1) sum -= factor[index * size + row]! * solution[index]!;
    solution[row] = sum / factor[row * size + row]!;
  }
  return solution;
}
