// Two matrices one below the other, with a mark for each row: what a classifier needs that is to tell them apart.

import { type Column, categoryColumn, columnOf, type Matrix, numberColumn } from '../../../core/matrix/matrix.ts';
import { numbersOf, textsOf } from './baseline.ts';

/** Columns that both have, of one kind. @returns marks: 1 for rows of the second */
export function stacked(first: Matrix, second: Matrix, names: readonly string[]): { matrix: Matrix; isSecond: Uint8Array } {
  const columns = names.flatMap((name): Column[] => {
    const [one, other] = [columnOf(first, name), columnOf(second, name)];
    if (!one || !other || one.kind !== other.kind) return [];
    if (one.kind === 'category') return [categoryColumn(name, [...textsOf(one, first.rows), ...textsOf(other, second.rows)])];
    const values = new Float64Array(first.rows + second.rows);
    values.set(numbersOf(one, first.rows));
    values.set(numbersOf(other, second.rows), first.rows);
    return [numberColumn(name, values, 'f64', one.kind)];
  });
  const rows = first.rows + second.rows;
  return { matrix: { rows, columns }, isSecond: Uint8Array.from({ length: rows }, (_, row) => (row < first.rows ? 0 : 1)) };
}
