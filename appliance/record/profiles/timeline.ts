// The timeline: what a person did, newest first, over all records, page by page. Names and properties are sealed, so a
// filter opens rows until the page is full or its reading limit is reached; the cursor then goes on from there.

import type { Event } from '../../core/model/event.ts';
import type { Sources } from './golden.ts';
import type { KeyedRecord, Memory } from './memory.ts';
import { timelineOf } from './store.ts';

export const timelineLimits = { pageRows: 200, defaultRows: 50, rowsReadPerPage: 5_000, rowsPerRead: 250 } as const;

export type TimelineFilter = {
  limit?: number;
  /** From a page's `next`. */
  cursor?: string;
  kinds?: readonly string[];
  names?: readonly string[];
  source?: string;
  sinceMs?: number;
  untilMs?: number;
};
export type TimelineRow = Event & { source: string; recordId: number };
export type TimelinePage = { events: TimelineRow[]; next?: string };

/** @returns undefined when the text is not a cursor */
export function parseCursor(text: string): { atMs: number; seq: number } | undefined {
  const found = /^(-?\d{1,16})\.(\d{1,16})$/.exec(text);
  return found ? { atMs: Number(found[1]), seq: Number(found[2]) } : undefined;
}

export async function timelinePage(
  memory: Memory,
  records: readonly KeyedRecord[],
  filter: TimelineFilter,
  sources: Sources,
): Promise<TimelinePage> {
  const limit = Math.min(filter.limit ?? timelineLimits.defaultRows, timelineLimits.pageRows);
  const wanted = records.filter((record) => filter.source === undefined || sources.nameOf(record.sourceId) === filter.source);
  const byId = new Map(wanted.map((record) => [record.recordId, record]));
  const filtered = filter.kinds !== undefined || filter.names !== undefined;
  let before = (filter.cursor === undefined ? undefined : parseCursor(filter.cursor)) ?? {
    atMs: filter.untilMs ?? Number.MAX_SAFE_INTEGER,
    seq: Number.MAX_SAFE_INTEGER,
  };
  const sinceMs = filter.sinceMs ?? Number.MIN_SAFE_INTEGER;
  const events: TimelineRow[] = [];
  for (let read = 0; read < timelineLimits.rowsReadPerPage; ) {
    // One row more than the page holds tells whether another page follows.
    const ask = filtered ? timelineLimits.rowsPerRead : limit + 1;
    const ids = [...byId.keys()];
    // First what memory holds: what is indexed meanwhile is then found twice, and never missed.
    const unindexed = memory.unindexed(ids, before, sinceMs, ask);
    const rows = await timelineOf(memory.store, ids, unindexed, before, sinceMs, ask);
    for (const row of rows) {
      if (events.length === limit) return { events, next: `${before.atMs}.${before.seq}` };
      before = { atMs: row.occurredAtMs, seq: row.seq };
      const record = byId.get(row.recordId)!;
      const event = memory.openEvent(record.keys, row);
      if (!passes(filter, event)) continue;
      events.push({ ...event, source: sources.nameOf(record.sourceId), recordId: record.recordId });
    }
    if (rows.length < ask) return { events };
    read += rows.length;
  }
  return { events, next: `${before.atMs}.${before.seq}` };
}

function passes(filter: TimelineFilter, event: Event): boolean {
  if (filter.kinds && !filter.kinds.includes(event.kind)) return false;
  return !filter.names || (event.name !== undefined && filter.names.includes(event.name));
}
