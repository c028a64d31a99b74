// Results of selects on their way back: the reader thread packs raw rows into one buffer, the main thread makes row
// objects of it. SQLite is typed by value, so the kind of each result column is found from what is in it.

import { Fault } from '../../errors.ts';
import { storeLimits } from '../limits.ts';
import type { Row, Value } from '../store.ts';
import type { PackedResult } from './messages.ts';
import { type Column, measureColumn, type PackReader, type PackWriter } from './pack.ts';

export type RawResult = { columns: string[]; rows: Value[][] };

/** n numbers (or all null), t text, b bytes, x several of them. */
type Kind = 'n' | 't' | 'b' | 'x';

function kindOf(rows: readonly Value[][], column: number): Kind {
  let kind: Kind | undefined;
  for (const row of rows) {
    const value = row[column]!;
    if (value === null) continue;
    const found = typeof value === 'number' ? 'n' : typeof value === 'string' ? 't' : 'b';
    if (kind === undefined) kind = found;
    else if (kind !== found) return 'x';
  }
  return kind ?? 'n';
}

const types = { n: 'real', t: 'text', b: 'blob' } as const;
const order = ['n', 't', 'b'] as const;

/** A mixed column is a column of numbers, one of text and one of bytes; in each row at most one is not null. */
function split(rows: readonly Value[][], column: number, kind: 'n' | 't' | 'b'): [Value][] {
  return rows.map((row) => {
    const value = row[column]!;
    const found = typeof value === 'number' ? 'n' : typeof value === 'string' ? 't' : 'b';
    return [found === kind ? value : null];
  });
}

type Piece = { rows: readonly Value[][]; column: number; type: 'real' | 'text' | 'blob' };

export type PackedShape = PackedResult & { pieces: Piece[]; sizeBytes: number };

/** @throws {Fault} `limit_reached` when the rows are larger than one answer may be */
export function shapeResult(result: RawResult): PackedShape {
  const pieces: Piece[] = [];
  let kinds = '';
  result.columns.forEach((_, column) => {
    const kind = kindOf(result.rows, column);
    kinds += kind;
    if (kind !== 'x') pieces.push({ rows: result.rows, column, type: types[kind] });
    else for (const part of order) pieces.push({ rows: split(result.rows, column, part), column: 0, type: types[part] });
  });
  let sizeBytes = 0;
  for (const piece of pieces) sizeBytes += measureColumn(piece.rows, piece.column, piece.type, 'result');
  if (sizeBytes > storeLimits.resultBytes) throw new Fault('limit_reached', 'bytes of one result; read in pages');
  return { columns: result.columns, kinds, rows: result.rows.length, pieces, sizeBytes };
}

export function packResult(shape: PackedShape, writer: PackWriter): PackedResult {
  for (const piece of shape.pieces) writer.column(piece.rows, piece.column, piece.type, 'result');
  return { columns: shape.columns, kinds: shape.kinds, rows: shape.rows };
}

function readColumn(kind: Kind, n: number, reader: PackReader): Column {
  if (kind === 'n') return reader.numbers(n);
  if (kind === 't') return reader.texts(n);
  if (kind === 'b') return reader.blobs(n);
  const parts = [reader.numbers(n), reader.texts(n), reader.blobs(n)];
  return (row) => {
    for (const part of parts) {
      const value = part(row);
      if (value !== null) return value;
    }
    return null;
  };
}

/** Row objects in order. Blobs are views into the one buffer of the answer: copy what is kept for long. */
export function readResult(result: PackedResult, reader: PackReader): Row[] {
  const { columns, rows: n } = result;
  const read = columns.map((_, c) => readColumn(result.kinds[c] as Kind, n, reader));
  const rows: Row[] = new Array(n);
  for (let i = 0; i < n; i++) {
    const row: Row = {};
    for (let c = 0; c < columns.length; c++) row[columns[c]!] = read[c]!(i);
    rows[i] = row;
  }
  return rows;
}
