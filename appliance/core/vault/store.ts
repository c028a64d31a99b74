// All of the vault's SQL: the wrapped keys of the node and of each record, and how far a rotation has come.

import type { Change, Row, Store, Table } from '../store/store.ts';

export const nodeKeys: Table = {
  name: 'node_keys',
  columns: { name: 'text', epoch: 'integer', wrapped: 'blob', created_at_ms: 'integer' },
  key: ['name', 'epoch'],
};
export const wrappingKeys: Table = {
  name: 'wrapping_keys',
  columns: { epoch: 'integer', wrapped: 'blob', created_at_ms: 'integer' },
  key: ['epoch'],
};
/** One row a data key: writers put newRecordKey's row into their own transaction. */
export const recordKeys: Table = {
  name: 'record_keys',
  columns: { record_id: 'integer', epoch: 'integer', wrap_epoch: 'integer', wrapped: 'blob' },
  key: ['record_id', 'epoch'],
};
/** One key a record for what is said about it outside its own rows: it outlives rotations of data keys, and goes with the record's. */
export const auditKeys: Table = {
  name: 'audit_keys',
  columns: { record_id: 'integer', wrap_epoch: 'integer', wrapped: 'blob' },
  key: ['record_id'],
};
/**
 * Keys for what entries of the audit log say about a record. Each is made without looking whether there is one, since an entry must not wait
 * for a reading: a record has about as many as times it was looked at after a rest. Its generation is made of the number of the entry that
 * brought it, in the same transaction: so the index of entries by record finds the keys too, and there is none of its own, which would be a
 * page at random for each.
 */
export const logKeys: Table = {
  name: 'log_keys',
  columns: { generation: 'integer', record_id: 'integer', wrap_epoch: 'integer', wrapped: 'blob' },
  key: ['generation'],
};
/** Below it are entries from before there were log keys, sealed with the record's audit key. */
export const firstLogGeneration = 2;
export const keyRotations: Table = {
  name: 'key_rotations',
  columns: { kind: 'text', started_at_ms: 'integer', done_record_id: 'integer', last_record_id: 'integer' },
  key: ['kind'],
};
/** What leaves traces of keys when rows go: hand these to store.scrub after an erasure. */
export const vaultTables: readonly Table[] = [nodeKeys, wrappingKeys, recordKeys, auditKeys, logKeys];

/** Steps done and to do, in records (data keys) or rows (wrapping). `total` may grow a little while it runs. */
export type Progress = (step: { done: number; total: number }) => void;

export type RotationKind = 'wrapping' | 'data';
export type RotationRow = { kind: RotationKind; doneRecordId: number; lastRecordId: number };

export async function readNodeKeys(store: Store): Promise<{ node: Row[]; wrapping: Row[] }> {
  const [node, wrapping] = await store.selectMany([
    { sql: 'SELECT name, epoch, wrapped FROM node_keys ORDER BY name, epoch' },
    { sql: 'SELECT epoch, wrapped FROM wrapping_keys ORDER BY epoch' },
  ]);
  return { node: node ?? [], wrapping: wrapping ?? [] };
}

export function readRecordKeys(store: Store, recordIds: readonly number[]): Promise<Row[]> {
  return store.select(
    'SELECT record_id, epoch, wrap_epoch, wrapped FROM record_keys WHERE record_id IN (:ids) ORDER BY record_id, epoch',
    { ids: recordIds },
  );
}

/** All keys of each. */
export function deleteRecordKeys(recordIds: readonly number[]): Change[] {
  const params = { ids: recordIds };
  return [
    { op: 'run', sql: 'DELETE FROM record_keys WHERE record_id IN (:ids)', params },
    { op: 'run', sql: 'DELETE FROM audit_keys WHERE record_id IN (:ids)', params },
    {
      op: 'run',
      sql: `DELETE FROM log_keys
            WHERE generation IN (SELECT seq + ${firstLogGeneration} FROM audit_entries WHERE record_id IN (:ids))`,
      params,
    },
  ];
}

