// The bytes of a file as columns: every row that can be used, in its order, and of the others lines and codes. The same bytes give the same rows, whether
// the file is taken or a round reads it.

import { setImmediate as turn } from 'node:timers/promises';
import { roundLimits } from '../../../federation/protocol/round/round-terms.ts';
import { Fault } from '../../core/errors.ts';
import { type ColumnKind, type Matrix, matrixBytes } from '../../core/matrix/matrix.ts';
import { ColumnBuilder, type ColumnNote, isNothing, numberIn } from '../../decide/features/features.ts';
import { tableRows } from '../../record/imports/imports.ts';

export const fileTableLimits = {
  rows: roundLimits.rows,
  columns: roundLimits.features + 1,
  /** Rejected rows that are listed; all are counted. */
  rejects: 1_000,
  /** That columns may take while they are read. */
  memoryBytes: 4 * 1024 ** 3,
} as const;

/** Rows behind the header, and what became of them. */
export type Rejects = {
  readonly rows: number;
  readonly taken: number;
  readonly rejected: { readonly [code: string]: number };
  readonly rejects: readonly { readonly line: number; readonly code: string }[];
};
export type FileTable = { readonly matrix: Matrix; readonly notes: ReadonlyMap<string, ColumnNote>; readonly rejects: Rejects };
export type FileTableOptions = {
  readonly label: string;
  /** Kinds of columns that are known. */
  readonly kinds?: ReadonlyMap<string, ColumnKind>;
  readonly signal?: AbortSignal;
  /** For tests. */
  readonly limits?: { readonly rows: number; readonly memoryBytes: number };
};

/**
 * Reads the bytes once, and again where a column mixes words and numbers or holds what is infinite.
 * @param bytes begins anew at each call
 * @throws {Fault} `unreadable_file` where no row can be used, `bad_request` for a label that is no column, `limit_reached`, `not_enough_memory`
 */
export async function readFileTable(bytes: () => AsyncIterable<Uint8Array>, options: FileTableOptions): Promise<FileTable> {
  const { label, kinds = new Map<string, ColumnKind>() } = options;
  const known = new Map(kinds).set(label, 'category');
  for (;;) {
    const reading = new Reading(known, options);
    for await (const batch of tableRows(bytes())) {
      for (const row of batch) {
        if ('cells' in row) reading.row(row.cells, row.line);
        else reading.reject(row.line, row.reason.replaceAll(/\W+/g, '_'));
      }
      options.signal?.throwIfAborted();
      await turn();
    }
    const again = await reading.again();
    if (again.size === 0) return reading.done();
    for (const [name, kind] of again) known.set(name, kind);
  }
}

class Reading {
  readonly #known: ReadonlyMap<string, ColumnKind>;
  readonly #label: string;
  readonly #limits: { readonly rows: number; readonly memoryBytes: number };
  readonly #rejected = new Map<string, number>();
  readonly #rejects: { line: number; code: string }[] = [];
  #builders: ColumnBuilder[] | undefined;
  /** Places of columns that are known to be numbers. */
  #numbers: number[] = [];
  #labelAt = -1;
  #rows = 0;
  #taken = 0;

  constructor(known: ReadonlyMap<string, ColumnKind>, { label, limits = fileTableLimits }: FileTableOptions) {
    this.#known = known;
    this.#label = label;
    this.#limits = limits;
  }

  row(cells: readonly string[], line: number): void {
    if (!this.#builders) {
      this.#head(cells);
      return;
    }
    const code = this.#fault(cells);
    if (code !== undefined) {
      this.reject(line, code);
      return;
    }
    this.#count();
    this.#taken += 1;
    for (const [at, builder] of this.#builders.entries()) builder.add(cells[at]!);
    if (this.#taken % 65_536 === 0) this.#checkMemory();
  }

  reject(line: number, code: string): void {
    if (!this.#builders) throw new Fault('unreadable_file', `line ${line}, where the columns are named: ${code}`);
    this.#count();
    this.#rejected.set(code, (this.#rejected.get(code) ?? 0) + 1);
    if (this.#rejects.length < fileTableLimits.rejects) this.#rejects.push({ line, code });
  }

  /** Columns that have to be read once more, by what they turned out to be. */
  async again(): Promise<Map<string, ColumnKind>> {
    const found = new Map<string, ColumnKind>();
    for (const builder of this.#builders ?? []) {
      if (this.#known.has(builder.name)) continue;
      if (builder.mixed) found.set(builder.name, 'category');
      else if (beyondSingle(builder)) found.set(builder.name, 'number');
      await turn();
    }
    return found;
  }

  async done(): Promise<FileTable> {
    const rejected = Object.fromEntries([...this.#rejected].sort(([a], [b]) => (a < b ? -1 : 1)));
    if (!this.#builders || this.#taken === 0) {
      const why = Object.entries(rejected).map(([code, times]) => `${code} ${times}`);
      throw new Fault('unreadable_file', `no row can be used${why.length > 0 ? `: ${why.join(', ')}` : ''}`);
    }
    const done: ReturnType<ColumnBuilder['done']>[] = [];
    for (const builder of this.#builders) {
      done.push(builder.done());
      await turn();
    }
    return {
      matrix: { rows: this.#taken, columns: done.map(({ column }) => column) },
      notes: new Map(done.map(({ column, note }) => [column.name, note])),
      rejects: { rows: this.#rows, taken: this.#taken, rejected, rejects: this.#rejects },
    };
  }

  #head(names: readonly string[]): void {
    if (names.length > fileTableLimits.columns)
      throw new Fault('limit_reached', `a file for a round has at most ${fileTableLimits.columns} columns`);
    const twice = names.find((name, at) => names.indexOf(name) !== at);
    if (twice !== undefined) throw new Fault('unreadable_file', `two columns are called ${shown(twice)}`);
    this.#labelAt = names.indexOf(this.#label);
    if (this.#labelAt < 0) throw new Fault('bad_request', `label: no column is called ${shown(this.#label)}`);
    this.#builders = names.map((name) => new ColumnBuilder(name, this.#known.get(name)));
    this.#numbers = names.flatMap((name, at) => (this.#known.get(name) === 'number' ? [at] : []));
  }

  #fault(cells: readonly string[]): string | undefined {
    if (cells.length !== this.#builders!.length) return 'row_cells';
    if (isNothing(cells[this.#labelAt]!)) return 'label_missing';
    return this.#numbers.some((at) => Math.abs(Math.fround(numberIn(cells[at]!) ?? 0)) === Number.POSITIVE_INFINITY)
      ? 'value_infinite'
      : undefined;
  }

  #count(): void {
    this.#rows += 1;
    if (this.#rows > this.#limits.rows)
      throw new Fault('limit_reached', `a file for a round has at most ${this.#limits.rows} rows`);
  }

  /** As numbers while they are read, and as cells afterwards. */
  #checkMemory(): void {
    const bytes = 2 * matrixBytes(this.#taken, new Array(this.#builders!.length).fill('f64'));
    if (bytes > this.#limits.memoryBytes)
      throw new Fault(
        'not_enough_memory',
        `${this.#taken} rows of ${this.#builders!.length} columns, and more; allowed are ${this.#limits.memoryBytes} bytes`,
      );
  }
}

function beyondSingle(builder: ColumnBuilder): boolean {
  const { column, note } = builder.done();
  if (column.kind !== 'number') return false;
  if (note.infinite > 0) return true;
  return column.chunks.some((cells) => cells.some((value) => Math.abs(Math.fround(value)) === Number.POSITIVE_INFINITY));
}

const shown = (text: string) => JSON.stringify(text.slice(0, 80));
