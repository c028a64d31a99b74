// Times as a model learns and scores them: how long before the moment of asking, since a date means another thing at every cut-off and now. One way
// for tables and for single customers, so that both say the same of the same facts.

import { setImmediate as turn } from 'node:timers/promises';
import {
  type Cells,
  type Column,
  type ColumnKind,
  cellOf,
  emptyChunk,
  isMissing,
  type Matrix,
  rowsPerChunk,
} from '../../../core/matrix/matrix.ts';
import { dayMs, type Row } from '../scoring/scoring.ts';

const yearMs = 365.2425 * dayMs;
/** Times of which people say an age. */
const ages: { readonly [column: string]: string } = { birthday: 'age_years' };

/** What the column of a time is called once it is a span. */
export function relativeName(time: string): string {
  return ages[time] ?? `${time}_days_ago`;
}

export function isAge(time: string): boolean {
  return Object.hasOwn(ages, time);
}

const unitMs = (time: string) => (isAge(time) ? yearMs : dayMs);
const spanOf = (time: string, ms: number, atMs: number) => Math.fround((atMs - ms) / unitMs(time));

/**
 * The same matrix with each time as the span before a moment, in single precision; other columns are shared, not copied.
 * @param atMs of all rows, or of each row
 */
export function relativeMatrix(matrix: Matrix, atMs: number | ((row: number) => number)): Matrix {
  const momentOf = typeof atMs === 'number' ? () => atMs : atMs;
  const columns = matrix.columns.map((column) =>
    column.kind === 'time' ? spanColumn(column, spans(column, matrix.rows, momentOf)) : column,
  );
  return { rows: matrix.rows, columns };
}

/** The same a chunk at a time, for a million rows beside requests. @param wanted columns by name: times as spans, or as they are for models from elsewhere */
export async function relativeInTurns(matrix: Matrix, atMs: number, wanted: ReadonlySet<string>): Promise<Matrix> {
  const columns: Column[] = [];
  for (const column of matrix.columns) {
    if (wanted.has(column.name)) columns.push(column);
    if (column.kind !== 'time' || !wanted.has(relativeName(column.name))) continue;
    const chunks: Cells[] = [];
    for (const cells of spans(column, matrix.rows, () => atMs)) {
      chunks.push(cells);
      await turn();
    }
    columns.push(spanColumn(column, chunks));
  }
  return { rows: matrix.rows, columns };
}

function spanColumn({ name }: Column, chunks: Iterable<Cells>): Column {
  return { name: relativeName(name), kind: 'number', storage: 'f32', chunks: [...chunks] };
}

function* spans(column: Column, rows: number, momentOf: (row: number) => number): Generator<Cells> {
  for (const [chunk, cells] of column.chunks.entries()) {
    const first = chunk * rowsPerChunk;
    const made = emptyChunk('f32', Math.max(0, Math.min(rowsPerChunk, rows - first)));
    for (let at = 0; at < made.length; at += 1) {
      const ms = cells[at]!;
      if (!isMissing(column, ms)) made[at] = spanOf(column.name, ms, momentOf(first + at));
    }
    yield made;
  }
}

/** Reads one row of a matrix that goes on growing, as a model's inputs. */
export type RowReader = (matrix: Matrix, row: number, atMs: number) => Row;
export type Wanted = { readonly name: string; readonly kind?: ColumnKind };

/**
 * @param wanted inputs of a model; without a kind, any
 * @param columns of the matrices that will be read, in their order
 * @returns the name of an input instead that none of them gives, or gives in another kind
 */
export function rowReader(wanted: readonly Wanted[], columns: readonly Column[]): RowReader | { readonly missing: string } {
  const places = new Map<string, { at: number; kind: ColumnKind; span: boolean }>();
  columns.forEach(({ name, kind }, at) => {
    places.set(name, { at, kind, span: false });
    if (kind === 'time') places.set(relativeName(name), { at, kind: 'number', span: true });
  });
  const bound: { name: string; at: number; span: boolean }[] = [];
  for (const { name, kind } of wanted) {
    const place = places.get(name);
    if (!place || (kind !== undefined && place.kind !== kind)) return { missing: name };
    bound.push({ name, at: place.at, span: place.span });
  }
  return (matrix, row, atMs) =>
    Object.fromEntries(
      bound.map(({ name, at, span }) => {
        const column = matrix.columns[at]!;
        const cell = cellOf(column, row);
        if (isMissing(column, cell)) return [name, undefined];
        if (column.kind === 'category') return [name, column.levels?.[cell]];
        return [name, span ? spanOf(column.name, cell, atMs) : cell];
      }),
    );
}