/** Rows of audit_keys, and which of the records exist at all. */
export async function readAuditKeys(store: Store, recordIds: readonly number[]): Promise<{ rows: Row[]; known: Set<number> }> {
  const found = await store.select(
    `SELECT r.record_id, a.wrap_epoch, a.wrapped FROM record_keys r LEFT JOIN audit_keys a ON a.record_id = r.record_id
     WHERE r.record_id IN (:ids)`,
    { ids: recordIds },
  );
  return { rows: found.filter(({ wrapped }) => wrapped !== null), known: new Set(found.map((row) => Number(row.record_id))) };
}

/** A record that was erased meanwhile gets none. */
export function addAuditKey(row: Row): Change {
  return {
    op: 'run',
    sql: `INSERT INTO audit_keys (record_id, wrap_epoch, wrapped)
          SELECT DISTINCT record_id, CAST(:wrap AS BIGINT), :wrapped FROM record_keys WHERE record_id = :record`,
    params: { record: row.record_id ?? null, wrap: row.wrap_epoch ?? null, wrapped: row.wrapped ?? null },
  };
}

export function readLogKeys(store: Store, generations: readonly number[]): Promise<Row[]> {
  return store.select('SELECT generation, record_id, wrap_epoch, wrapped FROM log_keys WHERE generation IN (:generations)', {
    generations,
  });
}

/** A record that was erased meanwhile keeps none: within the transaction, so that nobody sees it. */
export function addLogKeys(rows: readonly Row[]): Change[] {
  if (rows.length === 0) return [];
  const generations = rows.map(({ generation }) => Number(generation));
  return [
    { op: 'insert', table: logKeys, rows },
    {
      op: 'run',
      sql: `DELETE FROM log_keys WHERE generation >= :first AND generation <= :last
            AND NOT EXISTS (SELECT 1 FROM record_keys r WHERE r.record_id = log_keys.record_id)`,
      params: { first: Math.min(...generations), last: Math.max(...generations) },
    },
  ];
}

export async function readRotations(store: Store): Promise<RotationRow[]> {
  const rows = await store.select('SELECT kind, done_record_id, last_record_id FROM key_rotations ORDER BY kind');
  return rows.map((row) => ({
    kind: row.kind as RotationKind,
    doneRecordId: Number(row.done_record_id),
    lastRecordId: Number(row.last_record_id),
  }));
}

export async function readEpochs(store: Store): Promise<{ epoch: number; madeAtMs: number }[]> {
  const rows = await store.select('SELECT epoch, created_at_ms FROM wrapping_keys ORDER BY epoch');
  return rows.map((row) => ({ epoch: Number(row.epoch), madeAtMs: Number(row.created_at_ms) }));
}

export function beginRotation(kind: RotationKind, startedAtMs: number, lastRecordId: number): Change {
  const row = { kind, started_at_ms: startedAtMs, done_record_id: 0, last_record_id: lastRecordId };
  return { op: 'insert', table: keyRotations, rows: [row] };
}

export function advanceRotation(kind: RotationKind, doneRecordId: number): Change {
  return {
    op: 'run',
    sql: 'UPDATE key_rotations SET done_record_id = :done WHERE kind = :kind',
    params: { kind, done: doneRecordId },
  };
}

export function endRotation(kind: RotationKind): Change {
  return { op: 'delete', table: keyRotations, keys: [{ kind }] };
}

export async function countOldWraps(store: Store, wrapEpoch: number): Promise<number> {
  const [row] = await store.select(
    `SELECT (SELECT count(*) FROM record_keys WHERE wrap_epoch < :wrap)
          + (SELECT count(*) FROM audit_keys WHERE wrap_epoch < :wrap)
          + (SELECT count(*) FROM log_keys WHERE wrap_epoch < :wrap) AS n`,
    { wrap: wrapEpoch },
  );
  return Number(row?.n ?? 0);
}

export function readOldAuditWraps(store: Store, wrapEpoch: number, limit: number): Promise<Row[]> {
  return store.select(
    'SELECT record_id, wrap_epoch, wrapped FROM audit_keys WHERE wrap_epoch < :wrap ORDER BY wrap_epoch LIMIT :limit',
    { wrap: wrapEpoch, limit },
  );
}

export function rewrapAudit(row: Row, fresh: Row): Change {
  return {
    op: 'run',
    sql: 'UPDATE audit_keys SET wrap_epoch = :wrap, wrapped = :wrapped WHERE record_id = :record AND wrap_epoch = :old',
    params: {
      wrap: fresh.wrap_epoch ?? null,
      wrapped: fresh.wrapped ?? null,
      record: row.record_id ?? null,
      old: row.wrap_epoch ?? null,
    },
  };
}

