// Reads tables out of files: any usual delimiter, UTF-8, UTF-16 or GB18030, plain or gzip. A row that does not fit its header is set aside
// with its line and the reason, and the rest goes on. And writes them, whole or not at all.

import { createReadStream } from 'node:fs';
import { open, rename, rm, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { createGunzip } from 'node:zlib';
import { type Info, parse } from 'csv-parse';
import iconv from 'iconv-lite';
import { Fault } from '../errors.ts';

export const tableLimits = {
  headBytes: 1 << 18,
  recordUnits: 1 << 20,
  rejectsKept: 100_000,
} as const;

/** What a caller takes. Beyond: `limit_reached`. */
export type TableBounds = { readonly rows: number; readonly columns: number };

export type Reject = { line: number; reason: string; text: string };
/** What was left of a file beside its good rows. */
export type TableFile = {
  path: string;
  name: string;
  rowCount: number;
  rejects: Reject[];
  rejectedRows: number;
};

/** Hears a file row by row: first its columns, whose names are made different, then each row that fits them. */
export type RowReader = {
  columns(names: readonly string[]): void;
  row(cells: readonly string[], line: number): void;
};

export type ReadOptions = {
  readonly bounds: TableBounds;
  /** A file may have one column only. */
  readonly oneColumn?: boolean;
  /** `guess`: a first row that looks like data is data, and the columns are numbered. Default: the first row names the columns. */
  readonly header?: 'guess';
  /** Hears how much of the file has been read. */
  readonly onBytes?: (bytes: number, total: number) => void;
  readonly signal?: AbortSignal;
};

export type RecordOptions = {
  /** Runs of spaces divide cells where nothing else does; and a file of one column is refused. */
  readonly spaces?: boolean;
  /** Hears how much of the file has been read. */
  readonly onBytes?: (bytes: number, total: number) => void;
};
export type TableRecord = { readonly cells: string[]; readonly line: number; readonly delimiter: string };

/** Records as they are cut, whatever their number of cells. @throws {Fault} `unreadable_file` (missing, empty, a quote that never closes) */
export async function* recordsOf(path: string, options: RecordOptions = {}): AsyncGenerator<TableRecord> {
  const name = basename(path);
  const { head, packed, sizeBytes } = await openHead(path, name);
  const encoding = encodingOf(head);
  const text = iconv.decode(head, encoding).replace(/^\ufeff/, '');
  if (text.trim() === '') throw new Fault('unreadable_file', `${name}: the file is empty`);
  const delimiter = sniffDelimiter(text) ?? (options.spaces ? spacesIn(text, name) : ',');
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
  const records = (parser as AsyncIterable<{ record: string[]; info: Info }>)[Symbol.asyncIterator]();
  try {
    for (;;) {
      const next = await records.next().catch((error: unknown) => {
        throw unreadable(error, name);
      });
      if (next.done) return;
      const { record, info } = next.value;
      yield { cells: delimiter === ' ' ? record.filter((cell) => cell !== '') : record, line: info.lines, delimiter };
    }
  } finally {
    file.destroy();
  }
}

function unreadable(error: unknown, name: string): Fault {
  const { code, lines } = error as { code?: string; lines?: number };
  const where = `${name}${lines === undefined ? '' : `, line ${lines}`}: ${plainReason(code)}`;
  return new Fault('unreadable_file', where, { cause: error });
}

/** @throws {Fault} `unreadable_file` where spaces divide nothing either */
function spacesIn(text: string, name: string): string {
  const first = text.split(/\r?\n|\r/).find((line) => line.trim() !== '')!;
  if (first.trim().split(/ +/).length > 1) return ' ';
  throw new Fault('unreadable_file', `${name}: only one column; is the delimiter one of , ; tab | or spaces?`);
}

/** @throws {Fault} `unreadable_file` (missing, empty, one column, no rows), `limit_reached` beyond the bounds, `cancelled` */
export async function readTable(path: string, rows: RowReader, options: ReadOptions): Promise<TableFile> {
  const table = new TableReader(path, basename(path), rows, options);
  const { onBytes } = options;
  for await (const { cells, line, delimiter } of recordsOf(path, onBytes && { onBytes })) table.take(cells, line, delimiter);
  return table.done();
}

const plainReason = (code: string | undefined): string =>
  code === 'CSV_QUOTE_NOT_CLOSED'
    ? 'a quote is opened and never closed'
    : code === 'CSV_MAX_RECORD_SIZE'
      ? `a row longer than ${tableLimits.recordUnits} characters`
      : `cannot be read (${code ?? 'damaged'})`;

async function openHead(path: string, name: string): Promise<{ head: Buffer; packed: boolean; sizeBytes: number }> {
  let sizeBytes: number;
  const start = Buffer.alloc(tableLimits.headBytes);
  let length: number;
  try {
    const info = await stat(path);
    if (!info.isFile()) throw new Fault('unreadable_file', `${name}: not a regular file`);
    sizeBytes = info.size;
    const handle = await open(path, 'r');
    try {
      length = (await handle.read(start, 0, start.length, 0)).bytesRead;
    } finally {
      await handle.close();
    }
  } catch (error) {
    if (error instanceof Fault) throw error;
    throw new Fault(
      'unreadable_file',
      `${name}: ${(error as NodeJS.ErrnoException).code === 'ENOENT' ? 'there is no such file' : 'cannot be opened'}`,
      { cause: error },
    );
  }
  if (length === 0) throw new Fault('unreadable_file', `${name}: the file is empty`);
  const packed = start[0] === 0x1f && start[1] === 0x8b;
  return { head: packed ? await unpackHead(path) : start.subarray(0, length), packed, sizeBytes };
}

async function unpackHead(path: string): Promise<Buffer> {
  const parts: Buffer[] = [];
  let bytes = 0;
  const file = createReadStream(path);
  try {
    for await (const chunk of file.pipe(createGunzip())) {
      parts.push(chunk as Buffer);
      bytes += (chunk as Buffer).length;
      if (bytes >= tableLimits.headBytes) break;
    }
  } catch (error) {
    throw new Fault('unreadable_file', `${basename(path)}: the gzip data is damaged`, { cause: error });
  } finally {
    file.destroy();
  }
  return Buffer.concat(parts).subarray(0, tableLimits.headBytes);
}

function encodingOf(head: Buffer): string {
  if (head[0] === 0xff && head[1] === 0xfe) return 'utf16le';
  if (head[0] === 0xfe && head[1] === 0xff) return 'utf16be';
  // The last character may be cut in half; up to three bytes of it are forgiven.
  for (let cut = 0; cut < 4; cut++) {
    try {
      new TextDecoder('utf-8', { fatal: true }).decode(head.subarray(0, head.length - cut));
      return 'utf8';
    } catch {}
  }
  return 'gb18030';
}

/** The delimiter that cuts the first lines into the most even rows; undefined where none cuts at all. */
function sniffDelimiter(text: string): string | undefined {
  const lines = text
    .split(/\r?\n|\r/)
    .slice(0, 30)
    .filter((line) => line.trim() !== '');
  let best: string | undefined;
  let bestScore = 0;
  for (const delimiter of [',', ';', '\t', '|', '，', '^']) {
    const counts = lines.map((line) => line.replace(/"[^"]*"/g, '').split(delimiter).length);
    if (counts[0]! < 2) continue;
    const even = counts.filter((count) => count === counts[0]).length / counts.length;
    const score = even * (1 + Math.log2(counts[0]!) / 10);
    if (score > bestScore) {
      best = delimiter;
      bestScore = score;
    }
  }
  return best;
}

const looksLikeData = (cell: string): boolean =>
  /@.+\./.test(cell) || /^\d{4}[-/.]\d{1,2}[-/.]\d{1,2}/.test(cell) || /^\d{4,}$/.test(cell);

class TableReader {
  readonly #path: string;
  readonly #name: string;
  readonly #rows: RowReader;
  readonly #options: ReadOptions;
  #width = 0;
  #count = 0;
  #rejects: Reject[] = [];
  #rejected = 0;

  constructor(path: string, name: string, rows: RowReader, options: ReadOptions) {
    this.#path = path;
    this.#name = name;
    this.#rows = rows;
    this.#options = options;
  }

  take(record: string[], line: number, delimiter: string): void {
    const { bounds, signal } = this.#options;
    if (this.#width === 0 && !this.#begin(record)) return;
    if (record.length !== this.#width) {
      this.#reject(line, `${this.#width} columns expected, ${record.length} found`, record.join(delimiter));
      return;
    }
    if (this.#count >= bounds.rows) throw new Fault('limit_reached', `rows: at most ${bounds.rows} in a run`);
    if (signal?.aborted) throw new Fault('cancelled', this.#name);
    this.#count += 1;
    this.#rows.row(record, line);
  }

  /** @returns whether the first row is data */
  #begin(record: string[]): boolean {
    const { bounds, header, oneColumn } = this.#options;
    if (record.length < 2 && !oneColumn)
      throw new Fault('unreadable_file', `${this.#name}: only one column; is the delimiter one of , ; tab | ?`);
    if (record.length > bounds.columns) throw new Fault('limit_reached', `${this.#name}: at most ${bounds.columns} columns`);
    const headless = header === 'guess' && record.some(looksLikeData);
    const seen = new Map<string, number>();
    const names = record.map((cell, c) => {
      const name = headless || cell.trim() === '' ? `column ${c + 1}` : cell.trim();
      const times = (seen.get(name) ?? 0) + 1;
      seen.set(name, times);
      return times === 1 ? name : `${name} (${times})`;
    });
    this.#width = record.length;
    this.#rows.columns(names);
    return headless;
  }

  #reject(line: number, reason: string, text: string): void {
    this.#rejected++;
    if (this.#rejects.length < tableLimits.rejectsKept) this.#rejects.push({ line, reason, text: text.slice(0, 4096) });
  }

  done(): TableFile {
    if (this.#count === 0)
      throw new Fault('unreadable_file', `${this.#name}: no rows${this.#rejected > 0 ? ' that fit the header' : ''}`);
    return {
      path: this.#path,
      name: this.#name,
      rowCount: this.#count,
      rejects: this.#rejects,
      rejectedRows: this.#rejected,
    };
  }
}

/** A cell as CSV writes it (RFC 4180). */
export const csvCell = (text: string): string => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

/** What a table program would take for a formula is text; a phone number may begin with +. */
export const harmlessCell = (text: string): string => (/^[=@\t\r]|^[+-](?![\d\s()-]+$)/.test(text) ? `'${text}` : text);

/** Writes lines to a file that appears whole or not at all. @throws {Fault} `unreadable_file` when the place cannot be written */
export async function writeCsv(path: string, header: string, rows: Iterable<string>): Promise<void> {
  const unfinished = `${path}.unfinished`;
  try {
    const handle = await open(unfinished, 'w', 0o600);
    try {
      let chunk = `${header}\n`;
      for (const row of rows) {
        chunk += `${row}\n`;
        if (chunk.length > 1 << 20) {
          await handle.write(chunk);
          chunk = '';
        }
      }
      await handle.write(chunk);
    } finally {
      await handle.close();
    }
    await rename(unfinished, path);
  } catch (error) {
    await rm(unfinished, { force: true });
    throw new Fault(
      'unreadable_file',
      `${basename(path)}: cannot be written (${(error as NodeJS.ErrnoException).code ?? 'error'})`,
      { cause: error },
    );
  }
}

/** Puts rejected rows beside the file, or removes those of an earlier run. @returns the path, when there are any */
export async function writeRejects(file: Pick<TableFile, 'path' | 'rejects'>): Promise<string | undefined> {
  const path = `${file.path}.rejects.csv`;
  if (file.rejects.length === 0) return undefined;
  await writeCsv(
    path,
    'line,reason,raw',
    file.rejects.map(({ line, reason, text }) => `${line},${csvCell(reason)},${csvCell(text)}`),
  );
  return path;
}
