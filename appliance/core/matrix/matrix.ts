// The matrix: customers or rows of a file as columns of numbers, categories and times, in chunks of shared memory that worker threads read
// without a copy. One row each; what is missing is said in the cells themselves, so that a column is nothing but its cells and its name.

import { setImmediate as turn } from 'node:timers/promises';

/** Rows of a chunk. Of a table that does not grow, the last has no more cells than rows. */
export const rowsPerChunk = 65_536;

/** Cells of a chunk, over a SharedArrayBuffer. */
export type Cells =
  | Float64Array<SharedArrayBuffer>
  | Float32Array<SharedArrayBuffer>
  | Int32Array<SharedArrayBuffer>
  | Uint16Array<SharedArrayBuffer>
  | Uint8Array<SharedArrayBuffer>;
export type Storage = 'f64' | 'f32' | 'i32' | 'u16' | 'u8';

/** `number`: in its unit. `time`: milliseconds since 1970. `category`: the number of a level. */
export type ColumnKind = 'number' | 'time' | 'category';

export type Column = {
  readonly name: string;
  readonly kind: ColumnKind;
  readonly storage: Storage;
  readonly chunks: readonly Cells[];
  /** Of a category: what its cells stand for, in the order of first sight or of the alphabet, as who made it says. */
  readonly levels?: readonly string[];
};

export type Matrix = { readonly rows: number; readonly columns: readonly Column[] };

const bytesOf: { readonly [storage in Storage]: number } = { f64: 8, f32: 4, i32: 4, u16: 2, u8: 1 };

/** What a cell holds when nothing is known: NaN, or the value that no other cell of the storage has. */
export const missingOf: { readonly [storage in Storage]: number } = {
  f64: Number.NaN,
  f32: Number.NaN,
  i32: -1,
  u16: 0xffff,
  u8: 0xff,
};

/** @returns one chunk in which everything is missing */
export function emptyChunk(storage: Storage, rows = rowsPerChunk): Cells {
  const cells = viewOf(storage, new SharedArrayBuffer(rows * bytesOf[storage]));
  return cells.fill(missingOf[storage]);
}

/** A view of memory that came from another thread. */
export function viewOf(storage: Storage, memory: SharedArrayBuffer): Cells {
  switch (storage) {
    case 'f64':
      return new Float64Array(memory);
    case 'f32':
      return new Float32Array(memory);
    case 'i32':
      return new Int32Array(memory);
    case 'u16':
      return new Uint16Array(memory);
    case 'u8':
      return new Uint8Array(memory);
  }
}

/** @throws {RangeError} outside the chunks */
export function cellOf(column: Column, row: number): number {
  const cells = column.chunks[Math.floor(row / rowsPerChunk)];
  if (!cells || row < 0) throw new RangeError(`row: expected one of column ${column.name}, got ${row}`);
  return cells[row % rowsPerChunk]!;
}

export function isMissing(column: Column, cell: number): boolean {
  const missing = missingOf[column.storage];
  return Number.isNaN(missing) ? Number.isNaN(cell) : cell === missing;
}

/** A number or a time; NaN where it is missing. */
export function numberAt(column: Column, row: number): number {
  const cell = cellOf(column, row);
  return isMissing(column, cell) ? Number.NaN : cell;
}

/** The level of a category; undefined where it is missing. */
export function levelAt(column: Column, row: number): string | undefined {
  const cell = cellOf(column, row);
  return isMissing(column, cell) ? undefined : column.levels?.[cell];
}

/** @param values NaN: missing. Infinities are kept: whoever reads values from outside decides about them. */
export function numberColumn(
  name: string,
  values: ArrayLike<number>,
  storage: Storage = 'f64',
  kind: 'number' | 'time' = 'number',
): Column {
  const chunks = chunksOf(storage, values.length);
  const missing = missingOf[storage];
  for (let row = 0; row < values.length; row += 1) {
    const value = values[row]!;
    chunks[Math.floor(row / rowsPerChunk)]![row % rowsPerChunk] = Number.isNaN(value) ? missing : value;
  }
  return { name, kind, storage, chunks };
}