export function readOldLogWraps(store: Store, wrapEpoch: number, limit: number): Promise<Row[]> {
  return store.select(
    'SELECT generation, record_id, wrap_epoch, wrapped FROM log_keys WHERE wrap_epoch < :wrap ORDER BY wrap_epoch LIMIT :limit',
    { wrap: wrapEpoch, limit },
  );
}

export function rewrapLog(row: Row, fresh: Row): Change {
  return {
    op: 'run',
    sql: `UPDATE log_keys SET wrap_epoch = :wrap, wrapped = :wrapped
          WHERE generation = :generation AND wrap_epoch = :old`,
    params: {
      wrap: fresh.wrap_epoch ?? null,
      wrapped: fresh.wrapped ?? null,
      generation: row.generation ?? null,
      old: row.wrap_epoch ?? null,
    },
  };
}

export function readOldWraps(store: Store, wrapEpoch: number, limit: number): Promise<Row[]> {
  return store.select(
    'SELECT record_id, epoch, wrap_epoch, wrapped FROM record_keys WHERE wrap_epoch < :wrap ORDER BY wrap_epoch LIMIT :limit',
    { wrap: wrapEpoch, limit },
  );
}

/** An update and not an upsert: a record erased in the meantime stays erased. */
export function rewrap(row: Row, wrapEpoch: number, wrapped: Uint8Array): Change {
  return {
    op: 'run',
    sql: `UPDATE record_keys SET wrap_epoch = :wrap, wrapped = :wrapped
          WHERE record_id = :record AND epoch = :epoch AND wrap_epoch = :old`,
    params: { wrap: wrapEpoch, wrapped, record: row.record_id ?? null, epoch: row.epoch ?? null, old: row.wrap_epoch ?? null },
  };
}

export function dropOldWrappingKeys(wrapEpoch: number): Change {
  return {
    op: 'run',
    sql: `DELETE FROM wrapping_keys WHERE epoch < :wrap
          AND NOT EXISTS (SELECT 1 FROM record_keys WHERE wrap_epoch < :wrap)
          AND NOT EXISTS (SELECT 1 FROM audit_keys WHERE wrap_epoch < :wrap)
          AND NOT EXISTS (SELECT 1 FROM log_keys WHERE wrap_epoch < :wrap)`,
    params: { wrap: wrapEpoch },
  };
}

export async function lastRecordId(store: Store): Promise<number> {
  const [row] = await store.select('SELECT max(record_id) AS last FROM record_keys');
  return Number(row?.last ?? 0);
}

export async function readRecordIds(store: Store, after: number, last: number, limit: number): Promise<number[]> {
  const rows = await store.select(
    `SELECT DISTINCT record_id FROM record_keys WHERE record_id > :after AND record_id <= :last
     ORDER BY record_id LIMIT :limit`,
    { after, last, limit },
  );
  return rows.map((row) => Number(row.record_id));
}

export async function countRecords(store: Store, after: number, last: number): Promise<number> {
  const [row] = await store.select(
    'SELECT count(DISTINCT record_id) AS n FROM record_keys WHERE record_id > :after AND record_id <= :last',
    { after, last },
  );
  return Number(row?.n ?? 0);
}

/** Adds the next data key of a record that still exists; an erased record gets none. */
export function addRecordEpoch(recordId: number, epoch: number, wrapEpoch: number, wrapped: Uint8Array): Change {
  return {
    op: 'run',
    sql: `INSERT INTO record_keys (record_id, epoch, wrap_epoch, wrapped)
          SELECT record_id, epoch + 1, CAST(:wrap AS BIGINT), :wrapped FROM record_keys
          WHERE record_id = :record AND epoch = :before`,
    params: { record: recordId, before: epoch - 1, wrap: wrapEpoch, wrapped },
  };
}

export function dropOldEpochs(recordId: number, epoch: number): Change {
  return {
    op: 'run',
    sql: 'DELETE FROM record_keys WHERE record_id = :record AND epoch < :epoch',
    params: { record: recordId, epoch },
  };
}
