// CSV as it is found (RFC 4180 and its neighbours): any delimiter, quoted fields over several lines. A damaged row costs
// that row: after a quote that never closes, reading starts again on the line after it.

import { isUtf8 } from 'node:buffer';
import { importLimits } from './limits.ts';
import type { Line } from './lines.ts';
import type { Bad, Row } from './rows.ts';

export type CsvDialect = {
  readonly delimiter: string;
  /** Default `"`; '' when quotes mean nothing. */
  readonly quote?: '"' | "'" | '';
  /** What escapes a quote inside quotes: the quote itself (default) or a backslash. */
  readonly escape?: '"' | '\\';
};

/** A record under way: the fields closed so far, and the text of an open quoted one. */
type Partial = { fields: string[]; open: string | undefined };

/**
 * Takes one line into a record.
 * @returns undefined when done (the record is whole, or its quote stays open), else why the line is malformed
 */
export function takeLine(record: Partial, text: string, dialect: CsvDialect): string | undefined {
  const { delimiter, quote = '"' } = dialect;
  if (record.open === undefined && (quote === '' || !text.includes(quote))) {
    for (const field of text.split(delimiter, importLimits.columns + 1)) record.fields.push(field);
    return record.fields.length > importLimits.columns ? `more than ${importLimits.columns} columns` : undefined;
  }
  let at = 0;
  if (record.open !== undefined) {
    const stop = quoted(record, text, 0, dialect);
    if (typeof stop === 'string') return stop;
    if (stop < 0 || stop > text.length) return undefined;
    at = stop;
  }
  while (record.fields.length <= importLimits.columns) {
    let begin = at;
    while (text[begin] === ' ' && delimiter !== ' ') begin++;
    if (text.startsWith(quote, begin)) {
      record.open = '';
      const stop = quoted(record, text, begin + 1, dialect);
      if (typeof stop === 'string') return stop;
      if (stop < 0 || stop > text.length) return undefined;
      at = stop;
    } else {
      const stop = text.indexOf(delimiter, at);
      record.fields.push(text.slice(at, stop < 0 ? undefined : stop));
      if (stop < 0) return undefined;
      at = stop + delimiter.length;
    }
  }
  return `more than ${importLimits.columns} columns`;
}

/** Reads on inside quotes. @returns where the next field begins (beyond the end when none does), -1 when the quote stays open */
function quoted(
  record: Partial,
  text: string,
  from: number,
  { delimiter, quote = '"', escape: escaped = '"' }: CsvDialect,
): number | string {
  let at = from;
  for (;;) {
    const stop = text.indexOf(quote, at);
    const slash = escaped === '\\' ? text.indexOf('\\', at) : -1;
    if (slash >= 0 && (stop < 0 || slash < stop)) {
      record.open += text.slice(at, slash) + (text[slash + 1] ?? '');
      at = slash + 2;
    } else if (stop < 0) {
      record.open += `${text.slice(at)}\n`;
      return -1;
    } else if (escaped === '"' && text.startsWith(quote, stop + 1)) {
      record.open += text.slice(at, stop + 1);
      at = stop + 2;
    } else {
      let after = stop + 1;
      record.fields.push((record.open ?? '') + text.slice(at, stop));
      record.open = undefined;
      while (text[after] === ' ' && delimiter !== ' ') after++;
      if (after >= text.length) return text.length + 1;
      return text.startsWith(delimiter, after) ? after + delimiter.length : 'text after a closing quote';
    }
  }
}

const clip = (bytes: Buffer): Buffer => bytes.subarray(0, importLimits.rejectRawBytes);
const bad = (line: Line, reason: string): Bad => ({
  ok: false,
  reason,
  line: line.number,
  next: { offset: line.end, line: line.number + 1 },
  raw: clip(line.bytes),
});

/** Records out of lines. Empty lines are none. @param strictText refuses lines with U+FFFD, which the decoder put there */
export async function* csvRows(
  batches: AsyncIterable<readonly Line[]>,
  dialect: CsvDialect,
  strictText: boolean,
): AsyncGenerator<Row[]> {
  const reader = new RecordReader(dialect, strictText);
  for await (const lines of batches) {
    const rows: Row[] = [];
    for (const line of lines) reader.take(line, rows);
    if (rows.length > 0) yield rows;
  }
  const rows: Row[] = [];
  reader.end(rows);
  if (rows.length > 0) yield rows;
}

