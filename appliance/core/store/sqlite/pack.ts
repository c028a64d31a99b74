// Packs rows, parameters and results into one buffer, column by column, and reads them back as views. Structured clone
// of many small objects is too slow for the main thread, and cloning a pooled Buffer would clone its whole pool.
//
// A number column is n float64 (NaN is null: NaN itself never passes the port). A text or bytes column is n int32
// lengths (-1 is null), then all bytes in a row, then padding to 8. Text is UTF-8.

import { envelopeOverheadBytes, envelopePrefixBytes } from '../../../../crypto/envelope.ts';
import { keyBytes } from '../../../../crypto/keys.ts';
import type { Sealing } from '../sealing.ts';
import type { ColumnType, Row, Value } from '../store.ts';
import { checkBytes, checkInteger, checkReal, checkText } from '../values.ts';

const align = 8;
const padded = (sizeBytes: number): number => (sizeBytes + align - 1) & ~(align - 1);
/** Larger than any limit of the store, and still safe for `padded`, which counts in 32 bits. */
const maxColumnBytes = 1 << 30;

/** Rows as objects by column name, or as arrays by column number. */
export type Cells = readonly object[];

const noBytes = new ArrayBuffer(0);

/** Bytes that one column of rows takes; checks text and bytes on the way, since only these need a first look. */
export function measureColumn(cells: Cells, column: string | number, type: ColumnType, place: string): number {
  if (type === 'integer' || type === 'real') return cells.length * 8;
  const rows = cells as readonly Row[];
  let total = 0;
  if (type === 'blob') {
    for (const row of rows) {
      const value = row[column];
      if (value !== null) total += checkBytes(value, place).byteLength;
    }
  } else {
    for (const row of rows) {
      const value = row[column];
      if (value !== null) total += Buffer.byteLength(checkText(value, place), 'utf8');
    }
  }
  if (total > maxColumnBytes) throw new RangeError(`${place}: more than ${maxColumnBytes} bytes at once`);
  return padded(rows.length * 4) + padded(total);
}

/** What the other thread needs to seal a column of texts where they stand: offsets into the pack. */
export type SealedColumn = {
  table: string;
  column: string;
  rows: number;
  /** Where each envelope's length stands (int32), and where the envelopes begin, one after the other. */
  lengthsAt: number;
  envelopesAt: number;
  /** For each row its id and its key's epoch (float64), and the 32 bytes of the key, which are overwritten once used. */
  rowIdsAt: number;
  epochsAt: number;
  keysAt: number;
};

/** Bytes that a column of texts to seal takes, and those that say how. */
export function measureSealed(texts: readonly string[], place: string): number {
  let total = 0;
  for (const text of texts) total += Buffer.byteLength(text, 'utf8') + envelopeOverheadBytes;
  if (total > maxColumnBytes) throw new RangeError(`${place}: more than ${maxColumnBytes} bytes at once`);
  return padded(texts.length * 4) + padded(total) + texts.length * (8 + 8 + keyBytes);
}

/** Fills a buffer of a size measured before. */
export class PackWriter {
  readonly buffer: ArrayBuffer;
  readonly #bytes: Buffer;
  #offset = 0;

  /** @param spare memory to use instead of new, at least as large */
  constructor(sizeBytes: number, spare?: ArrayBuffer) {
    this.buffer = spare ?? (sizeBytes === 0 ? noBytes.slice(0) : new ArrayBuffer(sizeBytes));
    this.#bytes = Buffer.from(this.buffer);
  }

  /** A blob column whose envelopes are still texts, each standing where its ciphertext will. */
  toSeal(texts: readonly string[]): Pick<SealedColumn, 'lengthsAt' | 'envelopesAt'> {
    const lengthsAt = this.#offset;
    const lengths = new Int32Array(this.buffer, lengthsAt, texts.length);
    const envelopesAt = lengthsAt + padded(texts.length * 4);
    let at = envelopesAt;
    for (let i = 0; i < texts.length; i++) {
      const length = this.#bytes.write(texts[i]!, at + envelopePrefixBytes, 'utf8') + envelopeOverheadBytes;
      lengths[i] = length;
      at += length;
    }
    this.#offset = padded(at);
    return { lengthsAt, envelopesAt };
  }

