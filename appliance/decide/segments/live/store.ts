// The tables of the node's segments and all of their SQL. In the clear are numbers, times and whose record a row is about; which segment, and
// everything that is said of it, is sealed.

import type { Change, Migration, Sealing, Store, Table } from '../../../core/store/store.ts';
import type { SealedColumn } from '../../../core/vault/vault.ts';

export const segmentsTable: Table = {
  name: 'segments',
  columns: { segment_id: 'integer', body: 'blob' },
  key: ['segment_id'],
};
export const versionsTable: Table = {
  name: 'segment_versions',
  columns: { version_id: 'integer', segment_id: 'integer', made_at_ms: 'integer', body: 'blob' },
  key: ['version_id'],
};
/** One row for each customer who is in any segment: which ones, and since when. */
export const membersTable: Table = {
  name: 'segment_members',
  columns: { record_id: 'integer', body: 'blob' },
  key: ['record_id'],
};
export const changesTable: Table = {
  name: 'segment_changes',
  columns: { seq: 'integer', record_id: 'integer', at_ms: 'integer', body: 'blob' },
  key: ['seq'],
};
export const snapshotsTable: Table = {
  name: 'segment_snapshots',
  columns: { snapshot_id: 'integer', segment_id: 'integer', made_at_ms: 'integer', body: 'blob' },
  key: ['snapshot_id'],
};
/** The members of a snapshot, so many numbers of persons to a row. */
export const snapshotPagesTable: Table = {
  name: 'segment_snapshot_pages',
  columns: { page_id: 'integer', snapshot_id: 'integer', page: 'integer', body: 'blob' },
  key: ['page_id'],
};

const marks: Table = { name: 'segment_marks', columns: { name: 'text', seq: 'integer' }, key: ['name'] };

export const segmentMigrations: Migration[] = [
  {
    version: 300,
    name: 'segments',
    sqlite: `
      CREATE TABLE segments (segment_id INTEGER PRIMARY KEY, body BLOB NOT NULL) STRICT;
      CREATE TABLE segment_versions (
        version_id INTEGER PRIMARY KEY,
        segment_id INTEGER NOT NULL,
        made_at_ms INTEGER NOT NULL,
        body BLOB NOT NULL
      ) STRICT;
      CREATE INDEX segment_versions_by_segment ON segment_versions (segment_id, version_id);
      CREATE TABLE segment_members (record_id INTEGER PRIMARY KEY, body BLOB NOT NULL) STRICT;
      CREATE TABLE segment_changes (
        seq INTEGER PRIMARY KEY,
        record_id INTEGER NOT NULL,
        at_ms INTEGER NOT NULL,
        body BLOB NOT NULL
      ) STRICT;
      CREATE INDEX segment_changes_by_record ON segment_changes (record_id, seq);
      CREATE INDEX segment_changes_by_time ON segment_changes (at_ms);
      CREATE TABLE segment_snapshots (
        snapshot_id INTEGER PRIMARY KEY,
        segment_id INTEGER NOT NULL,
        made_at_ms INTEGER NOT NULL,
        body BLOB NOT NULL
      ) STRICT;
      CREATE TABLE segment_snapshot_pages (
        page_id INTEGER PRIMARY KEY,
        snapshot_id INTEGER NOT NULL,
        page INTEGER NOT NULL,
        body BLOB NOT NULL
      ) STRICT;
      CREATE INDEX segment_snapshot_pages_by_page ON segment_snapshot_pages (page, snapshot_id);
      CREATE INDEX segment_snapshot_pages_by_snapshot ON segment_snapshot_pages (snapshot_id, page);`,
    postgres: `
      CREATE TABLE segments (segment_id BIGINT PRIMARY KEY, body BYTEA NOT NULL);
      CREATE TABLE segment_versions (
        version_id BIGINT PRIMARY KEY,
        segment_id BIGINT NOT NULL,
        made_at_ms BIGINT NOT NULL,
        body BYTEA NOT NULL
      );
      CREATE INDEX segment_versions_by_segment ON segment_versions (segment_id, version_id);
      CREATE TABLE segment_members (record_id BIGINT PRIMARY KEY, body BYTEA NOT NULL);
      CREATE TABLE segment_changes (
        seq BIGINT PRIMARY KEY,
        record_id BIGINT NOT NULL,
        at_ms BIGINT NOT NULL,
        body BYTEA NOT NULL
      );
      CREATE INDEX segment_changes_by_record ON segment_changes (record_id, seq);
      CREATE INDEX segment_changes_by_time ON segment_changes (at_ms);
      CREATE TABLE segment_snapshots (
        snapshot_id BIGINT PRIMARY KEY,
        segment_id BIGINT NOT NULL,
        made_at_ms BIGINT NOT NULL,
        body BYTEA NOT NULL
      );
      CREATE TABLE segment_snapshot_pages (
        page_id BIGINT PRIMARY KEY,
        snapshot_id BIGINT NOT NULL,
        page BIGINT NOT NULL,
        body BYTEA NOT NULL
      );
      CREATE INDEX segment_snapshot_pages_by_page ON segment_snapshot_pages (page, snapshot_id);
      CREATE INDEX segment_snapshot_pages_by_snapshot ON segment_snapshot_pages (snapshot_id, page);`,
  },
  {
    version: 301,
    name: 'segment marks',
    sqlite: 'CREATE TABLE segment_marks (name TEXT PRIMARY KEY, seq INTEGER NOT NULL) STRICT;',
    postgres: 'CREATE TABLE segment_marks (name TEXT PRIMARY KEY, seq BIGINT NOT NULL);',
  },
];

