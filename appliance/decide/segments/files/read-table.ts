// Reads tables of purchases or customers for the commands: any usual delimiter, UTF-8, UTF-16 or GB18030, plain or gzip, with or without a header,
// one record at a time. What a reader refuses is kept with its line and the reason, and the rest goes on.

import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { basename } from 'node:path';
import { createGunzip } from 'node:zlib';
import { type Info, parse } from 'csv-parse';
import iconv from 'iconv-lite';
import { Fault } from '../../../core/errors.ts';

export const tableLimits = {
  headBytes: 1 << 18,
  recordUnits: 1 << 20,
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
  const name = basename(path);
  const { head, packed, sizeBytes } = await headOf(path, name);
  const encoding = encodingOf(head);
  const text = iconv.decode(head, encoding).replace(/^\ufeff/, '');
  if (text.trim() === '') throw new Fault('unreadable_file', `${name}: the file is empty`);
  const delimiter = delimiterOf(text);
  if (delimiter === undefined)
    throw new Fault('unreadable_file', `${name}: only one column; is the delimiter one of , ; tab | or spaces?`);
  const file = createReadStream(path, { highWaterMark: 1 << 18 });
  let read = 0;
  file.on('data', (chunk) => {
    read += chunk.length;
    options.onBytes?.(read, sizeBytes);
  });
  const parser = parse({
    delimiter,
    bom: true,
    info: true,
    relax_column_count: true,
    relax_quotes: true,
    skip_empty_lines: true,
    trim: delimiter !== ' ',
    max_record_size: tableLimits.recordUnits,
  });
  const bytes = packed ? file.pipe(createGunzip()) : file;
  const decoded = encoding === 'utf8' ? bytes : bytes.pipe(iconv.decodeStream(encoding));
  for (const stream of new Set<NodeJS.ReadableStream>([file, bytes, decoded]))
    stream.on('error', (error) => parser.destroy(error));
  decoded.pipe(parser);
  const keeper = new Keeper(reader, name, delimiter);
  try {
    for await (const { record, info } of parser as AsyncIterable<{ record: string[]; info: Info }>) {
      options.signal?.throwIfAborted();
      keeper.take(delimiter === ' ' ? record.filter((cell) => cell !== '') : record, info.lines);
    }
  } catch (error) {
    throw faultOf(error, name);
  } finally {
    file.destroy();
  }
  return keeper.done();
}

function faultOf(error: unknown, name: string): unknown {
  const { code, lines } = error as { code?: string; lines?: number };
  if (error instanceof Fault || code === undefined || (error as Error).name === 'AbortError') return error;
  const reason =
    code === 'CSV_QUOTE_NOT_CLOSED'
      ? 'a quote is opened and never closed'
      : code === 'CSV_MAX_RECORD_SIZE'
        ? `a row longer than ${tableLimits.recordUnits} characters`
        : `cannot be read (${code})`;
  return new Fault('unreadable_file', `${name}${lines === undefined ? '' : `, line ${lines}`}: ${reason}`, { cause: error });
}

class Keeper {
  readonly #reader: TableReader;
  readonly #name: string;
  readonly #delimiter: string;
  readonly #rejects: Reject[] = [];
  #names: readonly string[] | undefined;
  #headed = true;
  /** The first rows, until there are enough to begin; undefined afterwards. */
  #first: { record: readonly string[]; line: number }[] | undefined = [];
  #rows = 0;
  #rejected = 0;

  constructor(reader: TableReader, name: string, delimiter: string) {
    this.#reader = reader;
    this.#name = name;
    this.#delimiter = delimiter;
  }

  take(record: readonly string[], line: number): void {
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

async function headOf(path: string, name: string): Promise<{ head: Buffer; packed: boolean; sizeBytes: number }> {
  const start = Buffer.alloc(tableLimits.headBytes);
  let length = 0;
  let sizeBytes = 0;
  try {
    const handle = await open(path, 'r');
    try {
      sizeBytes = (await handle.stat()).size;
      length = (await handle.read(start, 0, start.length, 0)).bytesRead;
    } finally {
      await handle.close();
    }
  } catch (error) {
    const missing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    throw new Fault('unreadable_file', `${name}: ${missing ? 'there is no such file' : 'cannot be opened'}`, { cause: error });
  }
  const head = start.subarray(0, length);
  const packed = head[0] === 0x1f && head[1] === 0x8b;
  return { head: packed ? await unpackHead(path, name) : head, packed, sizeBytes };
}

async function unpackHead(path: string, name: string): Promise<Buffer> {
  const parts: Buffer[] = [];
  const file = createReadStream(path);
  try {
    for await (const chunk of file.pipe(createGunzip())) {
      parts.push(chunk as Buffer);
      if (parts.reduce((sum, part) => sum + part.length, 0) >= tableLimits.headBytes) break;
    }
  } catch (error) {
    throw new Fault('unreadable_file', `${name}: the gzip data is damaged`, { cause: error });
  } finally {
    file.destroy();
  }
  return Buffer.concat(parts).subarray(0, tableLimits.headBytes);
}

function encodingOf(head: Buffer): string {
  if (head[0] === 0xff && head[1] === 0xfe) return 'utf16le';
  if (head[0] === 0xfe && head[1] === 0xff) return 'utf16be';
  // Where the head ends, a character may be cut in half: streaming leaves it for later.
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(head, { stream: true });
    return 'utf8';
  } catch {
    return 'gb18030';
  }
}

/** The delimiter that cuts the first lines into the most even rows; runs of spaces where no other cuts at all. */
function delimiterOf(text: string): string | undefined {
  const lines = text
    .split(/\r?\n|\r/)
    .slice(0, 30)
    .filter((line) => line.trim() !== '');
  let [best, bestScore]: [string | undefined, number] = [undefined, 0];
  for (const delimiter of [',', ';', '\t', '|', '，']) {
    const counts = lines.map((line) => line.replace(/"[^"]*"/g, '').split(delimiter).length);
    if (counts[0]! < 2) continue;
    const even = counts.filter((count) => count === counts[0]).length / counts.length;
    const score = even * (1 + Math.log2(counts[0]!) / 10);
    if (score > bestScore) [best, bestScore] = [delimiter, score];
  }
  return best ?? (lines[0]!.trim().split(/ +/).length > 1 ? ' ' : undefined);
}
