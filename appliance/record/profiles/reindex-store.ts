// What the rebuilding of the index keeps and reads: the row that says for which rules the index was made and how far a
// rebuilding has come, and reads of records and their index rows in portions.

import type { Change, Row, Store } from '../../core/store/store.ts';
import { indexRulesTable } from './migrations.ts';
import { blob, int, keyText } from './store.ts';

/** First every record's index rows, then who is one person; the second needs the whole of the first. */
export const phases = { index: 1, persons: 2, done: 3 } as const;
export type Phase = (typeof phases)[keyof typeof phases];

/** `doneRecordId`: records up to it are through the phase; -1 when none is. */
export type IndexMark = { rulesKey: Buffer; phase: Phase; doneRecordId: number };

export async function readIndexMark(store: Store): Promise<IndexMark | undefined> {
  const [row] = await store.select('SELECT rules_key, phase, done_record_id FROM index_rules WHERE mark = 0');
  return row && { rulesKey: blob(row.rules_key), phase: int(row.phase) as Phase, doneRecordId: int(row.done_record_id) };
}

export function indexMarkChange({ rulesKey, phase, doneRecordId }: IndexMark): Change {
  const row: Row = { mark: 0, rules_key: rulesKey, phase, done_record_id: doneRecordId };
  return { op: 'upsert', table: indexRulesTable, rows: [row] };
}

/** The highest number of a record; undefined while there is none. */
export async function lastRecordId(store: Store): Promise<number | undefined> {
  const [row] = await store.select('SELECT max(record_id) AS last FROM records');
  return row?.last === null || row === undefined ? undefined : int(row.last);
}

export async function countRecords(store: Store, upTo: number): Promise<number> {
  const [row] = await store.select('SELECT count(*) AS n FROM records WHERE record_id <= :upTo', { upTo });
  return Number(row?.n ?? 0);
}

export async function recordIdsAfter(store: Store, after: number, last: number, limit: number): Promise<number[]> {
  const rows = await store.select(
    'SELECT record_id FROM records WHERE record_id > :after AND record_id <= :last ORDER BY record_id LIMIT :limit',
    { after, last, limit },
  );
  return rows.map((row) => int(row.record_id));
}

/** By record id, the index keys that stand for it: as text, with the bytes. */
export async function indexKeysOf(store: Store, recordIds: readonly number[]): Promise<Map<number, Map<string, Buffer>>> {
  const rows = await store.select('SELECT record_id, identifier_key FROM identifiers WHERE record_id IN (:ids)', {
    ids: recordIds,
  });
  const keys = new Map(recordIds.map((id) => [id, new Map<string, Buffer>()]));
  for (const row of rows) keys.get(int(row.record_id))!.set(keyText(row.identifier_key), blob(row.identifier_key));
  return keys;
}