/** Sealed under record keys: for key rotation. */
export const segmentSealedColumns: readonly SealedColumn[] = [
  { table: membersTable, column: 'body', recordColumn: 'record_id', rowOf: (row) => row.record_id as number },
  { table: changesTable, column: 'body', recordColumn: 'record_id', rowOf: (row) => row.seq as number },
];

export type BodyRow = { record_id: number; body: Uint8Array };
export type ChangeRow = BodyRow & { seq: number; at_ms: number };
export type SegmentRow = { segment_id: number; body: Uint8Array };
export type VersionRow = SegmentRow & { version_id: number; made_at_ms: number };
export type SnapshotRow = SegmentRow & { snapshot_id: number; made_at_ms: number };
export type PageRow = { page_id: number; snapshot_id: number; page: number; body: Uint8Array };

export const putMembers = (ids: readonly number[], seal: Sealing): Change => ({
  op: 'upsert',
  table: membersTable,
  rows: ids.map((record_id) => ({ record_id })),
  seal,
});
export const dropMembers = (ids: readonly number[]): Change => ({
  op: 'run',
  sql: 'DELETE FROM segment_members WHERE record_id IN (:ids)',
  params: { ids },
});
export const addChanges = (rows: readonly Omit<ChangeRow, 'body'>[], seal: Sealing): Change => ({
  op: 'insert',
  table: changesTable,
  rows,
  seal,
});
export const dropChangesOf = (ids: readonly number[]): Change => ({
  op: 'run',
  sql: 'DELETE FROM segment_changes WHERE record_id IN (:ids)',
  params: { ids },
});
/** @param mark later ones are not in the rows of members yet */
export const dropChangesBefore = (atMs: number, mark: number): Change => ({
  op: 'run',
  sql: 'DELETE FROM segment_changes WHERE at_ms < :atMs AND seq <= :mark',
  params: { atMs, mark },
});
const markName = 'members';
/** Every change up to this number is in the rows of members. */
export const putMark = (seq: number): Change => ({ op: 'upsert', table: marks, rows: [{ name: markName, seq }] });

/** -1 before any. */
export async function readMark(store: Store): Promise<number> {
  const [row] = await store.select('SELECT seq FROM segment_marks WHERE name = :name', { name: markName });
  return row ? Number(row.seq) : -1;
}

