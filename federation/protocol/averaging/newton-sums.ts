// Gradient and curvature of a member's rows as words of a secure sum, in fixed point that follows from the number of all rows. No range has to be
// agreed on: columns standardised by the pooled moments have squares that sum to the number of rows, and that bounds all of these sums.

import { checkLength, checkWhole, powerOfTwoAtMost } from './arithmetic.ts';
import { memberLimit, pairAt, pairLimit, putPair } from './digits.ts';
import { momentLimits } from './moments.ts';

export type LogisticSums = {
  readonly rows: number;
  /** Cross-entropy in nats, over these rows. */
  readonly loss: number;
  /** (p - y) x, one number for each column, the intercept's last. Without penalty. */
  readonly gradient: Float64Array;
  /** p (1 - p) x x', the upper triangle row by row. Without penalty. */
  readonly curvature: Float64Array;
};

/** Mean losses above this are written as this: such a point is refused anyhow. */
const mostNats = 1024;
const headWords = 4;

/** Words of such a sum. @param columns without intercept */
export const newtonWords = (columns: number) => headWords + 2 * (columns + 1) + (columns + 1) * (columns + 2);

/**
 * Steps of 1 in gradient and curvature: rows x steps is at most 2^45. By Cauchy and Schwarz the sum of |x| over rows is at most
 * sqrt(rows x rows), that of |x x'| too: so no entry, of one member or of all, exceeds the rows, and 2^46 leaves a factor of two for rounding.
 * The rounding of all members together changes a mean gradient by less than members / 2^45.
 */
const stepsOf = (rowsOfAll: number) => powerOfTwoAtMost(pairLimit / 2 / rowsOfAll);

function check(columns: number, rowsOfAll: number): void {
  checkWhole('columns', columns, 0, 2 * momentLimits.features);
  checkWhole('rowsOfAll', rowsOfAll, 1, momentLimits.rows * memberLimit);
}

/**
 * @param rowsOfAll as the summed moments say
 * @throws {RangeError} for NaN, Infinity and sums that columns standardised by these moments cannot have, by index
 */
export function encodeLogisticSums({ rows, loss, gradient, curvature }: LogisticSums, rowsOfAll: number): Int32Array {
  const size = gradient.length;
  check(size - 1, rowsOfAll);
  checkLength('curvature', curvature, (size * (size + 1)) / 2);
  checkWhole('rows', rows, 0, rowsOfAll);
  const words = new Int32Array(newtonWords(size - 1));
  const steps = stepsOf(rowsOfAll);
  const put = (name: string, value: number, at: number) => {
    if (!(Math.abs(value) <= 2 * rowsOfAll)) throw new RangeError(`${name}: expected within ${2 * rowsOfAll} of 0, got ${value}`);
    putPair(name, Math.round(value * steps), words, at);
  };
  putPair('rows', rows, words, 0);
  put('loss', Math.min(loss, mostNats * rows) / mostNats, 2);
  gradient.forEach((value, index) => {
    put(`gradient at ${index}`, value, headWords + 2 * index);
  });
  curvature.forEach((value, index) => {
    put(`curvature at ${index}`, value, headWords + 2 * (size + index));
  });
  return words;
}

/** The sums over all members. @throws {RangeError} for another length, and rows that not all of them have */
export function decodeLogisticSums(words: Int32Array, columns: number, rowsOfAll: number): LogisticSums {
  check(columns, rowsOfAll);
  checkLength('words', words, newtonWords(columns));
  const size = columns + 1;
  const steps = stepsOf(rowsOfAll);
  const rows = pairAt(words, 0);
  checkWhole('rows', rows, 1, rowsOfAll);
  const from = (first: number, count: number) =>
    Float64Array.from({ length: count }, (_, index) => pairAt(words, first + 2 * index) / steps);
  return {
    rows,
    loss: (pairAt(words, 2) / steps) * mostNats,
    gradient: from(headWords, size),
    curvature: from(headWords + 2 * size, (size * (size + 1)) / 2),
  };
}
