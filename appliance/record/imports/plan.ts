// How a file will be read: packing, encoding, format, dialect, header and map, found from its first bytes or given. The
// same file gives the same plan, which is what lets an import go on where it stopped.

import { createHash } from 'node:crypto';
import { Fault } from '../../core/errors.ts';
import type { Json, JsonObject } from '../../core/model/event.ts';
import { parseHit } from './access-log.ts';
import { type CsvDialect, csvRows, csvSample, sniffDelimiter, takeLine } from './csv.ts';
import { detectEncoding, type Encoding, toUtf8 } from './encoding.ts';
import { type Compression, compressionOf, firstBytes, headOf, type ImportInput, unpacked } from './input.ts';
import { jsonRows, ndjsonRows } from './json-stream.ts';
import { importLimits } from './limits.ts';
import { type Line, linesOf, type Position } from './lines.ts';
import type { Format, ImportMap } from './map.ts';
import { accessLogMap, looksLikeEvents, looksLikeHeader, recogniseColumns, recogniseFormat } from './recognise.ts';
import type { Row } from './rows.ts';

export type Plan = {
  readonly input: ImportInput;
  readonly compression: Compression;
  /** Undefined while all of the sample is ASCII. */
  readonly encoding: Encoding | undefined;
  readonly format: Format;
  readonly separator: 'lf' | 'cr';
  readonly dialect: CsvDialect;
  /** Column names of a CSV. */
  readonly header: readonly string[] | undefined;
  /** Whether the first row is the header. */
  readonly skipFirst: boolean;
  readonly map: ImportMap;
  /** Whether the map was guessed. */
  readonly guessed: boolean;
  readonly mapHash: string;
  /**
   * Names the content by its first 64 KB unpacked: a copy, a packed copy and a file grown at its end are the same one. A log
   * is known by its lines alone, since each has its time.
   */
  readonly fingerprint: string;
};

/** @throws {Fault} `unreadable_file`, `limit_reached` */
export async function planImport(input: ImportInput, given: ImportMap | undefined): Promise<Plan> {
  const compression = compressionOf(await headOf(input, 64), input.name);
  const bytes = await firstBytes(
    unpacked(input, compression, 0, () => {}),
    importLimits.sampleBytes,
  );
  if (bytes.length === 0) throw new Fault('unreadable_file', `${input.name}: empty`);
  const detected = given?.encoding ?? detectEncoding(bytes);
  if (detected === 'binary') throw new Fault('unreadable_file', `${input.name}: not a text file`);
  const text = await sampleText(bytes, detected);
  const format = given?.format ?? recogniseFormat(text);
  const separator = !text.includes('\n') && text.includes('\r') ? 'cr' : 'lf';
  const lines = text.split(separator === 'cr' ? '\r' : /\r?\n/);
  if (bytes.length === importLimits.sampleBytes && lines.length > 1) lines.pop();
  const fingerprint =
    format === 'access-log'
      ? format
      : createHash('sha256')
          .update(bytes.subarray(0, 64 * 1024))
          .digest('hex');
  const base = { input, compression, encoding: detected, format, separator, fingerprint } as const;
  if (format === 'csv') return csvPlan(base, lines, given);
  const none = { dialect: { delimiter: ',' }, header: undefined, skipFirst: false };
  if (format === 'access-log') return { ...base, ...none, ...mapped({ ...accessLogMap, ...given }, given === undefined) };
  if (given?.columns || given?.rows === 'events' || given?.unmapped) return { ...base, ...none, ...mapped(given, false) };
  const objects = await sampleObjects(format, text);
  const guess = looksLikeEvents(objects) ? ({ rows: 'events' } as const) : recogniseColumns(columnsOf(objects));
  return { ...base, ...none, ...mapped(merged(guess, given), true) };
}

type Base = Pick<Plan, 'input' | 'compression' | 'encoding' | 'format' | 'separator' | 'fingerprint'>;

function csvPlan(base: Base, lines: readonly string[], given: ImportMap | undefined): Plan {
  const dialect: CsvDialect = {
    delimiter: given?.csv?.delimiter ?? sniffDelimiter(lines.slice(0, 50)),
    ...(given?.csv?.quote === undefined ? {} : { quote: given.csv.quote }),
    ...(given?.csv?.escape === undefined ? {} : { escape: given.csv.escape }),
  };
  if ((lines[0]?.length ?? 0) >= importLimits.sampleBytes)
    throw new Fault('limit_reached', `imports.columns: first line of ${base.input.name}`);
  const records = csvSample(lines.slice(0, importLimits.sampleRows * 5), dialect).slice(0, importLimits.sampleRows);
  const first = records[0];
  const refused = first ? undefined : takeLine({ fields: [], open: undefined }, lines[0] ?? '', dialect);
  if (refused?.startsWith('more than') || (first?.length ?? 0) > importLimits.columns) {
    throw new Fault('limit_reached', `imports.columns in ${base.input.name}`);
  }
  if (!first) throw new Fault('unreadable_file', `${base.input.name}: no first row that can be read as CSV`);
  const skipFirst = given?.csv?.header ?? (given?.columns ? namesColumns(first, given) : looksLikeHeader(first));
  const header = unique(
    skipFirst ? first.map((name) => name.replace(/^\ufeff/, '').trim()) : first.map((_, i) => `column${i + 1}`),
  );
  const rest = { dialect, header, skipFirst };
  if (given?.columns || given?.unmapped) return { ...base, ...rest, ...mapped(given, false) };
  const body = skipFirst ? records.slice(1) : records;
  const guess = recogniseColumns(header.map((name, i) => ({ name, values: body.map((cells) => cells[i] ?? '') })));
  return { ...base, ...rest, ...mapped(merged(guess, given), true) };
}

