// How columns become features for training: numbers as they are and, for linear models, on a logarithmic scale; categories of few levels as one
// feature a level, of many by what training rows of the level did. What is learned of a level for a training row is learned from other rows than
// itself, or a level of one row would tell its label.

import { type Column, columnOf, isMissing, levelAt, type Matrix, rowsPerChunk } from '../../../core/matrix/matrix.ts';
import type { Feature, InputColumn, ScoringModel } from '../../../core/model/scoring.ts';
import { uncalibrated } from '../calibration/calibrate.ts';

export const encodeLimits = {
  /** Levels that get a feature each. */
  levelsApart: 12,
  /** Rows that the share of a level is pulled towards the whole by. */
  prior: 20,
  /** Parts of the training rows; a level's share for one part is of the others. */
  parts: 5,
} as const;

export type Encoding = {
  readonly inputs: readonly InputColumn[];
  readonly features: readonly Feature[];
  /** By feature: its value for each training row, where that is not what the feature says of a new row. */
  readonly apart: ReadonlyMap<number, Float32Array>;
};

/**
 * @param rows training rows of the matrix
 * @param labels 0 or 1 for each of `rows`
 */
export function fitEncoding(matrix: Matrix, names: readonly string[], rows: Int32Array, labels: Uint8Array): Encoding {
  const inputs: InputColumn[] = [];
  const features: Feature[] = [];
  const apart = new Map<number, Float32Array>();
  const base = labels.reduce((sum, label) => sum + label, 0) / labels.length;
  for (const name of names) {
    const column = columnOf(matrix, name)!;
    const missing = rows.reduce((sum, row) => sum + (isMissing(column, cellAt(column, row)) ? 1 : 0), 0);
    if (column.kind === 'category') {
      const levels = levelsOf(column, rows);
      if (levels.length + (missing > 0 ? 1 : 0) < 2) continue;
      inputs.push({ name, kind: 'category', levels });
      if (levels.length <= encodeLimits.levelsApart) features.push(...apartOf(name, levels, missing > 0));
      else {
        const { feature, values } = codedOf(name, column, levels, rows, labels, base);
        apart.set(features.length, values);
        features.push(feature);
      }
    } else {
      inputs.push({ name, kind: column.kind });
      features.push({ name, input: name, how: column.kind });
      if (column.kind === 'number') features.push({ name: `${name} (log)`, input: name, how: 'log' });
    }
    if (missing > 0 && missing < rows.length) features.push({ name: `${name} (missing)`, input: name, how: 'missing' });
  }
  return { inputs, features, apart };
}

/** What a scorer needs to make features alone. */
export function featuresOnly({ inputs, features }: Pick<Encoding, 'inputs' | 'features'>): ScoringModel {
  return {
    format: 1,
    inputs,
    features,
    margin: { kind: 'trees', base: 0, trees: [] },
    calibration: uncalibrated,
  };
}

/** Of two levels without holes, one feature says all. */
function apartOf(name: string, levels: readonly string[], holes: boolean): Feature[] {
  const told = levels.length === 2 && !holes ? levels.slice(1) : levels;
  return told.map((level) => ({ name: `${name} = ${level}`, input: name, how: 'is', level }));
}

/** The log-odds of a level's share of positives. */
function codedOf(name: string, column: Column, levels: readonly string[], rows: Int32Array, labels: Uint8Array, base: number) {
  const { parts } = encodeLimits;
  const counts = column.levels!.length;
  const seen = Array.from({ length: parts }, () => new Float64Array(counts));
  const positives = Array.from({ length: parts }, () => new Float64Array(counts));
  const cells = Int32Array.from(rows, (row) => {
    const cell = cellAt(column, row);
    return isMissing(column, cell) ? -1 : cell;
  });
  cells.forEach((cell, at) => {
    if (cell < 0) return;
    seen[at % parts]![cell]! += 1;
    positives[at % parts]![cell]! += labels[at]!;
  });
  const sum = (of: readonly Float64Array[], cell: number) => of.reduce((total, part) => total + part[cell]!, 0);
  const codeOf = (rowsOfLevel: number, positivesOfLevel: number) => {
    const share = (positivesOfLevel + encodeLimits.prior * base) / (rowsOfLevel + encodeLimits.prior);
    return Math.fround(Math.log(share / (1 - share)));
  };
  const all = Float64Array.from({ length: counts }, (_, cell) => sum(seen, cell));
  const allPositives = Float64Array.from({ length: counts }, (_, cell) => sum(positives, cell));
  const values = Float32Array.from(cells, (cell, at) => {
    if (cell < 0) return Number.NaN;
    const part = at % parts;
    return codeOf(all[cell]! - seen[part]![cell]!, allPositives[cell]! - positives[part]![cell]!);
  });
  const places = new Map(column.levels!.map((level, cell) => [level, cell]));
  const codes = Object.fromEntries(
    levels.map((level) => [level, codeOf(all[places.get(level)!]!, allPositives[places.get(level)!]!)]),
  );
  const feature: Feature = { name: `${name} (rate)`, input: name, how: 'coded', codes, other: codeOf(0, 0) };
  return { feature, values };
}

/** Levels that training rows have, in the order of the alphabet. */
function levelsOf(column: Column, rows: Int32Array): string[] {
  const found = new Set<string>();
  for (const row of rows) {
    const level = levelAt(column, row);
    if (level !== undefined) found.add(level);
  }
  return [...found].sort((a, b) => (a < b ? -1 : 1));
}

function cellAt(column: Column, row: number): number {
  return column.chunks[Math.floor(row / rowsPerChunk)]![row % rowsPerChunk]!;
}
