// Reads tables of purchases or customers for the commands: any usual delimiter, UTF-8, UTF-16 or GB18030, plain or gzip, with or without a header,
// one record at a time. What a reader refuses is kept with its line and the reason, and the rest goes on.

import { basename } from 'node:path';
import { Fault } from '../../../core/errors.ts';
import { recordsOf } from '../../../core/tables/tables.ts';

export const tableLimits = {
  columns: 300,
  rejectsKept: 100_000,
  rejectUnits: 4096,
  firstRows: 500,
} as const;

export type Reject = { readonly line: number; readonly reason: string; readonly raw: string };

export type TableReader = {
  /**
   * Hears of the columns before any row.
   * @param names of the header, or `column 1` and so on where the first row is data
   * @param first some rows of data, at least one, which come again by `row`
   * @param headed whether the file has a header
   */
  begin(names: readonly string[], first: readonly (readonly string[])[], headed: boolean): void;
  /** @returns why the row is refused; undefined where it was taken */
  row(cells: readonly string[], line: number): string | undefined;
};

export type TableRead = { readonly rows: number; readonly rejected: number; readonly rejects: readonly Reject[] };

/**
 * @param onBytes hears how much of the file has been read
 * @throws {Fault} `unreadable_file`: missing, empty, one column only, a quote that never closes; and what the reader throws
 */
export async function readTable(
  path: string,
  reader: TableReader,
  options: { readonly signal?: AbortSignal; readonly onBytes?: (bytes: number, total: number) => void } = {},
): Promise<TableRead> {
  const { signal, onBytes } = options;
  const keeper = new Keeper(reader, basename(path));
  for await (const { cells, line, delimiter } of recordsOf(path, { spaces: true, ...(onBytes && { onBytes }) })) {
    signal?.throwIfAborted();
    keeper.take(cells, line, delimiter);
  }
  return keeper.done();
}

class Keeper {
  readonly #reader: TableReader;
  readonly #name: string;
  #delimiter = ',';
  readonly #rejects: Reject[] = [];
  #names: readonly string[] | undefined;
  #headed = true;
  /** The first rows, until there are enough to begin; undefined afterwards. */
  #first: { record: readonly string[]; line: number }[] | undefined = [];
  #rows = 0;
  #rejected = 0;

  constructor(reader: TableReader, name: string) {
    this.#reader = reader;
    this.#name = name;
  }

  take(record: readonly string[], line: number, delimiter: string): void {
    this.#delimiter = delimiter;
    if (!this.#names) {
      const headed = !record.some(looksLikeData);
      if (record.length > tableLimits.columns)
        throw new Fault('limit_reached', `${this.#name}: at most ${tableLimits.columns} columns`);
      this.#names = record.map((cell, index) => (headed && cell.trim() !== '' ? cell.trim() : `column ${index + 1}`));
      this.#headed = headed;
      if (headed) return;
    }
    if (this.#first) {
      this.#first.push({ record, line });
      if (this.#first.length === tableLimits.firstRows) this.#begin(this.#first);
    } else this.#judge(record, line);
  }

  #begin(first: readonly { record: readonly string[]; line: number }[]): void {
    this.#first = undefined;
    const whole = first.filter(({ record }) => record.length === this.#names!.length);
    if (whole.length > 0)
      this.#reader.begin(
        this.#names!,
        whole.map(({ record }) => record),
        this.#headed,
      );
    for (const { record, line } of first) this.#judge(record, line);
  }

  #judge(record: readonly string[], line: number): void {
    const width = this.#names!.length;
    const reason = record.length === width ? this.#reader.row(record, line) : `${width} columns expected, ${record.length} found`;
    if (reason === undefined) {
      this.#rows += 1;
      return;
    }
    this.#rejected += 1;
    if (this.#rejects.length < tableLimits.rejectsKept) {
      this.#rejects.push({ line, reason, raw: record.join(this.#delimiter).slice(0, tableLimits.rejectUnits) });
    }
  }

  /** @throws {Fault} `unreadable_file` where no row was taken */
  done(): TableRead {
    if (this.#first && this.#first.length > 0) this.#begin(this.#first);
    if (this.#rows === 0) {
      const first = this.#rejects[0];
      throw new Fault(
        'unreadable_file',
        `${this.#name}: no rows${first ? ` that can be used; line ${first.line}: ${first.reason}` : ''}`,
      );
    }
    return { rows: this.#rows, rejected: this.#rejected, rejects: this.#rejects };
  }
}

/** A header names things; a cell that is a number or a date is of the first row already. */
const looksLikeData = (cell: string): boolean =>
  /^\s*[-+]?[\d.,]+(e[-+]?\d+)?\s*$/i.test(cell) || /^\d{1,4}[-/.年]\d{1,2}[-/.月]\d{1,4}/.test(cell);