export async function readMembers(store: Store, ids: readonly number[]): Promise<BodyRow[]> {
  if (ids.length === 0) return [];
  return (await store.select('SELECT record_id, body FROM segment_members WHERE record_id IN (:ids)', { ids })) as BodyRow[];
}

export async function readMembersAfter(store: Store, after: number, limit: number): Promise<BodyRow[]> {
  const sql = 'SELECT record_id, body FROM segment_members WHERE record_id > :after ORDER BY record_id LIMIT :limit';
  return (await store.select(sql, { after, limit })) as BodyRow[];
}

/** From the row on that holds the change after this number, which may be in the middle of it. */
export async function readChanges(store: Store, after: number, limit: number): Promise<ChangeRow[]> {
  const sql = `SELECT * FROM segment_changes
    WHERE seq >= coalesce((SELECT max(seq) FROM segment_changes WHERE seq <= :after), 0) ORDER BY seq LIMIT :limit`;
  return (await store.select(sql, { after, limit })) as ChangeRow[];
}

/** The latest ones of these records, the latest first. */
export async function readChangesOf(store: Store, ids: readonly number[], limit: number): Promise<ChangeRow[]> {
  const sql = 'SELECT * FROM segment_changes WHERE record_id IN (:ids) ORDER BY seq DESC LIMIT :limit';
  return (await store.select(sql, { ids, limit })) as ChangeRow[];
}

export const putSegment = (row: SegmentRow): Change => ({ op: 'upsert', table: segmentsTable, rows: [row] });
export const addVersion = (row: VersionRow): Change => ({ op: 'insert', table: versionsTable, rows: [row] });

/** With everything that is kept of it. What the rows of customers still name of it means nothing any more. */
export function dropSegment(id: number): Change[] {
  const pages =
    'DELETE FROM segment_snapshot_pages WHERE snapshot_id IN (SELECT snapshot_id FROM segment_snapshots WHERE segment_id = :id)';
  const own = [segmentsTable, versionsTable, snapshotsTable].map(({ name }) => `DELETE FROM ${name} WHERE segment_id = :id`);
  return [pages, ...own].map((sql) => ({ op: 'run', sql, params: { id } }));
}

export async function readSegments(store: Store): Promise<SegmentRow[]> {
  return (await store.select('SELECT * FROM segments ORDER BY segment_id')) as SegmentRow[];
}

export async function readVersions(store: Store, id: number, limit: number): Promise<VersionRow[]> {
  const sql = 'SELECT * FROM segment_versions WHERE segment_id = :id ORDER BY version_id DESC LIMIT :limit';
  return (await store.select(sql, { id, limit })) as VersionRow[];
}

export const putSnapshot = (row: SnapshotRow): Change => ({ op: 'insert', table: snapshotsTable, rows: [row] });
export const putPages = (rows: readonly PageRow[]): Change => ({ op: 'upsert', table: snapshotPagesTable, rows });
export const dropSnapshot = (id: number): Change[] =>
  [snapshotsTable, snapshotPagesTable].map(({ name }) => ({
    op: 'run',
    sql: `DELETE FROM ${name} WHERE snapshot_id = :id`,
    params: { id },
  }));

export async function readSnapshots(store: Store): Promise<SnapshotRow[]> {
  return (await store.select('SELECT * FROM segment_snapshots ORDER BY snapshot_id DESC')) as SnapshotRow[];
}

export async function readPages(store: Store, snapshot: number, after: number, limit: number): Promise<PageRow[]> {
  const sql = 'SELECT * FROM segment_snapshot_pages WHERE snapshot_id = :snapshot AND page > :after ORDER BY page LIMIT :limit';
  return (await store.select(sql, { snapshot, after, limit })) as PageRow[];
}

/** The same page of all snapshots. */
export async function readPagesAt(store: Store, page: number): Promise<PageRow[]> {
  return (await store.select('SELECT * FROM segment_snapshot_pages WHERE page = :page', { page })) as PageRow[];
}
