// A part of a file that somebody else reads, as a page in a browser does, and hands over as text: whole lines of UTF-8, with the number of the first.
// It is read by the same readers and made into events by the same rules as a file of `holdfast import`, so that both know a row as the same event.

import type { Event } from '../../core/model/event.ts';
import { type CsvDialect, csvRows } from './csv.ts';
import { eventMaker } from './event-of-row.ts';
import { ndjsonRows } from './json-stream.ts';
import { importLimits } from './limits.ts';
import { linesOf } from './lines.ts';
import type { ImportMap } from './map.ts';
import { mapHashOf } from './plan.ts';

export type PartedFile = {
  /** SHA-256 of the first 64 KB, in hexadecimal: it names the file in the ids of its rows. */
  readonly fingerprint: string;
  /** For rows without a time of their own. */
  readonly timeMs: number;
  readonly format: 'csv' | 'ndjson';
  readonly dialect: CsvDialect;
  /** Of a CSV: the names of its columns. */
  readonly header: readonly string[];
};
export type TextPart = { readonly line: number; readonly text: string };
export type PartRow =
  | { readonly ok: true; readonly line: number; readonly event: Event }
  | { readonly ok: false; readonly line: number; readonly reason: string; readonly raw: string };

/** @returns a row for each record of the part, in their order */
export async function rowsOfPart(file: PartedFile, map: ImportMap, part: TextPart, nowMs: () => number): Promise<PartRow[]> {
  const make = eventMaker(map, file.format === 'csv' ? file.header : undefined, {
    fingerprint: file.fingerprint,
    mapHash: mapHashOf(map),
    fileTimeMs: file.timeMs,
    nowMs,
  });
  const lines = linesOf(once(Buffer.from(part.text)), 'lf', { offset: 0, line: part.line });
  const batches = file.format === 'csv' ? csvRows(lines, file.dialect, false) : ndjsonRows(lines);
  const rows: PartRow[] = [];
  for await (const batch of batches) {
    for (const row of batch) {
      const made = row.ok ? make(row) : row;
      if ('event' in made) rows.push({ ok: true, line: row.line, event: made.event });
      else {
        const raw = row.raw.subarray(0, importLimits.rejectRawBytes).toString('utf8');
        rows.push({ ok: false, line: row.line, reason: made.reason, raw });
      }
    }
  }
  return rows;
}

async function* once(bytes: Buffer): AsyncGenerator<Buffer> {
  yield bytes;
}
