// Reading a file where it lies, in the page's worker: which encoding and shape it has, its first rows to look at, and then part after part of whole
// lines, as the node wants them. Nothing of it is held beyond the part that is under way, so that a file may be as large as it likes.

import { type Cell, recordEnds, splitRecord } from './import-csv.ts';
import { sheetText } from './import-sheet.ts';

export const encodings = ['utf-8', 'gb18030', 'utf-16le', 'utf-16be', 'windows-1252'] as const;
export type Encoding = (typeof encodings)[number];
export type Format = 'csv' | 'ndjson';

export const readingLimits = {
  sampleBytes: 256 * 1024,
  fingerprintBytes: 64 * 1024,
  /** Rows that are looked at before anything is sent. */
  sampleRows: 50,
  /** Of one part: the node takes 2,500 rows at once. */
  partRows: 500,
  partChars: 300_000,
  columns: 2_000,
  /** Lines that a quoted field may span: beyond, a quote was never closed. */
  recordLines: 1_000,
  lineChars: 1_000_000,
} as const;

export type SampleRow = { readonly line: number; readonly text: string; readonly cells: readonly Cell[] };
/** What a file is, as far as its first bytes tell. */
export type Shape = {
  readonly name: string;
  readonly sizeBytes: number;
  readonly timeMs: number;
  readonly fingerprint: string;
  readonly encoding: Encoding;
  readonly format: Format;
  readonly delimiter: string;
  readonly hasHeader: boolean;
  readonly header: readonly string[];
  readonly sample: readonly SampleRow[];
};
/** Overrules what was found. */
export type Choice = { readonly encoding?: Encoding; readonly delimiter?: string; readonly hasHeader?: boolean };
export type Part = { readonly line: number; readonly text: string; readonly bytesRead: number };
export type ReadingFault = 'empty' | 'binary' | 'packed' | 'insecure' | 'sheet' | 'columns';

export class Unreadable extends Error {
  readonly code: ReadingFault;
  constructor(code: ReadingFault) {
    super(code);
    this.code = code;
  }
}

/** @throws {Unreadable} */
export async function look(given: File, choice: Choice): Promise<{ shape: Shape; file: Blob }> {
  if (globalThis.crypto.subtle === undefined) throw new Unreadable('insecure');
  const head = new Uint8Array(await given.slice(0, readingLimits.sampleBytes).arrayBuffer());
  if (head.length === 0) throw new Unreadable('empty');
  const zipped = head[0] === 0x50 && head[1] === 0x4b;
  if (zipped && !/\.xlsx$/i.test(given.name)) throw new Unreadable('packed');
  if ((head[0] === 0x1f && head[1] === 0x8b) || (head[0] === 0x28 && head[1] === 0xb5)) throw new Unreadable('packed');
  const hash = await crypto.subtle.digest('SHA-256', head.slice(0, readingLimits.fingerprintBytes));
  const fingerprint = [...new Uint8Array(hash)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  const file = zipped ? new Blob([await sheetOf(given)]) : given;
  const sample = zipped ? new Uint8Array(await file.slice(0, readingLimits.sampleBytes).arrayBuffer()) : head;
  const encoding = zipped ? 'utf-8' : (choice.encoding ?? encodingOf(sample));
  const text = new TextDecoder(encoding).decode(sample, { stream: true });
  const lines = text.split('\n');
  if (file.size > sample.length) lines.pop();
  const shape = shapeOf(lines, choice);
  return {
    shape: { ...shape, name: given.name, sizeBytes: file.size, timeMs: given.lastModified, fingerprint, encoding },
    file,
  };
}

async function sheetOf(given: Blob): Promise<string> {
  try {
    return await sheetText(given);
  } catch {
    throw new Unreadable('sheet');
  }
}

function shapeOf(
  lines: readonly string[],
  choice: Choice,
): Pick<Shape, 'format' | 'delimiter' | 'hasHeader' | 'header' | 'sample'> {
  const first = lines.find((line) => line.trim() !== '');
  if (first === undefined) throw new Unreadable('empty');
  if (first.trimStart().startsWith('{')) {
    const sample = recordsOf(lines, 'ndjson').slice(0, readingLimits.sampleRows);
    const objects = sample.map(({ text }) => objectOf(text));
    const header = [...new Set(objects.flatMap((one) => Object.keys(one)))].slice(0, readingLimits.columns);
    const rows = sample.map((record, at) => ({ ...record, cells: header.map((name) => objects[at]![name] ?? null) }));
    return { format: 'ndjson', delimiter: ',', hasHeader: false, header, sample: rows };
  }
  const delimiter = choice.delimiter ?? delimiterOf(lines.slice(0, 50));
  const records = recordsOf(lines, 'csv').slice(0, readingLimits.sampleRows + 1);
  const rows = records.map((record) => ({ ...record, cells: splitRecord(record.text, delimiter) }));
  const names = rows[0]!.cells.map(String);
  if (names.length > readingLimits.columns) throw new Unreadable('columns');
  const hasHeader = choice.hasHeader ?? looksLikeHeader(names);
  const header = unique(hasHeader ? names.map((name) => name.trim()) : names.map((_, at) => `column${at + 1}`));
  return { format: 'csv', delimiter, hasHeader, header, sample: hasHeader ? rows.slice(1) : rows };
}

const objectOf = (text: string): { [name: string]: Cell } => {
  try {
    const value = JSON.parse(text) as unknown;
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as { [name: string]: Cell }) : {};
  } catch {
    return {};
  }
};

