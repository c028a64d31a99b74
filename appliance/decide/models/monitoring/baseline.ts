// What a model was trained on, as bins and shares that travel with it: plain data without any row, against which what it scores later is held.

import { Fault } from '../../../core/errors.ts';
import { type Column, levelAt, type Matrix, numberAt } from '../../../core/matrix/matrix.ts';
import { type CategoryProfile, type NumberProfile, profileCategories, profileNumbers } from '../metrics/drift.ts';

export type ModelBaseline = {
  readonly format: 1;
  readonly rows: number;
  /** Of the columns that the model reads. */
  readonly columns: readonly {
    readonly name: string;
    readonly kind: Column['kind'];
    readonly profile: NumberProfile | CategoryProfile;
  }[];
  /** Of its scores on those rows. */
  readonly score: NumberProfile;
};

/**
 * @param matrix the columns that the model reads
 * @param scores probabilities of such rows, by models that had not seen them: those of what was learned from are too sure
 * @throws {RangeError} for no rows or scores
 */
export function baselineOf(matrix: Matrix, scores: ArrayLike<number>): ModelBaseline {
  if (scores.length === 0) throw new RangeError('scores: expected some, got none');
  return {
    format: 1,
    rows: matrix.rows,
    columns: matrix.columns.map((column) => ({
      name: column.name,
      kind: column.kind,
      profile:
        column.kind === 'category'
          ? profileCategories(textsOf(column, matrix.rows))
          : profileNumbers(numbersOf(column, matrix.rows)),
    })),
    score: profileNumbers(scores),
  };
}

export const numbersOf = (column: Column, rows: number): Float64Array =>
  Float64Array.from({ length: rows }, (_, row) => numberAt(column, row));

export const textsOf = (column: Column, rows: number): (string | undefined)[] =>
  Array.from({ length: rows }, (_, row) => levelAt(column, row));

/** What a file says. @throws {Fault} `model_invalid` naming what is wrong */
export function parseBaseline(value: unknown): ModelBaseline {
  const wrong = (where: string): never => {
    throw new Fault('model_invalid', `profile: ${where}`);
  };
  const given = (typeof value === 'object' && value !== null ? value : {}) as ModelBaseline;
  if (given.format !== 1) wrong('format: expected 1');
  if (!(Number.isSafeInteger(given.rows) && given.rows > 0)) wrong('rows: expected a whole number above 0');
  if (!Array.isArray(given.columns)) wrong('columns: expected a list');
  for (const column of given.columns)
    if (!isSound(column.profile)) wrong(`columns: ${column.name}: expected a share for each bin`);
  if (!isSound(given.score)) wrong('score: expected a share for each bin');
  return given;
}

/** One share for each bin or level, and two for what is beside them. */
function isSound(profile: NumberProfile | CategoryProfile | undefined): boolean {
  const inside = profile?.kind === 'number' ? profile.edges : profile?.levels;
  if (!Array.isArray(inside) || !Array.isArray(profile?.shares) || profile.shares.length !== inside.length + 2) return false;
  return profile.shares.every((share) => typeof share === 'number' && share >= 0 && share <= 1);
}