class RecordReader {
  readonly #dialect: CsvDialect;
  readonly #strictText: boolean;
  #record: Partial = { fields: [], open: undefined };
  /** Lines of the record whose quote is open. */
  #lines: Line[] = [];
  #heldBytes = 0;

  constructor(dialect: CsvDialect, strictText: boolean) {
    this.#dialect = dialect;
    this.#strictText = strictText;
  }

  take(line: Line, rows: Row[]): void {
    const queue = [line];
    while (queue.length > 0) queue.unshift(...this.#one(queue.shift()!, rows));
  }

  end(rows: Row[]): void {
    let again = this.#giveUp('a quote is opened and never closed', rows);
    while (again.length > 0) {
      const [line, ...rest] = again;
      again = [...this.#one(line!, rows), ...rest];
      if (again.length === 0) again = this.#giveUp('a quote is opened and never closed', rows);
    }
  }

  /** @returns lines to read again from the start of a record */
  #one(line: Line, rows: Row[]): Line[] {
    const reason = this.#unreadable(line);
    if (reason !== undefined) {
      const again = this.#lines.length > 0 ? [...this.#giveUp('a quote is opened and never closed', rows), line] : [];
      if (again.length === 0) rows.push(bad(line, reason));
      return again;
    }
    if (this.#lines.length === 0 && blank(line.bytes)) return [];
    this.#lines.push(line);
    this.#heldBytes += line.bytes.length + 1;
    const malformed = takeLine(this.#record, line.bytes.toString('utf8'), this.#dialect);
    if (malformed !== undefined) return this.#giveUp(malformed, rows);
    if (this.#record.open === undefined) {
      const first = this.#lines[0]!;
      const raw =
        this.#lines.length === 1
          ? first.bytes
          : Buffer.concat(this.#lines.flatMap((l, i) => (i === 0 ? [l.bytes] : [newline, l.bytes])));
      rows.push({
        ok: true,
        fields: this.#record.fields,
        line: first.number,
        next: { offset: line.end, line: line.number + 1 },
        raw,
      });
      this.#reset();
    } else if (this.#lines.length >= importLimits.recordLines || this.#heldBytes > importLimits.lineBytes) {
      return this.#giveUp('a quote is opened and never closed', rows);
    }
    return [];
  }

  #unreadable(line: Line): string | undefined {
    if (line.tooLong) return `line longer than ${importLimits.lineBytes} bytes`;
    if (!isUtf8(line.bytes)) return 'bytes that are no text in the encoding of the file';
    return this.#strictText && line.bytes.includes('\ufffd') ? 'bytes that are no text in the encoding of the file' : undefined;
  }

  #giveUp(reason: string, rows: Row[]): Line[] {
    const [first, ...rest] = this.#lines;
    this.#reset();
    if (first) rows.push(bad(first, reason));
    return rest;
  }

  #reset(): void {
    this.#record = { fields: [], open: undefined };
    this.#lines = [];
    this.#heldBytes = 0;
  }
}

const newline = Buffer.from('\n');

function blank(bytes: Buffer): boolean {
  if (bytes.length > 64) return false;
  return bytes.every((byte) => byte === 32 || byte === 9 || byte === 13);
}

/** Splits whole text, for samples. */
export function csvSample(lines: readonly string[], dialect: CsvDialect): string[][] {
  const records: string[][] = [];
  let record: Partial = { fields: [], open: undefined };
  for (const line of lines) {
    if (record.open === undefined && line.trim() === '') continue;
    const malformed = takeLine(record, line, dialect);
    if (malformed === undefined && record.open !== undefined) continue;
    if (malformed === undefined) records.push(record.fields);
    record = { fields: [], open: undefined };
  }
  return records;
}

/** The delimiter under which the lines fall into the most even rows. */
export function sniffDelimiter(lines: readonly string[]): string {
  let best = { delimiter: ',', score: 0 };
  for (const delimiter of [',', '\t', ';', '|', '，', '\u0001', '^']) {
    const widths = csvSample(lines, { delimiter }).map((fields) => fields.length);
    const width = widths[0] ?? 1;
    if (width < 2) continue;
    const even = widths.filter((w) => w === width).length / Math.max(1, widths.length);
    // Evenness first; of two even ones, the one that finds more columns.
    const score = even * even * (1 + Math.log2(width) / 10);
    if (score > best.score) best = { delimiter, score };
  }
  return best.delimiter;
}
