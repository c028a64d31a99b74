// What is old: events from before a moment and records nobody has heard of since, page by page, for retention rules to judge.

import type { Event } from '../../core/model/event.ts';
import type { Store } from '../../core/store/store.ts';
import type { Memory } from './memory.ts';
import { eventOf, int } from './store.ts';

const pageRows = 500;

export type OldEvent = { seq: number; recordId: number; event: Event };

/** In the order of recording. @returns none at the end */
export async function eventsBefore(memory: Memory, atMs: number, afterSeq: number): Promise<OldEvent[]> {
  const rows = await memory.store.select(
    `SELECT event_seq, record_id, occurred_at_ms, received_at_ms, message_key, body FROM events
     WHERE event_seq > :afterSeq AND occurred_at_ms < :atMs ORDER BY event_seq LIMIT ${pageRows}`,
    { afterSeq, atMs },
  );
  const keys = await memory.vault.loadRecordKeys(rows.map((row) => int(row.record_id)));
  return rows.map(eventOf).flatMap((row) => {
    const own = keys.get(row.recordId);
    return own ? [{ seq: row.seq, recordId: row.recordId, event: memory.openEvent(own, row) }] : [];
  });
}

/** @param among only these @returns none at the end */
export async function inactiveSince(store: Store, atMs: number, after: number, among?: readonly number[]): Promise<number[]> {
  if (among?.length === 0) return [];
  const rows = await store.select(
    `SELECT r.record_id FROM records r WHERE r.record_id > :after AND r.created_at_ms < :atMs
       ${among ? 'AND r.record_id IN (:among)' : ''}
       AND NOT EXISTS (SELECT 1 FROM timeline t WHERE t.record_id = r.record_id AND t.occurred_at_ms >= :atMs)
     ORDER BY r.record_id LIMIT ${pageRows}`,
    { after, atMs, ...(among && { among }) },
  );
  return rows.map((row) => int(row.record_id));
}