/** Whole records of lines, each with the number of its first line. An open one at the end is left out. */
function recordsOf(lines: readonly string[], format: Format): { line: number; text: string }[] {
  const records: { line: number; text: string }[] = [];
  let from = 0;
  let open = false;
  lines.forEach((text, at) => {
    if (!open && text.trim() === '') {
      from = at + 1;
      return;
    }
    open = format === 'csv' && !recordEnds(text, open) && at - from < readingLimits.recordLines;
    if (open) return;
    records.push({
      line: from + 1,
      text: lines
        .slice(from, at + 1)
        .join('\n')
        .replace(/\r$/, ''),
    });
    from = at + 1;
  });
  return records;
}

function encodingOf(bytes: Uint8Array): Encoding {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le';
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return 'utf-16be';
  if (bytes.subarray(0, 4096).includes(0)) throw new Unreadable('binary');
  if (decodes(bytes, 'utf-8')) return 'utf-8';
  return decodes(bytes, 'gb18030') && mostlyHanzi(bytes) ? 'gb18030' : 'windows-1252';
}

function decodes(bytes: Uint8Array, encoding: Encoding): boolean {
  try {
    // What is torn at the end of the sample is waited for, not refused.
    new TextDecoder(encoding, { fatal: true }).decode(bytes, { stream: true });
    return true;
  } catch {
    return false;
  }
}

/** Chinese text is made of pairs that are hanzi of GB 2312; é before a letter, as in Latin-1, is a pair of another kind. */
function mostlyHanzi(bytes: Uint8Array): boolean {
  let [pairs, hanzi] = [0, 0];
  for (let at = 0; at + 1 < bytes.length; at++) {
    const lead = bytes[at]!;
    if (lead < 0x81) continue;
    const trail = bytes[at + 1]!;
    pairs++;
    if (trail >= 0xa1 && ((lead >= 0xb0 && lead <= 0xf7) || (lead >= 0xa1 && lead <= 0xa3))) hanzi++;
    at += trail >= 0x30 && trail <= 0x39 ? 3 : 1;
  }
  return pairs > 0 && hanzi >= pairs * 0.6;
}

