// How cells become features, exactly as core/model/scoring.ts states: bound once to a matrix or to the columns by name, so that the loop over
// rows only reads numbers. Levels of categories are looked up once for each level of the matrix, not for each row.

import { Fault } from '../../../core/errors.ts';
import { type Column, type ColumnKind, columnOf, type Matrix, missingOf, rowsPerChunk } from '../../../core/matrix/matrix.ts';
import type { Feature, InputColumn, ScoringModel } from '../../../core/model/scoring.ts';
import { blockRows, sharedSingles } from './compile.ts';

/** Milliseconds of a day: times enter a model in days since 1970. */
export const dayMs = 86_400_000;

/** One customer by column names: numbers in their unit, times in milliseconds since 1970, categories as text; absent or NaN is missing. */
export type Row = { readonly [input: string]: number | string | undefined };

/** One feature made of one column of a matrix. Plain data: it may be posted to a thread. */
export type BoundFeature = {
  readonly chunks: Column['chunks'];
  /** What a cell holds when nothing is known; NaN where that is how it is said. */
  readonly missing: number;
  /** Of the missing cell. */
  readonly ofMissing: number;
  /** Of a category: the feature for each level of the matrix. Of the others: numbers are divided by this. */
  readonly of: Float32Array<SharedArrayBuffer> | number | 'zero' | 'log' | 'cut';
  /** Of a number that is cut. */
  readonly cut?: Cut;
};

type Cut = { readonly step: number; readonly low: number; readonly high: number };

/**
 * Text as every runtime of ONNX sees it: what has no UTF-8, and NUL, at which some of them would cut it, become the sign of replacement.
 * Levels of models are such text already.
 */
export function plainText(text: string): string {
  return text.toWellFormed().replaceAll('\0', '\ufffd');
}

/** A level as the model sees it: one that it is to take for missing is. */
export function seenLevel(input: InputColumn, level: string | undefined): string | undefined {
  if (input.kind !== 'category' || input.others === undefined || level === undefined) return level;
  return input.levels.includes(plainText(level)) ? level : undefined;
}

/** The feature of a level; undefined or '' is a missing category. Single precision. */
export function featureOfLevel(feature: Feature, level: string | undefined): number {
  const missing = level === undefined || level === '';
  if (feature.how === 'missing') return missing ? 1 : 0;
  if (missing) return Number.NaN;
  const known = plainText(level);
  if (feature.how === 'is') return feature.level === known ? 1 : 0;
  if (feature.how === 'coded') return Math.fround(Object.hasOwn(feature.codes, known) ? feature.codes[known]! : feature.other);
  throw new Error(`feature ${feature.name}: how: expected one for categories, got ${feature.how}`);
}

/** The feature of a number or a time; NaN is missing. Single precision. */
export function featureOfNumber(feature: Feature, value: number): number {
  if (feature.how === 'missing') return Number.isNaN(value) ? 1 : 0;
  if (feature.how === 'log') return logOf(value);
  if (feature.how === 'cut') return cutTo(feature, value);
  return Math.fround(feature.how === 'time' ? value / dayMs : value);
}

/** As ONNX computes it too: not log1p, which it has not. */
function logOf(value: number): number {
  const single = Math.fround(value);
  return Math.fround(Math.sign(single) * Math.log(1 + Math.abs(single)));
}

function cutTo({ step, low, high }: Cut, value: number): number {
  return Math.fround(Math.max(low, Math.min(high, Math.round(Math.fround(value) / step) * step)));
}

/** Features of one row by names, in the model's order. @throws {Fault} `bad_request` where text stands for a number or the other way round */
export function featuresOfRow(model: ScoringModel, row: Row): Float32Array {
  const inputs = new Map(model.inputs.map((input) => [input.name, input]));
  return Float32Array.from(model.features, (feature) => {
    const value = Object.hasOwn(row, feature.input) ? row[feature.input] : undefined;
    const input = inputs.get(feature.input)!;
    const category = input.kind === 'category';
    if (value !== undefined && (typeof value === 'string') !== category)
      throw new Fault('bad_request', `${feature.input}: expected ${category ? 'text' : 'a number'}`);
    return category
      ? featureOfLevel(feature, seenLevel(input, value as string | undefined))
      : featureOfNumber(feature, (value as number | undefined) ?? Number.NaN);
  });
}

/**
 * Binds a model's features to the columns of a matrix, by name.
 * @throws {Fault} `model_invalid` when the matrix lacks a column or has it of another kind
 */
export function bindFeatures(model: ScoringModel, matrix: Matrix): readonly BoundFeature[] {
  const columns = new Map(
    model.inputs.map((input) => [input.name, { input, column: inputColumn(matrix, input.name, input.kind) }]),
  );
  return model.features.map((feature): BoundFeature => {
    const { column, input } = columns.get(feature.input)!;
    const { chunks } = column;
    const missing = missingOf[column.storage];
    if (column.kind === 'category') {
      // A level's number that is also the sign of what is missing cannot be told from it.
      const levels = (column.levels ?? []).slice(0, missing > 0 ? missing : undefined);
      return {
        chunks,
        missing,
        ofMissing: featureOfLevel(feature, undefined),
        of: sharedSingles(levels.map((level) => featureOfLevel(feature, seenLevel(input, level)))),
      };
    }
    const ofMissing = featureOfNumber(feature, Number.NaN);
    if (feature.how === 'cut') return { chunks, missing, ofMissing, of: 'cut', cut: feature };
    const of = { missing: 'zero', log: 'log', time: dayMs, number: 1 } as const;
    return { chunks, missing, ofMissing, of: of[feature.how as keyof typeof of] };
  });
}

function inputColumn(matrix: Matrix, name: string, kind: ColumnKind): Column {
  const column = columnOf(matrix, name);
  if (!column) throw new Fault('model_invalid', `inputs.${name}: the data has no such column`);
  if (column.kind !== kind)
    throw new Fault('model_invalid', `inputs.${name}: expected a column of kind ${kind}, got ${column.kind}`);
  return column;
}

/**
 * Features of rows `first` to `first + rows`, which lie in one chunk, into `into` by `feature * blockRows + row`.
 * @param rows at most `blockRows`
 */
export function fillFeatures(bound: readonly BoundFeature[], first: number, rows: number, into: Float32Array): void {
  const chunk = Math.floor(first / rowsPerChunk);
  const from = first % rowsPerChunk;
  for (let feature = 0; feature < bound.length; feature += 1) {
    const { chunks, missing, ofMissing, of, cut } = bound[feature]!;
    const cells = chunks[chunk]!;
    const to = feature * blockRows;
    if (typeof of === 'object') {
      for (let row = 0; row < rows; row += 1) {
        const level = cells[from + row]!;
        into[to + row] = level >= 0 && level < of.length ? of[level]! : ofMissing;
      }
    } else if (of === 'zero') {
      for (let row = 0; row < rows; row += 1) {
        const value = cells[from + row]!;
        into[to + row] = value === missing || Number.isNaN(value) ? ofMissing : 0;
      }
    } else if (of === 'log') {
      for (let row = 0; row < rows; row += 1) {
        const value = cells[from + row]!;
        into[to + row] = value === missing ? ofMissing : logOf(value);
      }
    } else if (of === 'cut') {
      for (let row = 0; row < rows; row += 1) {
        const value = cells[from + row]!;
        into[to + row] = value === missing ? ofMissing : cutTo(cut!, value);
      }
    } else {
      for (let row = 0; row < rows; row += 1) {
        const value = cells[from + row]!;
        into[to + row] = value === missing ? ofMissing : value / of;
      }
    }
  }
}
