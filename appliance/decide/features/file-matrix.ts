// A CSV file as a matrix: what the node knows of customers as columns, for a file alone.

import { Fault } from '../../core/errors.ts';
import { type ColumnKind, type Matrix, matrixBytes } from '../../core/matrix/matrix.ts';
import { readTable, type TableFile } from '../../core/tables/tables.ts';
import { ColumnBuilder, type ColumnNote } from './column-builder.ts';

export const fileMatrixLimits = {
  rows: 20_000_000,
  columns: 5_000,
  /** Bytes of memory that the columns may take. */
  memoryBytes: 4 * 1024 ** 3,
} as const;

export type FileMatrix = TableFile & {
  readonly matrix: Matrix;
  /** By the column's name. */
  readonly notes: ReadonlyMap<string, ColumnNote>;
  /** The line of the file that a row was on. */
  lineOf(row: number): number;
};

export type FileMatrixOptions = {
  /** Columns whose kind is known: a code that is written in digits, say. */
  readonly kinds?: ReadonlyMap<string, ColumnKind>;
  readonly memoryBytes?: number;
  readonly oneColumn?: boolean;
  readonly onBytes?: (bytes: number, total: number) => void;
  readonly signal?: AbortSignal;
};

/**
 * Reads the file once, and a second time where a column mixes words and numbers.
 * @throws {Fault} `unreadable_file`, `limit_reached`, `not_enough_memory`, `cancelled`; `bad_request` for a kind of a column that is not there
 */
export async function matrixOfFile(path: string, options: FileMatrixOptions = {}): Promise<FileMatrix> {
  const forced = new Map(options.kinds);
  for (;;) {
    const { file, builders, lines } = await readOnce(path, forced, options);
    const mixed = builders.filter((builder) => builder.mixed && !forced.has(builder.name));
    if (mixed.length > 0) {
      for (const { name } of mixed) forced.set(name, 'category');
      continue;
    }
    const done = builders.map((builder) => builder.done());
    return {
      ...file,
      matrix: { rows: file.rowCount, columns: done.map(({ column }) => column) },
      notes: new Map(done.map(({ column, note }) => [column.name, note])),
      lineOf: (row) => lines[row]!,
    };
  }
}

async function readOnce(path: string, forced: ReadonlyMap<string, ColumnKind>, options: FileMatrixOptions) {
  const most = options.memoryBytes ?? fileMatrixLimits.memoryBytes;
  let builders: ColumnBuilder[] = [];
  const lines: number[] = [];
  const rows = {
    columns: (names: readonly string[]) => {
      const unknown = [...forced.keys()].find((name) => !names.includes(name));
      if (unknown !== undefined) throw new Fault('bad_request', `no column is called ${JSON.stringify(unknown).slice(0, 80)}`);
      builders = names.map((name) => new ColumnBuilder(name, forced.get(name)));
    },
    row: (cells: readonly string[], line: number) => {
      lines.push(line);
      for (let c = 0; c < cells.length; c += 1) builders[c]!.add(cells[c]!);
      // As numbers while they are read and as cells afterwards.
      if (lines.length % 65_536 === 0 && 2 * matrixBytes(lines.length, new Array(builders.length).fill('f64')) > most)
        throw new Fault(
          'not_enough_memory',
          `${lines.length} rows of ${builders.length} columns, and more; allowed are ${most} bytes`,
        );
    },
  };
  const bounds = { rows: fileMatrixLimits.rows, columns: fileMatrixLimits.columns };
  const { onBytes, signal, oneColumn = false } = options;
  const file = await readTable(path, rows, { bounds, oneColumn, ...(onBytes && { onBytes }), ...(signal && { signal }) });
  return { file, builders, lines };
}
