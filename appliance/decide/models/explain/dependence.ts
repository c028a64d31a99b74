// Partial dependence (Friedman 2001): how the mean score moves when one column is set to the same value in every row, and the curves of
// single rows behind that mean (Goldstein et al. 2015). For every model that scores a matrix, ours or not.

import { Fault } from '../../../core/errors.ts';
import { type Column, cellOf, emptyChunk, isMissing, type Matrix, missingOf } from '../../../core/matrix/matrix.ts';
import { requiredColumn, type ScoreMatrix, withColumn } from './importance.ts';

export const dependenceLimits = { rows: 1_000_000, points: 100, curves: 10_000 } as const;

export type DependencePoint = {
  /** A number, a time in milliseconds, a level; undefined is missing. */
  readonly value: number | string | undefined;
  /** Mean score over all rows. */
  readonly mean: number;
  /** Score of each row, if asked for. */
  readonly curve?: Float64Array;
};

/**
 * @param points how many values at most: of numbers and times their quantiles, of categories the most frequent levels; what is missing comes
 *   last, where the column knows it
 * @throws {Fault} `limit_reached` beyond `dependenceLimits`, `model_invalid` for a column that the matrix has not
 */
export async function partialDependence(
  score: ScoreMatrix,
  matrix: Matrix,
  columnName: string,
  { points = 20, curves = false }: { readonly points?: number; readonly curves?: boolean } = {},
): Promise<DependencePoint[]> {
  const { rows } = matrix;
  if (rows === 0 || rows > dependenceLimits.rows)
    throw new Fault('limit_reached', `partial dependence: 1 to ${dependenceLimits.rows} rows`);
  if (points > dependenceLimits.points)
    throw new Fault('limit_reached', `partial dependence: at most ${dependenceLimits.points} points`);
  if (curves && rows > dependenceLimits.curves)
    throw new Fault('limit_reached', `partial dependence: at most ${dependenceLimits.curves} rows with curves`);
  const column = requiredColumn(matrix, columnName);
  const found: DependencePoint[] = [];
  for (const cell of grid(column, rows, points)) {
    const scores = await score(withColumn(matrix, constantColumn(column, cell)));
    let sum = 0;
    for (let row = 0; row < rows; row += 1) sum += scores[row]!;
    const value = isMissing(column, cell) ? undefined : column.kind === 'category' ? column.levels?.[cell] : cell;
    found.push({ value, mean: sum / rows, ...(curves ? { curve: Float64Array.from(scores) } : {}) });
  }
  return found;
}

function grid(column: Column, rows: number, points: number): number[] {
  const cells = Float64Array.from({ length: rows }, (_, row) => cellOf(column, row));
  const present = cells.filter((cell) => !isMissing(column, cell) && Number.isFinite(cell)).sort();
  const missing = cells.some((cell) => isMissing(column, cell)) ? [missingOf[column.storage]] : [];
  if (present.length === 0) return missing;
  if (column.kind !== 'category') {
    const at = (share: number) => present[Math.round(share * (present.length - 1))]!;
    return [...new Set(Array.from({ length: points }, (_, point) => at(points === 1 ? 0.5 : point / (points - 1)))), ...missing];
  }
  const counts = new Map<number, number>();
  for (const cell of present) counts.set(cell, (counts.get(cell) ?? 0) + 1);
  const frequent = [...counts].sort(([a, many], [b, more]) => more - many || a - b);
  return [...frequent.slice(0, points).map(([cell]) => cell), ...missing];
}

/** One chunk stands for all. */
function constantColumn(column: Column, cell: number): Column {
  const chunk = emptyChunk(column.storage).fill(cell);
  return { ...column, chunks: column.chunks.map(() => chunk) };
}
