// Whether the rows that a model scores now look like those it was trained on, column by column and by its scores: the population stability index
// (Siddiqi, Credit Risk Scorecards, 2006), and what of it is chance where rows are few.

import { Fault } from '../../../core/errors.ts';
import { type Column, columnOf, type Matrix } from '../../../core/matrix/matrix.ts';
import { categoryDrift, type Drift, numberDrift } from '../metrics/drift.ts';
import { normalQuantile } from '../numerics/distributions.ts';
import { type ModelBaseline, numbersOf, textsOf } from './baseline.ts';

export const stabilityLimits = {
  /** Of either side. Below, bins hold a handful of rows. */
  rows: 100,
  /** Siddiqi 2006: below the first nothing to speak of, up to the second to be looked into, above it a shift. */
  some: 0.1,
  much: 0.25,
  /** An index that samples of the same kind reach in 1 of 100 cases is no drift, whatever its size. */
  chance: 0.99,
  parts: 3,
} as const;

export type Shift = 'none' | 'some' | 'much';
export type ColumnDrift = {
  readonly column: string;
  readonly index: number;
  /** What samples of these sizes reach by chance. */
  readonly byChance: number;
  readonly shift: Shift;
  /** The bins that give most of the index. */
  readonly parts: readonly { readonly name: string; readonly expected: number; readonly actual: number }[];
};
export type Stability = {
  readonly rows: number;
  readonly score: ColumnDrift;
  /** Most first. */
  readonly columns: readonly ColumnDrift[];
  /** That the model reads, and the file lacks or has of another kind. */
  readonly absent: readonly string[];
};

/**
 * @param scores of the rows; undefined where a column that the model reads is absent
 * @throws {Fault} `too_little_data`
 */
export function stabilityOf(baseline: ModelBaseline, matrix: Matrix, scores: ArrayLike<number> | undefined): Stability {
  const least = stabilityLimits.rows;
  if (Math.min(matrix.rows, baseline.rows) < least)
    throw new Fault(
      'too_little_data',
      `${matrix.rows} rows against ${baseline.rows} of the training; at least ${least} are needed`,
    );
  const columns: ColumnDrift[] = [];
  const absent: string[] = [];
  for (const { name, kind, profile } of baseline.columns) {
    const column = columnOf(matrix, name);
    const drift = column && driftOf(profile, kind, column, matrix.rows);
    if (drift) columns.push(judged(name, drift, baseline.rows, matrix.rows));
    else absent.push(name);
  }
  columns.sort((a, b) => b.index - a.index || (a.column < b.column ? -1 : 1));
  const score = numberDrift(baseline.score, scores ?? new Float64Array(matrix.rows).fill(Number.NaN));
  return { rows: matrix.rows, score: judged('score', score, baseline.rows, matrix.rows), columns, absent };
}

function driftOf(
  profile: ModelBaseline['columns'][number]['profile'],
  kind: Column['kind'],
  column: Column,
  rows: number,
): Drift | undefined {
  if (column.kind !== kind) return undefined;
  return profile.kind === 'category'
    ? categoryDrift(profile, textsOf(column, rows))
    : numberDrift(profile, numbersOf(column, rows));
}

/** Under no drift the index over 1 / n + 1 / m is about chi-square with one degree less than bins (Yurdakul and Naranjo 2020). */
function judged(column: string, { index, parts }: Drift, before: number, now: number): ColumnDrift {
  const bins = parts.filter(({ expected, actual }) => expected > 0 || actual > 0).length;
  const byChance = bins > 1 ? chiSquareQuantile(stabilityLimits.chance, bins - 1) * (1 / before + 1 / now) : 0;
  const shift = index <= Math.max(byChance, stabilityLimits.some) ? 'none' : index <= stabilityLimits.much ? 'some' : 'much';
  return {
    column,
    index,
    byChance,
    shift,
    parts: [...parts]
      .sort((a, b) => b.index - a.index)
      .filter((part) => part.index > 0)
      .slice(0, stabilityLimits.parts)
      .map(({ name, expected, actual }) => ({ name, expected, actual })),
  };
}

/** Wilson and Hilferty 1931: within a hundredth from one degree on. */
export function chiSquareQuantile(p: number, degrees: number): number {
  const nine = 2 / (9 * degrees);
  return degrees * (1 - nine + normalQuantile(p) * Math.sqrt(nine)) ** 3;
}