/** The one under which the lines fall into the most even rows. */
function delimiterOf(lines: readonly string[]): string {
  let best = { delimiter: ',', score: 0 };
  for (const delimiter of [',', '\t', ';', '|', '，', '^']) {
    const widths = lines.filter((line) => line.trim() !== '').map((line) => splitRecord(line, delimiter).length);
    const [width = 1] = widths;
    if (width < 2) continue;
    const even = widths.filter((one) => one === width).length / widths.length;
    const score = even * even * (1 + Math.log2(width) / 10);
    if (score > best.score) best = { delimiter, score };
  }
  return best.delimiter;
}

/** No cell of a header looks like a value, and no two are alike. */
function looksLikeHeader(cells: readonly string[]): boolean {
  const named = cells.map((cell) => cell.trim()).filter(Boolean);
  if (named.length === 0 || new Set(named).size !== named.length) return false;
  return !named.some((cell) => /^[-+]?[\d.,:/ -]+$/.test(cell) || /@.+\./.test(cell) || /^\+?\d[\d\s-]{6,}$/.test(cell));
}

function unique(names: readonly string[]): string[] {
  const seen = new Map<string, number>();
  return names.map((given, at) => {
    const name = given === '' ? `column${at + 1}` : given;
    const times = (seen.get(name) ?? 0) + 1;
    seen.set(name, times);
    return times === 1 ? name : `${name}_${times}`;
  });
}

/** Part after part from the beginning; the header is in none. */
export async function* parts(file: Blob, { encoding, format, hasHeader }: Shape): AsyncGenerator<Part> {
  let bytesRead = 0;
  const counted = new TransformStream<Uint8Array, Uint8Array>({
    transform(chunk, out) {
      bytesRead += chunk.length;
      out.enqueue(chunk);
    },
  });
  const decoder = new TextDecoderStream(encoding) as unknown as ReadableWritablePair<string, Uint8Array>;
  const reader = (file.stream() as ReadableStream<Uint8Array>).pipeThrough(counted).pipeThrough(decoder).getReader();
  const cutter = new Cutter(format, hasHeader);
  for (let next = await reader.read(); !next.done; next = await reader.read())
    for (const part of cutter.take(next.value)) yield { ...part, bytesRead };
  for (const part of cutter.end()) yield { ...part, bytesRead };
}

/** Cuts text into parts where a record ends. */
class Cutter {
  readonly #format: Format;
  #skip: boolean;
  #rest = '';
  #lines: string[] = [];
  #chars = 0;
  #rows = 0;
  /** Of the first line of the part. */
  #first = 1;
  #openLines = 0;
  #open = false;

  constructor(format: Format, skip: boolean) {
    this.#format = format;
    this.#skip = skip;
  }

  *take(text: string): Generator<{ line: number; text: string }> {
    const lines = (this.#rest + text).split('\n');
    this.#rest = lines.pop() ?? '';
    for (const line of lines) yield* this.#line(line);
  }

  *end(): Generator<{ line: number; text: string }> {
    if (this.#rest !== '') yield* this.#line(this.#rest);
    if (this.#lines.length > 0) yield this.#part();
  }

  *#line(line: string): Generator<{ line: number; text: string }> {
    const blank = !this.#open && line.trim() === '';
    this.#lines.push(line);
    this.#chars += line.length + 1;
    this.#openLines = this.#open ? this.#openLines + 1 : 0;
    this.#open = this.#format === 'csv' && !recordEnds(line, this.#open) && this.#openLines < readingLimits.recordLines;
    if (this.#open || blank) return;
    if (this.#skip) {
      this.#skip = false;
      this.#drop();
      return;
    }
    this.#rows++;
    if (this.#rows >= readingLimits.partRows || this.#chars >= readingLimits.partChars) yield this.#part();
  }

  #part(): { line: number; text: string } {
    const part = { line: this.#first, text: this.#lines.join('\n') };
    this.#drop();
    return part;
  }

  #drop(): void {
    this.#first += this.#lines.length;
    this.#lines = [];
    this.#chars = 0;
    this.#rows = 0;
  }
}
