// The tables of access review and all of their SQL. In the clear are numbers, times, and the record a finding is about, as in the audit log
// itself; what was found, about whom, by whom it was judged and why is sealed. Rows are added and judged, never deleted.

import type { Change, Migration, Row, Store, Table } from '../../core/store/store.ts';

export const findingsTable: Table = {
  name: 'access_findings',
  columns: {
    finding_id: 'integer',
    opened_at_ms: 'integer',
    record_id: 'integer',
    judged_at_ms: 'integer',
    body: 'blob',
    subject: 'blob',
    judgement: 'blob',
  },
  key: ['finding_id'],
};
export const actorsTable: Table = {
  name: 'access_actors',
  columns: { actor_hash: 'blob', body: 'blob' },
  key: ['actor_hash'],
};
const marks: Table = { name: 'access_marks', columns: { name: 'text', seq: 'integer' }, key: ['name'] };
export const honeyTable: Table = {
  name: 'access_honey',
  columns: { honey_id: 'integer', marked_at_ms: 'integer', removed_at_ms: 'integer', body: 'blob', removal: 'blob' },
  key: ['honey_id'],
};

export const accessReviewMigrations: Migration[] = [
  {
    version: 126,
    name: 'access review',
    sqlite: `
      CREATE TABLE access_findings (
        finding_id INTEGER PRIMARY KEY,
        opened_at_ms INTEGER NOT NULL,
        record_id INTEGER,
        judged_at_ms INTEGER,
        body BLOB NOT NULL,
        subject BLOB,
        judgement BLOB
      ) STRICT;
      CREATE INDEX access_findings_open ON access_findings (finding_id) WHERE judged_at_ms IS NULL;
      CREATE INDEX access_findings_by_record ON access_findings (record_id) WHERE record_id IS NOT NULL;
      CREATE TABLE access_actors (
        actor_hash BLOB PRIMARY KEY,
        body BLOB NOT NULL
      ) STRICT;
      CREATE TABLE access_marks (
        name TEXT PRIMARY KEY,
        seq INTEGER NOT NULL
      ) STRICT;
      CREATE TABLE access_honey (
        honey_id INTEGER PRIMARY KEY,
        marked_at_ms INTEGER NOT NULL,
        removed_at_ms INTEGER,
        body BLOB NOT NULL,
        removal BLOB
      ) STRICT;`,
    postgres: `
      CREATE TABLE access_findings (
        finding_id BIGINT PRIMARY KEY,
        opened_at_ms BIGINT NOT NULL,
        record_id BIGINT,
        judged_at_ms BIGINT,
        body BYTEA NOT NULL,
        subject BYTEA,
        judgement BYTEA
      );
      CREATE INDEX access_findings_open ON access_findings (finding_id) WHERE judged_at_ms IS NULL;
      CREATE INDEX access_findings_by_record ON access_findings (record_id) WHERE record_id IS NOT NULL;
      CREATE TABLE access_actors (
        actor_hash BYTEA PRIMARY KEY,
        body BYTEA NOT NULL
      );
      CREATE TABLE access_marks (
        name TEXT PRIMARY KEY,
        seq BIGINT NOT NULL
      );
      CREATE TABLE access_honey (
        honey_id BIGINT PRIMARY KEY,
        marked_at_ms BIGINT NOT NULL,
        removed_at_ms BIGINT,
        body BYTEA NOT NULL,
        removal BYTEA
      );`,
  },
];

/** Rows as they are stored. */
export type FindingRow = {
  finding_id: number;
  opened_at_ms: number;
  record_id: number | null;
  judged_at_ms: number | null;
  body: Uint8Array;
  subject: Uint8Array | null;
  judgement: Uint8Array | null;
};
export type HoneyRow = {
  honey_id: number;
  marked_at_ms: number;
  removed_at_ms: number | null;
  body: Uint8Array;
  removal: Uint8Array | null;
};

const markName = 'entries';

/** The number of the first entry that was not looked at; undefined before the first start. */
export async function readMark(store: Store): Promise<number | undefined> {
  const [row] = await store.select('SELECT seq FROM access_marks WHERE name = :name', { name: markName });
  return row && Number(row.seq);
}

export const putMark = (seq: number): Change => ({ op: 'upsert', table: marks, rows: [{ name: markName, seq }] });

export async function readActor(store: Store, hash: Uint8Array): Promise<Uint8Array | undefined> {
  const [row] = await store.select('SELECT body FROM access_actors WHERE actor_hash = :hash', { hash });
  return row?.body as Uint8Array | undefined;
}

export const putActors = (rows: readonly { actor_hash: Uint8Array; body: Uint8Array }[]): Change => ({
  op: 'upsert',
  table: actorsTable,
  rows: rows as readonly Row[],
});

export const putFindings = (rows: readonly FindingRow[]): Change => ({ op: 'upsert', table: findingsTable, rows });

export async function readFindings(store: Store, ids: readonly number[]): Promise<FindingRow[]> {
  if (ids.length === 0) return [];
  return (await store.select('SELECT * FROM access_findings WHERE finding_id IN (:ids)', { ids })) as FindingRow[];
}

export type FindingState = 'open' | 'judged' | 'all';
const condition = { open: 'judged_at_ms IS NULL AND ', judged: 'judged_at_ms IS NOT NULL AND ', all: '' } as const;

/** Newest first. */
export async function readFindingPage(store: Store, state: FindingState, below: number, limit: number): Promise<FindingRow[]> {
  const sql = `SELECT * FROM access_findings WHERE ${condition[state]}finding_id < :below ORDER BY finding_id DESC LIMIT :limit`;
  return (await store.select(sql, { below, limit })) as FindingRow[];
}

export async function countOpen(store: Store): Promise<number> {
  const [row] = await store.select('SELECT COUNT(*) AS open_count FROM access_findings WHERE judged_at_ms IS NULL');
  return Number(row?.open_count ?? 0);
}

export async function readHoney(store: Store): Promise<HoneyRow[]> {
  return (await store.select('SELECT * FROM access_honey ORDER BY honey_id')) as HoneyRow[];
}

export const putHoney = (row: HoneyRow): Change => ({ op: 'upsert', table: honeyTable, rows: [row] });
