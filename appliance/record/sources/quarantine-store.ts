// The table of quarantined events and all of its SQL. A body is sealed with a data key of its own, whose number in record_keys is the
// row's id: quarantined events are no derived data, and their keys rotate and are destroyed like those of any record.

import type { Change, Migration, Row, Store, Table } from '../../core/store/store.ts';
import { recordKeys, type SealedColumn } from '../../core/vault/vault.ts';

export const quarantineTable: Table = {
  name: 'quarantine',
  columns: {
    quarantine_id: 'integer',
    source_id: 'integer',
    message_hash: 'blob',
    quarantined_at_ms: 'integer',
    fixed_at_ms: 'integer',
    size_bytes: 'integer',
    body: 'blob',
  },
  key: ['source_id', 'message_hash'],
};

/** For key rotation. `settled` of the rotation must wait for `Quarantine.settled` too. */
export const quarantineSealedColumn: SealedColumn = {
  table: quarantineTable,
  column: 'body',
  recordColumn: 'quarantine_id',
  rowOf: (row) => Number(row.quarantine_id),
};

/** Ids come from the sequence of records, so that no record's key and no quarantined event's key share a number. */
export const quarantineSequence = 'records';

export const quarantineMigrations: Migration[] = [
  {
    version: 240,
    name: 'quarantine',
    sqlite: `
      CREATE TABLE quarantine (
        quarantine_id INTEGER NOT NULL UNIQUE,
        source_id INTEGER NOT NULL,
        message_hash BLOB NOT NULL,
        quarantined_at_ms INTEGER NOT NULL,
        fixed_at_ms INTEGER,
        size_bytes INTEGER NOT NULL,
        body BLOB NOT NULL,
        PRIMARY KEY (source_id, message_hash)
      ) STRICT;
      CREATE INDEX quarantine_by_source ON quarantine (source_id, quarantine_id);`,
    postgres: `
      CREATE TABLE quarantine (
        quarantine_id BIGINT NOT NULL UNIQUE,
        source_id BIGINT NOT NULL,
        message_hash BYTEA NOT NULL,
        quarantined_at_ms BIGINT NOT NULL,
        fixed_at_ms BIGINT,
        size_bytes BIGINT NOT NULL,
        body BYTEA NOT NULL,
        PRIMARY KEY (source_id, message_hash)
      );
      CREATE INDEX quarantine_by_source ON quarantine (source_id, quarantine_id);`,
  },
];

/** A row as it is stored. */
export type QuarantineRow = {
  quarantine_id: number;
  source_id: number;
  message_hash: Uint8Array;
  quarantined_at_ms: number;
  fixed_at_ms: number | null;
  size_bytes: number;
  body: Uint8Array;
};

export type Page = { source?: number | undefined; after: number; limit: number };

/** Oldest first. */
export async function readPage(store: Store, page: Page): Promise<QuarantineRow[]> {
  return (await selectPage(store, '*', page)) as QuarantineRow[];
}

export async function readIds(store: Store, page: Page): Promise<number[]> {
  return (await selectPage(store, 'quarantine_id', page)).map((row) => Number(row.quarantine_id));
}

function selectPage(store: Store, columns: string, { source, after, limit }: Page): Promise<Row[]> {
  const bySource = source === undefined ? '' : 'source_id = :source AND';
  return store.select(
    `SELECT ${columns} FROM quarantine WHERE ${bySource} quarantine_id > :after ORDER BY quarantine_id LIMIT :limit`,
    { ...(source !== undefined && { source }), after, limit },
  );
}

export async function readRows(store: Store, ids: readonly number[]): Promise<QuarantineRow[]> {
  if (ids.length === 0) return [];
  const sql = 'SELECT * FROM quarantine WHERE quarantine_id IN (:ids) ORDER BY quarantine_id';
  return (await store.select(sql, { ids: [...new Set(ids)] })) as QuarantineRow[];
}

/** Which of these messages are there already, as hex. */
export async function readHeld(store: Store, source: number, hashes: readonly Uint8Array[]): Promise<Set<string>> {
  const sql = 'SELECT message_hash FROM quarantine WHERE source_id = :source AND message_hash IN (:hashes)';
  const rows = await store.select(sql, { source, hashes });
  return new Set(rows.map((row) => Buffer.from(row.message_hash as Uint8Array).toString('hex')));
}

/** The numbers of these messages, by their hashes as hex. */
export async function readNumbers(store: Store, source: number, hashes: readonly Uint8Array[]): Promise<Map<string, number>> {
  const sql = 'SELECT message_hash, quarantine_id FROM quarantine WHERE source_id = :source AND message_hash IN (:hashes)';
  const rows = await store.select(sql, { source, hashes });
  return new Map(rows.map((row) => [Buffer.from(row.message_hash as Uint8Array).toString('hex'), Number(row.quarantine_id)]));
}

export type Room = { rows: number; bytes: number };

export async function readRoom(store: Store, source: number): Promise<Room> {
  const sql = 'SELECT COUNT(*) AS row_count, SUM(size_bytes) AS size_sum FROM quarantine WHERE source_id = :source';
  const [row] = await store.select(sql, { source });
  return { rows: Number(row?.row_count ?? 0), bytes: Number(row?.size_sum ?? 0) };
}

export async function readCounts(store: Store): Promise<{ source: number; rows: number; sizeBytes: number }[]> {
  const found = await store.select(
    'SELECT source_id, COUNT(*) AS row_count, SUM(size_bytes) AS size_sum FROM quarantine GROUP BY source_id ORDER BY source_id',
  );
  return found.map((row) => ({ source: Number(row.source_id), rows: Number(row.row_count), sizeBytes: Number(row.size_sum) }));
}

/** New rows with their keys: one transaction, or a body without its key would be lost. */
export const insertRows = (rows: readonly QuarantineRow[], keys: readonly Row[]): Change[] => [
  { op: 'insert', table: recordKeys, rows: keys },
  { op: 'insert', table: quarantineTable, rows },
];

export const replaceBody = (id: number, body: Uint8Array, fixedAtMs: number | null): Change => ({
  op: 'run',
  sql: 'UPDATE quarantine SET body = :body, size_bytes = :size, fixed_at_ms = :fixed WHERE quarantine_id = :id',
  params: { id, body, size: body.length, fixed: fixedAtMs },
});

export const deleteRows = (ids: readonly number[]): Change => ({
  op: 'run',
  sql: 'DELETE FROM quarantine WHERE quarantine_id IN (:ids)',
  params: { ids },
});

/** Of the source that has most: an index counts. */
export async function readFullest(store: Store): Promise<number> {
  const [row] = await store.select(
    'SELECT max(held) AS most FROM (SELECT count(*) AS held FROM quarantine GROUP BY source_id) AS counted',
  );
  return Number(row?.most ?? 0);
}
