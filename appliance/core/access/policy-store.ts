// The tables of what people decided about access: versions of the policies, acts that wait for a second person, and every breaking of the
// glass. In the clear are numbers, times and states; who, what and why are sealed.

import type { Change, Migration, Row, Store, Table } from '../store/store.ts';

export const policyVersionsTable: Table = {
  name: 'policy_versions',
  columns: { version: 'integer', saved_at_ms: 'integer', hash: 'blob', body: 'blob' },
  key: ['version'],
};
export const approvalsTable: Table = {
  name: 'approvals',
  columns: {
    approval_id: 'integer',
    state: 'text',
    proposed_at_ms: 'integer',
    expires_at_ms: 'integer',
    decided_at_ms: 'integer',
    ended_at_ms: 'integer',
    body: 'blob',
    outcome: 'blob',
  },
  key: ['approval_id'],
};
export const breakGlassTable: Table = {
  name: 'break_glass',
  columns: { glass_id: 'integer', begun_at_ms: 'integer', until_ms: 'integer', reviewed_at_ms: 'integer', body: 'blob' },
  key: ['glass_id'],
};

export const policyMigrations: Migration[] = [
  {
    version: 115,
    name: 'policy versions',
    sqlite: `
      CREATE TABLE policy_versions (
        version INTEGER PRIMARY KEY,
        saved_at_ms INTEGER NOT NULL,
        hash BLOB NOT NULL,
        body BLOB NOT NULL
      ) STRICT;`,
    postgres: `
      CREATE TABLE policy_versions (
        version BIGINT PRIMARY KEY,
        saved_at_ms BIGINT NOT NULL,
        hash BYTEA NOT NULL,
        body BYTEA NOT NULL
      );`,
  },
  {
    version: 116,
    name: 'approvals',
    sqlite: `
      CREATE TABLE approvals (
        approval_id INTEGER PRIMARY KEY,
        state TEXT NOT NULL,
        proposed_at_ms INTEGER NOT NULL,
        expires_at_ms INTEGER NOT NULL,
        decided_at_ms INTEGER,
        ended_at_ms INTEGER,
        body BLOB NOT NULL,
        outcome BLOB
      ) STRICT;
      CREATE INDEX approvals_by_state ON approvals (state, approval_id);`,
    postgres: `
      CREATE TABLE approvals (
        approval_id BIGINT PRIMARY KEY,
        state TEXT NOT NULL,
        proposed_at_ms BIGINT NOT NULL,
        expires_at_ms BIGINT NOT NULL,
        decided_at_ms BIGINT,
        ended_at_ms BIGINT,
        body BYTEA NOT NULL,
        outcome BYTEA
      );
      CREATE INDEX approvals_by_state ON approvals (state, approval_id);`,
  },
  {
    version: 117,
    name: 'breaking the glass',
    sqlite: `
      CREATE TABLE break_glass (
        glass_id INTEGER PRIMARY KEY,
        begun_at_ms INTEGER NOT NULL,
        until_ms INTEGER NOT NULL,
        reviewed_at_ms INTEGER,
        body BLOB NOT NULL
      ) STRICT;
      CREATE INDEX break_glass_by_end ON break_glass (until_ms);`,
    postgres: `
      CREATE TABLE break_glass (
        glass_id BIGINT PRIMARY KEY,
        begun_at_ms BIGINT NOT NULL,
        until_ms BIGINT NOT NULL,
        reviewed_at_ms BIGINT,
        body BYTEA NOT NULL
      );
      CREATE INDEX break_glass_by_end ON break_glass (until_ms);`,
  },
];

export type VersionRow = { version: number; saved_at_ms: number; hash: Uint8Array; body: Uint8Array };

export async function readVersion(store: Store, version?: number): Promise<VersionRow | undefined> {
  const [row] = await store.select(
    version === undefined
      ? 'SELECT * FROM policy_versions ORDER BY version DESC LIMIT 1'
      : 'SELECT * FROM policy_versions WHERE version = :version',
    version === undefined ? {} : { version },
  );
  return row as VersionRow | undefined;
}

/** Newest first. */
export async function readVersions(store: Store, limit: number): Promise<VersionRow[]> {
  return (await store.select('SELECT * FROM policy_versions ORDER BY version DESC LIMIT :limit', { limit })) as VersionRow[];
}

/** Fails when the version is there already: two changes that were made from the same one. */
export const insertVersion = (row: VersionRow): Change => ({
  op: 'insert',
  table: policyVersionsTable,
  rows: [row satisfies Row],
});

export type ApprovalRow = {
  approval_id: number;
  state: string;
  proposed_at_ms: number;
  expires_at_ms: number;
  decided_at_ms: number | null;
  ended_at_ms: number | null;
  body: Uint8Array;
  outcome: Uint8Array | null;
};

export const writeApproval = (row: ApprovalRow): Change => ({ op: 'upsert', table: approvalsTable, rows: [row satisfies Row] });

export async function readApproval(store: Store, id: number): Promise<ApprovalRow | undefined> {
  const [row] = await store.select('SELECT * FROM approvals WHERE approval_id = :id', { id });
  return row as ApprovalRow | undefined;
}

/** Newest first, below `before`. */
export async function readApprovals(
  store: Store,
  states: readonly string[],
  before: number,
  limit: number,
): Promise<ApprovalRow[]> {
  return (await store.select(
    'SELECT * FROM approvals WHERE state IN (:states) AND approval_id < :before ORDER BY approval_id DESC LIMIT :limit',
    { states, before, limit },
  )) as ApprovalRow[];
}

export async function countApprovals(store: Store, state: string): Promise<number> {
  const [row] = await store.select('SELECT COUNT(*) AS n FROM approvals WHERE state = :state', { state });
  return Number(row?.n ?? 0);
}

export type GlassRow = {
  glass_id: number;
  begun_at_ms: number;
  until_ms: number;
  reviewed_at_ms: number | null;
  body: Uint8Array;
};

export const writeGlass = (row: GlassRow): Change => ({ op: 'upsert', table: breakGlassTable, rows: [row satisfies Row] });

export async function readGlass(store: Store, id: number): Promise<GlassRow | undefined> {
  const [row] = await store.select('SELECT * FROM break_glass WHERE glass_id = :id', { id });
  return row as GlassRow | undefined;
}

/** Newest first, below `before`. */
export async function readGlasses(store: Store, before: number, limit: number, open: boolean): Promise<GlassRow[]> {
  return (await store.select(
    `SELECT * FROM break_glass WHERE glass_id < :before ${open ? 'AND reviewed_at_ms IS NULL ' : ''}ORDER BY glass_id DESC LIMIT :limit`,
    { before, limit },
  )) as GlassRow[];
}

/** Whose time is not over. */
export async function readBroken(store: Store, nowMs: number): Promise<GlassRow[]> {
  return (await store.select('SELECT * FROM break_glass WHERE until_ms > :nowMs', { nowMs })) as GlassRow[];
}

/** Which of these nobody has reviewed. */
export async function readUnreviewed(store: Store, ids: readonly number[]): Promise<number[]> {
  if (ids.length === 0) return [];
  const rows = await store.select('SELECT glass_id FROM break_glass WHERE glass_id IN (:ids) AND reviewed_at_ms IS NULL', {
    ids,
  });
  return rows.map(({ glass_id }) => Number(glass_id));
}

export async function countUnreviewed(store: Store): Promise<number> {
  const [row] = await store.select('SELECT COUNT(*) AS n FROM break_glass WHERE reviewed_at_ms IS NULL');
  return Number(row?.n ?? 0);
}
