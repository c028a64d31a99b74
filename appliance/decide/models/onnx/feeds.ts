// From rows to the tensors that a graph takes: numbers and times in single precision, times in days, categories as text with '' for missing.
// The division of times is done in double precision, as the features of the reference scorer are.

import { Fault } from '../../../core/errors.ts';
import {
  type Cells,
  type Column,
  type ColumnKind,
  columnOf,
  type Matrix,
  missingOf,
  rowsPerChunk,
} from '../../../core/matrix/matrix.ts';
import type { ScoringModel } from '../../../core/model/scoring.ts';
import { dayMs, plainText, type Row } from '../scoring/features.ts';
import { inputNames } from './export-inputs.ts';
import { Tensor } from './library.ts';

/** One input of a graph and the column that goes in. */
export type Feed = { readonly name: string; readonly column: string; readonly kind: ColumnKind };
export type Feeds = { [name: string]: Tensor };

export function feedsOfModel(model: ScoringModel): Feed[] {
  const names = inputNames(model);
  return model.inputs.map(({ name, kind }) => ({ name: names.get(name)!, column: name, kind }));
}

/** Rows by names as [N, 1] tensors. @throws {Fault} `bad_request` where text stands for a number or the other way round */
export function feedsOfRows(feeds: readonly Feed[], rows: readonly Row[]): Feeds {
  return Object.fromEntries(
    feeds.map(({ name, column, kind }) => {
      const values = rows.map((row) => (Object.hasOwn(row, column) ? row[column] : undefined));
      const category = kind === 'category';
      if (values.some((value) => value !== undefined && (typeof value === 'string') !== category))
        throw new Fault('bad_request', `${column}: expected ${category ? 'text' : 'a number'}`);
      if (category)
        return [
          name,
          new Tensor(
            'string',
            values.map((value) => plainText((value as string | undefined) ?? '')),
            [rows.length, 1],
          ),
        ];
      const unit = kind === 'time' ? dayMs : 1;
      const numbers = Float32Array.from(values, (value) => ((value as number | undefined) ?? Number.NaN) / unit);
      return [name, new Tensor('float32', numbers, [rows.length, 1])];
    }),
  );
}

/** A column that goes into an input, ready to be posted to a thread. */
export type BoundFeed = {
  readonly name: string;
  readonly chunks: readonly Cells[];
  readonly missing: number;
  /** What numbers are divided by; of a category its levels as JSON in shared memory. */
  readonly of: number | Uint8Array<SharedArrayBuffer>;
};

/** @throws {Fault} `model_invalid` when the matrix lacks a column or has it of another kind */
export function bindFeeds(feeds: readonly Feed[], matrix: Matrix): BoundFeed[] {
  return feeds.map(({ name, column: columnName, kind }) => {
    const column = columnOf(matrix, columnName);
    if (column?.kind !== kind)
      throw new Fault('model_invalid', `inputs.${columnName}: expected a column of kind ${kind}, got ${column?.kind ?? 'none'}`);
    const { chunks, storage } = column;
    const of = kind === 'category' ? sharedLevels(column) : kind === 'time' ? dayMs : 1;
    return { name, chunks, missing: missingOf[storage], of };
  });
}

function sharedLevels(column: Column): Uint8Array<SharedArrayBuffer> {
  const bytes = new TextEncoder().encode(JSON.stringify((column.levels ?? []).map(plainText)));
  const shared = new Uint8Array(new SharedArrayBuffer(bytes.length));
  shared.set(bytes);
  return shared;
}

/** The texts of a category by its cells. */
export function readLevels(shared: Uint8Array<SharedArrayBuffer>): string[] {
  return JSON.parse(new TextDecoder().decode(Uint8Array.from(shared))) as string[];
}

/** Rows of one chunk as a [N, 1] tensor. @param levels of a category */
export function feedOfStretch(feed: BoundFeed, from: number, to: number, levels: readonly string[] | undefined): Tensor {
  const cells = feed.chunks[Math.floor(from / rowsPerChunk)]!;
  const first = from % rowsPerChunk;
  const rows = to - from;
  const { missing, of } = feed;
  if (typeof of === 'object') {
    const texts = new Array<string>(rows);
    for (let row = 0; row < rows; row += 1) {
      const cell = cells[first + row]!;
      texts[row] = cell === missing ? '' : (levels![cell] ?? '');
    }
    return new Tensor('string', texts, [rows, 1]);
  }
  const numbers = new Float32Array(rows);
  for (let row = 0; row < rows; row += 1) {
    const cell = cells[first + row]!;
    numbers[row] = cell === missing ? Number.NaN : cell / of;
  }
  return new Tensor('float32', numbers, [rows, 1]);
}