  /** How to seal a column of texts; after all columns, where no reader of columns comes by. */
  sealing({ cells, rowId }: Sealing, rows: Cells, place: string): Pick<SealedColumn, 'rowIdsAt' | 'epochsAt' | 'keysAt'> {
    const rowIdsAt = this.#offset;
    this.#numbers(rows as readonly Row[], rowId, checkInteger, place);
    const epochsAt = this.#offset;
    const epochs = new Float64Array(this.buffer, epochsAt, cells.length);
    const keysAt = epochsAt + cells.length * 8;
    for (let i = 0; i < cells.length; i++) {
      const { key, epoch } = cells[i]!;
      epochs[i] = epoch;
      this.#bytes.set(key.reveal(), keysAt + i * keyBytes);
    }
    this.#offset = keysAt + cells.length * keyBytes;
    return { rowIdsAt, epochsAt, keysAt };
  }

  column(cells: Cells, column: string | number, type: ColumnType, place: string): void {
    const rows = cells as readonly Row[];
    if (type === 'integer') this.#numbers(rows, column, checkInteger, place);
    else if (type === 'real') this.#numbers(rows, column, checkReal, place);
    else if (type === 'blob') this.#blobs(rows, column);
    else this.#texts(rows, column);
  }

  #numbers(rows: readonly Row[], column: string | number, check: (value: unknown, place: string) => number, place: string): void {
    const n = rows.length;
    const view = new Float64Array(this.buffer, this.#offset, n);
    for (let i = 0; i < n; i++) {
      const value = rows[i]![column];
      view[i] = value === null ? Number.NaN : check(value, place);
    }
    this.#offset += n * 8;
  }

  #blobs(rows: readonly Row[], column: string | number): void {
    const n = rows.length;
    const lengths = new Int32Array(this.buffer, this.#offset, n);
    let at = this.#offset + padded(n * 4);
    for (let i = 0; i < n; i++) {
      const value = rows[i]![column] as Uint8Array | null;
      if (value === null) lengths[i] = -1;
      else {
        this.#bytes.set(value, at);
        lengths[i] = value.byteLength;
        at += value.byteLength;
      }
    }
    this.#offset = padded(at);
  }

  #texts(rows: readonly Row[], column: string | number): void {
    const n = rows.length;
    const lengths = new Int32Array(this.buffer, this.#offset, n);
    let at = this.#offset + padded(n * 4);
    for (let i = 0; i < n; i++) {
      const value = rows[i]![column] as string | null;
      if (value === null) lengths[i] = -1;
      else {
        const written = this.#bytes.write(value, at, 'utf8');
        lengths[i] = written;
        at += written;
      }
    }
    this.#offset = padded(at);
  }
}

export type Column = (row: number) => Value;

/** Reads columns back in the order in which they were written. Blobs are views: whoever keeps one keeps the buffer. */
export class PackReader {
  readonly #buffer: ArrayBuffer;
  readonly #bytes: Buffer;
  #offset = 0;

  constructor(buffer: ArrayBuffer) {
    this.#buffer = buffer;
    this.#bytes = Buffer.from(buffer);
  }

  numbers(n: number): Column {
    const view = new Float64Array(this.#buffer, this.#offset, n);
    this.#offset += n * 8;
    return (row) => {
      const value = view[row]!;
      return Number.isNaN(value) ? null : value;
    };
  }

  blobs(n: number): Column {
    const { lengths, starts } = this.#spans(n);
    const buffer = this.#buffer;
    return (row) => (lengths[row]! < 0 ? null : Buffer.from(buffer, starts[row]!, lengths[row]!));
  }

  texts(n: number): Column {
    const { lengths, starts } = this.#spans(n);
    const bytes = this.#bytes;
    return (row) => (lengths[row]! < 0 ? null : bytes.toString('utf8', starts[row]!, starts[row]! + lengths[row]!));
  }

  column(type: ColumnType, n: number): Column {
    return type === 'blob' ? this.blobs(n) : type === 'text' ? this.texts(n) : this.numbers(n);
  }

  #spans(n: number): { lengths: Int32Array; starts: Float64Array } {
    const lengths = new Int32Array(this.#buffer, this.#offset, n);
    const starts = new Float64Array(n);
    let at = this.#offset + padded(n * 4);
    for (let i = 0; i < n; i++) {
      starts[i] = at;
      if (lengths[i]! > 0) at += lengths[i]!;
    }
    this.#offset = padded(at);
    return { lengths, starts };
  }
}
