// Rows of one organisation as the features that a round's terms name: a number as it is, a category as one feature for each level that all know.
// Which rows are kept out for evaluation follows from their place alone, so that a round that begins anew keeps out the same.

import { setImmediate as turn } from 'node:timers/promises';
import type { RoundSchema } from '../../../federation/protocol/round/round-terms.ts';
import { featureNames } from '../../../federation/protocol/round/trees-model.ts';
import { ProtocolFault } from '../../../federation/protocol/words.ts';
import { type Column, columnOf, levelAt, type Matrix, numberAt } from '../../core/matrix/matrix.ts';

/** One row in five. */
const keptOut = 5;

export type RoundTable = {
  readonly rows: number;
  /** By feature, NaN where missing. */
  readonly columns: readonly Float32Array<SharedArrayBuffer>[];
  /** As the model names them. */
  readonly names: readonly string[];
  /** 0 or 1 by row. */
  readonly labels: Float32Array;
};

/**
 * @param rows of the matrix; all when left out. Rows without a label are left out
 * @throws {ProtocolFault} schema_differs, value_out_of_range for what single precision does not hold: naming the column and never a value
 */
export function roundTable(matrix: Matrix, schema: RoundSchema, chosen?: ArrayLike<number>): RoundTable {
  const making = tableSteps(matrix, schema, chosen);
  for (;;) {
    const { done, value } = making.next();
    if (done) return value;
  }
}

/** The same, and others have their turn between columns. */
export async function roundTableInTurns(matrix: Matrix, schema: RoundSchema): Promise<RoundTable> {
  const making = tableSteps(matrix, schema);
  for (;;) {
    const { done, value } = making.next();
    if (done) return value;
    await turn();
  }
}

function* tableSteps(matrix: Matrix, schema: RoundSchema, chosen?: ArrayLike<number>): Generator<undefined, RoundTable> {
  const label = wanted(matrix, schema.label.name);
  const all = chosen ? Array.from(chosen) : Array.from({ length: matrix.rows }, (_, row) => row);
  const rows = all.filter((row) => textAt(label, row) !== undefined);
  yield;
  const columns = yield* columnSteps(matrix, schema, rows);
  const labels = Float32Array.from(rows, (row) => Number(textAt(label, row) === schema.label.positive));
  return { rows: rows.length, columns, names: featureNames(schema), labels };
}

/** Columns alone, of these rows. @throws {ProtocolFault} as roundTable() */
export function featureTable(matrix: Matrix, schema: RoundSchema, rows: readonly number[]): Omit<RoundTable, 'labels'> {
  const making = columnSteps(matrix, schema, rows);
  for (;;) {
    const { done, value } = making.next();
    if (done) return { rows: rows.length, columns: value, names: featureNames(schema) };
  }
}

/** Rows that have a label. */
export function labelledRows(matrix: Matrix, schema: RoundSchema): number[] {
  const label = wanted(matrix, schema.label.name);
  return Array.from({ length: matrix.rows }, (_, row) => row).filter((row) => textAt(label, row) !== undefined);
}

function* columnSteps(
  matrix: Matrix,
  schema: RoundSchema,
  rows: readonly number[],
): Generator<undefined, Float32Array<SharedArrayBuffer>[]> {
  const columns: Float32Array<SharedArrayBuffer>[] = [];
  for (const { name, kind, levels } of schema.features) {
    const column = wanted(matrix, name);
    if (kind === 'number') {
      if (column.kind !== 'number') throw new ProtocolFault('schema_differs', `${name}: ${column.kind} where numbers are`);
      columns.push(filled(rows, (row) => numberAt(column, row), name));
      yield;
      continue;
    }
    const known = new Set(levels);
    for (const level of levels!) {
      columns.push(
        filled(rows, (row) => {
          const text = textAt(column, row);
          return text === undefined || !known.has(text) ? Number.NaN : Number(text === level);
        }),
      );
      yield;
    }
  }
  return columns;
}

function wanted(matrix: Matrix, name: string): Column {
  const column = columnOf(matrix, name);
  if (!column) throw new ProtocolFault('schema_differs', name);
  return column;
}

/** A category's level, or a number as it is written. */
function textAt(column: Column, row: number): string | undefined {
  if (column.kind === 'category') return levelAt(column, row);
  const number = numberAt(column, row);
  return Number.isNaN(number) ? undefined : `${number}`;
}

function filled(rows: ArrayLike<number>, at: (row: number) => number, name?: string): Float32Array<SharedArrayBuffer> {
  const column = new Float32Array(new SharedArrayBuffer(rows.length * 4));
  for (let place = 0; place < rows.length; place += 1) {
    const value = at(rows[place]!);
    if (Math.abs(Math.fround(value)) === Number.POSITIVE_INFINITY)
      throw new ProtocolFault(
        'value_out_of_range',
        `${name}: ${Number.isFinite(value) ? 'beyond single precision' : 'infinite'}`,
      );
    column[place] = value;
  }
  return column;
}

/**
 * Places of the rows to learn from, and of those kept out.
 * @param by content: where a promise is made for each row, one more or less must not change what becomes of the others
 */
export function partedRows(table: RoundTable, by: 'place' | 'content' = 'place'): { training: Uint32Array; held: Uint32Array } {
  const numberOf = by === 'place' ? (row: number) => row : contentOf(table);
  const out = (row: number) => {
    const number = numberOf(row);
    return (Math.imul(number ^ (number >>> 15), 0x9e3779b1) >>> 0) % keptOut === 0;
  };
  const all = Array.from({ length: table.rows }, (_, row) => row);
  return { training: Uint32Array.from(all.filter((row) => !out(row))), held: Uint32Array.from(all.filter(out)) };
}

/** The same by place, of so many rows. */
export const partedPlaces = (rows: number) => partedRows({ rows, columns: [], names: [], labels: new Float32Array(0) });

/** A number of what a row holds (FNV-1a over words, as MurmurHash3 finishes it). */
function contentOf({ columns, labels }: RoundTable): (row: number) => number {
  const words = [...columns, labels].map((column) => new Uint32Array(column.buffer, column.byteOffset, column.length));
  return (row) => {
    let hash = 0x811c9dc5;
    for (const column of words) hash = Math.imul(hash ^ column[row]!, 0x01000193);
    hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
    hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
    return (hash ^ (hash >>> 16)) >>> 0;
  };
}

/** Rows of a table as a table. */
export function rowsOf({ columns, names, labels }: RoundTable, rows: Uint32Array): RoundTable {
  return {
    rows: rows.length,
    columns: columns.map((column) => filled(rows, (row) => column[row]!)),
    names,
    labels: Float32Array.from(rows, (row) => labels[row]!),
  };
}

/** Tables below each other. */
export function together(tables: readonly RoundTable[]): RoundTable {
  const rows = tables.reduce((sum, table) => sum + table.rows, 0);
  const columns = tables[0]!.columns.map((_, at) => {
    const column = new Float32Array(new SharedArrayBuffer(rows * 4));
    let from = 0;
    for (const table of tables) {
      column.set(table.columns[at]!, from);
      from += table.rows;
    }
    return column;
  });
  return { rows, columns, names: tables[0]!.names, labels: Float32Array.from(tables.flatMap(({ labels }) => [...labels])) };
}