/** Levels in the order of the alphabet (by code unit), so that the same values give the same column. @param texts undefined: missing */
export function categoryColumn(name: string, texts: readonly (string | undefined)[]): Column {
  const levels = [...new Set(texts.filter((text) => text !== undefined))].sort((a, b) => (a < b ? -1 : 1));
  const codes = new Map(levels.map((level, code) => [level, code]));
  const storage: Storage = levels.length < 0xff ? 'u8' : levels.length < 0xffff ? 'u16' : 'i32';
  const chunks = chunksOf(storage, texts.length);
  texts.forEach((text, row) => {
    const code = text === undefined ? missingOf[storage] : codes.get(text)!;
    chunks[Math.floor(row / rowsPerChunk)]![row % rowsPerChunk] = code;
  });
  return { name, kind: 'category', storage, chunks, levels };
}

function chunksOf(storage: Storage, rows: number): Cells[] {
  const count = Math.ceil(rows / rowsPerChunk);
  return Array.from({ length: count }, (_, at) => emptyChunk(storage, Math.min(rowsPerChunk, rows - at * rowsPerChunk)));
}

/** Some rows as a matrix of their own, in this order. */
export function takeRows(matrix: Matrix, rows: ArrayLike<number>): Matrix {
  return { rows: rows.length, columns: matrix.columns.map((column) => takeCells(column, rows)) };
}

/** Some rows of one column, in this order: of many columns others can have their turn between them. */
export function takeCells(column: Column, rows: ArrayLike<number>): Column {
  const chunks = chunksOf(column.storage, rows.length);
  for (let at = 0; at < rows.length; at += 1)
    chunks[Math.floor(at / rowsPerChunk)]![at % rowsPerChunk] = cellOf(column, rows[at]!);
  return { ...column, chunks };
}

export function columnOf(matrix: Matrix, name: string): Column | undefined {
  return matrix.columns.find((column) => column.name === name);
}

/** Bytes of memory that so many columns of rows take: asked before they are made. */
export function matrixBytes(rows: number, storages: readonly Storage[]): number {
  return storages.reduce((sum, storage) => sum + rows * bytesOf[storage], 0);
}

/** A matrix as another thread takes it: cells by their shared memory, many levels as shared bytes, so that posting it holds nobody up. */
export type HandedMatrix = { readonly rows: number; readonly columns: readonly HandedColumn[] };
type HandedColumn = Omit<Column, 'levels'> & { readonly levels?: readonly string[] | readonly SharedArrayBuffer[] };

/** Levels that are packed, or posted as they are, before the event loop has its turn. */
const levelsATurn = 4096;

/** Nothing is copied but the names of levels; between portions of many the event loop goes on. */
export async function handOver(matrix: Matrix): Promise<HandedMatrix> {
  const columns: HandedColumn[] = [];
  for (const { levels, ...column } of matrix.columns) {
    if (!levels || levels.length <= levelsATurn) {
      columns.push({ ...column, ...(levels && { levels }) });
      continue;
    }
    const packed: SharedArrayBuffer[] = [];
    for (let from = 0; from < levels.length; from += levelsATurn) {
      const bytes = new TextEncoder().encode(JSON.stringify(levels.slice(from, from + levelsATurn)));
      const shared = new SharedArrayBuffer(bytes.length);
      new Uint8Array(shared).set(bytes);
      packed.push(shared);
      await turn();
    }
    columns.push({ ...column, levels: packed });
  }
  return { rows: matrix.rows, columns };
}

export function takeOver({ rows, columns }: HandedMatrix): Matrix {
  return {
    rows,
    columns: columns.map(({ levels, ...column }) => ({ ...column, ...(levels && { levels: levels.flatMap(levelsOf) }) })),
  };
}

function levelsOf(given: string | SharedArrayBuffer): string | string[] {
  return typeof given === 'string'
    ? given
    : (JSON.parse(new TextDecoder().decode(Uint8Array.from(new Uint8Array(given)))) as string[]);
}
