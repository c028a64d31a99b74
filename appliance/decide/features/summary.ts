// What a column holds, in a few numbers: for people who look before they train.

import { type Column, levelAt, type Matrix, numberAt } from '../../core/matrix/matrix.ts';

export type ColumnSummary = {
  readonly name: string;
  readonly kind: Column['kind'];
  readonly missing: number;
  /** Different values, counted up to `summaryLimits.distinct`. */
  readonly distinct: number;
  /** Of numbers and times, over what is not missing. */
  readonly least?: number;
  readonly greatest?: number;
  readonly mean?: number;
  /** The most frequent levels of a category, with their rows. */
  readonly levels?: readonly { readonly level: string; readonly rows: number }[];
};

export const summaryLimits = { distinct: 100_000, levels: 10 } as const;

export function summaryOf({ rows, columns }: Matrix): ColumnSummary[] {
  return columns.map((column) => (column.kind === 'category' ? ofCategory(column, rows) : ofNumbers(column, rows)));
}

function ofNumbers(column: Column, rows: number): ColumnSummary {
  const distinct = new Set<number>();
  let [missing, sum, least, greatest] = [0, 0, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let row = 0; row < rows; row += 1) {
    const value = numberAt(column, row);
    if (Number.isNaN(value)) {
      missing += 1;
      continue;
    }
    if (distinct.size < summaryLimits.distinct) distinct.add(value);
    sum += value;
    if (value < least) least = value;
    if (value > greatest) greatest = value;
  }
  const { name, kind } = column;
  const about = { name, kind, missing, distinct: distinct.size };
  return missing === rows ? about : { ...about, least, greatest, mean: sum / (rows - missing) };
}

function ofCategory(column: Column, rows: number): ColumnSummary {
  const counts = new Map<string, number>();
  let missing = 0;
  for (let row = 0; row < rows; row += 1) {
    const level = levelAt(column, row);
    if (level === undefined) missing += 1;
    else counts.set(level, (counts.get(level) ?? 0) + 1);
  }
  const levels = [...counts]
    .map(([level, count]) => ({ level, rows: count }))
    .sort((a, b) => b.rows - a.rows || (a.level < b.level ? -1 : 1))
    .slice(0, summaryLimits.levels);
  return { name: column.name, kind: 'category', missing, distinct: counts.size, levels };
}
