// Folds that the data brings: a column that says for each row which part it belongs to, as people who compare with another tool need it.

import { type Column, cellOf, isMissing } from '../../../core/matrix/matrix.ts';
import { type Folds, foldLimits, outside } from './folds.ts';

export type NamedFolds = Folds & {
  /** The column's level or number of each fold, in the order of the levels or rising. */
  readonly names: readonly string[];
};

/**
 * One fold for each level or number that occurs; rows where it is missing are `outside`.
 * @throws {RangeError} for fewer than 2 values or more than 1,000
 */
export function foldsOfColumn(column: Column, rows: number): NamedFolds {
  const cells = new Set<number>();
  for (let row = 0; row < rows; row += 1) {
    const cell = cellOf(column, row);
    if (!isMissing(column, cell)) cells.add(cell);
    if (cells.size > foldLimits.folds) throw new RangeError(`column ${column.name}: expected at most ${foldLimits.folds} folds`);
  }
  if (cells.size < 2) throw new RangeError(`column ${column.name}: expected at least 2 folds, got ${cells.size}`);
  const values = [...cells].sort((a, b) => a - b);
  const places = new Map(values.map((value, place) => [value, place]));
  const foldOf = new Uint16Array(rows);
  for (let row = 0; row < rows; row += 1) foldOf[row] = places.get(cellOf(column, row)) ?? outside;
  return { count: values.length, foldOf, names: values.map((value) => column.levels?.[value] ?? String(value)) };
}