// What is given without columns (a region, constants) is laid over the guess.
function merged(guess: ImportMap, given: ImportMap | undefined): ImportMap {
  const constants = { ...guess.constants, ...given?.constants };
  return { ...guess, ...given, ...(Object.keys(constants).length > 0 ? { constants } : {}) };
}

// A map that speaks of column1, column2 is for a file without a header.
function namesColumns(first: readonly string[], map: ImportMap): boolean {
  const named = Object.keys(map.columns ?? {});
  return (
    first.some((cell) => named.includes(cell.replace(/^\ufeff/, '').trim())) || !named.every((name) => /^column\d+$/.test(name))
  );
}

function mapped(map: ImportMap, guessed: boolean): Pick<Plan, 'map' | 'guessed' | 'mapHash'> {
  return { map, guessed, mapHash: mapHashOf(map) };
}

/** Names a map: what an identify event says of a customer is said anew by another one. */
export function mapHashOf(map: ImportMap): string {
  return createHash('sha256').update(JSON.stringify(map)).digest('hex');
}

function unique(names: readonly string[]): string[] {
  const seen = new Map<string, number>();
  return names.map((given, index) => {
    const name = given === '' ? `column${index + 1}` : given;
    const times = (seen.get(name) ?? 0) + 1;
    seen.set(name, times);
    return times === 1 ? name : `${name}_${times}`;
  });
}

async function sampleText(bytes: Buffer, encoding: Encoding | undefined): Promise<string> {
  let text = '';
  for await (const chunk of toUtf8(once(bytes), encoding ?? 'utf-8')) text += chunk.bytes.toString('utf8');
  return text.replace(/^\ufeff/, '');
}

async function sampleObjects(format: Format, text: string): Promise<JsonObject[]> {
  const bytes = once(Buffer.from(text));
  const rows: JsonObject[] = [];
  const reader = format === 'json' ? jsonRows(bytes) : ndjsonRows(linesOf(bytes, 'lf'));
  for await (const batch of reader)
    for (const row of batch) if (row.ok && rows.length < importLimits.sampleRows) rows.push(row.fields as JsonObject);
  return rows;
}

function columnsOf(objects: readonly JsonObject[]): { name: string; values: Json[] }[] {
  const names = [...new Set(objects.flatMap((row) => Object.keys(row)))].slice(0, importLimits.columns);
  return names.map((name) => ({ name, values: objects.map((row) => (Object.hasOwn(row, name) ? row[name]! : null)) }));
}

async function* once(bytes: Buffer): AsyncGenerator<Buffer> {
  yield bytes;
}

export type Reading = { encoding: Encoding | undefined };

/**
 * The rows of a file from a position on.
 * @param reading receives the encoding once it is decided, for the checkpoint
 * @param salt for the visitors of access logs
 */
export function rowsOf(
  plan: Plan,
  from: Position,
  reading: Reading,
  salt: string,
  onRead: (bytes: number) => void,
): AsyncGenerator<Row[]> {
  const encoding = reading.encoding ?? plan.encoding;
  reading.encoding = encoding;
  // Positions count UTF-8: they are the file's own where it is UTF-8, elsewhere what lies before is decoded and dropped.
  const direct = encoding === undefined || encoding === 'utf-8';
  const raw = unpacked(plan.input, plan.compression, direct ? from.offset : 0, onRead);
  const chunks = utf8Chunks(raw, encoding, direct ? 0 : from.offset, reading);
  if (plan.format === 'json') return jsonRows(chunks, from);
  const lines = linesOf(chunks, plan.separator, from);
  if (plan.format === 'ndjson') return ndjsonRows(lines);
  return plan.format === 'access-log' ? hitRows(lines, salt) : csvRows(lines, plan.dialect, encoding === 'gb18030');
}

async function* utf8Chunks(
  raw: AsyncIterable<Buffer>,
  encoding: Encoding | undefined,
  skip: number,
  reading: Reading,
): AsyncGenerator<Buffer> {
  let left = skip;
  for await (const chunk of toUtf8(raw, encoding)) {
    reading.encoding = chunk.encoding;
    if (left >= chunk.bytes.length) left -= chunk.bytes.length;
    else {
      yield left === 0 ? chunk.bytes : chunk.bytes.subarray(left);
      left = 0;
    }
  }
}

async function* hitRows(batches: AsyncIterable<readonly Line[]>, salt: string): AsyncGenerator<Row[]> {
  for await (const lines of batches) {
    const rows: Row[] = [];
    for (const line of lines) {
      const place = {
        line: line.number,
        next: { offset: line.end, line: line.number + 1 },
        raw: line.bytes.subarray(0, importLimits.lineBytes),
      };
      const text = line.bytes.toString('utf8');
      if (line.tooLong) rows.push({ ok: false, reason: `line longer than ${importLimits.lineBytes} bytes`, ...place });
      else if (text.trim() !== '') rows.push({ ...parseHit(text, salt), ...place });
    }
    if (rows.length > 0) yield rows;
  }
}
