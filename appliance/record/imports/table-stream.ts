// Rows of a CSV out of bytes that come from anywhere (a request, sealed parts), in whatever encoding and with whatever delimiter: for who keeps a
// table and makes no events of it.

import { Fault } from '../../core/errors.ts';
import { csvRows, sniffDelimiter } from './csv.ts';
import { detectEncoding, toUtf8 } from './encoding.ts';
import { importLimits } from './limits.ts';
import { linesOf } from './lines.ts';

/** A row's cells, or in a few words why it has none; no value stands in them. The line is counted from 1. */
export type TableRow =
  | { readonly line: number; readonly cells: readonly string[] }
  | { readonly line: number; readonly reason: string };

/** In batches as they come. The first row is the header as any other. @throws {Fault} `unreadable_file` for what is no text, or empty */
export async function* tableRows(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<TableRow[]> {
  const { head, all } = await peek(chunks);
  const encoding = detectEncoding(head);
  if (encoding === 'binary') throw new Fault('unreadable_file', 'not a text file');
  let text = '';
  for await (const { bytes } of toUtf8(once(head), encoding ?? 'utf-8')) text += bytes.toString('utf8');
  if (text.trim() === '') throw new Fault('unreadable_file', 'empty');
  const old = !text.includes('\n') && text.includes('\r');
  const lines = text.split(old ? '\r' : /\r?\n/).slice(0, 50);
  const dialect = { delimiter: sniffDelimiter(lines) };
  const rows = csvRows(linesOf(utf8(all, encoding), old ? 'cr' : 'lf'), dialect, encoding === 'gb18030');
  for await (const batch of rows)
    yield batch.map((row) =>
      row.ok ? { line: row.line, cells: row.fields as readonly string[] } : { line: row.line, reason: row.reason },
    );
}

async function* utf8(chunks: AsyncIterable<Buffer>, known: Parameters<typeof toUtf8>[1]): AsyncGenerator<Buffer> {
  for await (const { bytes } of toUtf8(chunks, known)) yield bytes;
}

/** The first bytes, and all of them from the beginning. */
async function peek(chunks: AsyncIterable<Uint8Array>): Promise<{ head: Buffer; all: AsyncIterable<Buffer> }> {
  const source = chunks[Symbol.asyncIterator]();
  const parts: Buffer[] = [];
  let held = 0;
  while (held < importLimits.sampleBytes) {
    const next = await source.next();
    if (next.done) break;
    parts.push(asBuffer(next.value));
    held += next.value.length;
  }
  const all = async function* (): AsyncGenerator<Buffer> {
    try {
      yield* parts.splice(0);
      for (let next = await source.next(); !next.done; next = await source.next()) yield asBuffer(next.value);
    } finally {
      await source.return?.();
    }
  };
  return { head: Buffer.concat(parts).subarray(0, importLimits.sampleBytes), all: all() };
}

async function* once(bytes: Buffer): AsyncGenerator<Buffer> {
  yield bytes;
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
