// The table of API keys and all of its SQL. Names are sealed; of a key only a keyed hash is kept.

import type { Change, Migration, Row, Store, Table } from '../store/store.ts';

export const apiKeysTable: Table = {
  name: 'api_keys',
  columns: {
    key_id: 'integer',
    name: 'blob',
    scope: 'text',
    roles: 'text',
    sources: 'text',
    made_by: 'text',
    key_hash: 'blob',
    previous_key_hash: 'blob',
    previous_key_until_ms: 'integer',
    created_at_ms: 'integer',
    key_made_at_ms: 'integer',
    expires_at_ms: 'integer',
    revoked_at_ms: 'integer',
    last_used_at_ms: 'integer',
  },
  key: ['key_id'],
};

export const apiKeyMigrations: readonly Migration[] = [
  {
    version: 120,
    name: 'api keys',
    sqlite: `
      CREATE TABLE api_keys (
        key_id INTEGER PRIMARY KEY,
        name BLOB NOT NULL,
        scope TEXT NOT NULL,
        roles TEXT NOT NULL,
        sources TEXT,
        made_by TEXT NOT NULL,
        key_hash BLOB NOT NULL UNIQUE,
        previous_key_hash BLOB,
        previous_key_until_ms INTEGER,
        created_at_ms INTEGER NOT NULL,
        key_made_at_ms INTEGER NOT NULL,
        expires_at_ms INTEGER NOT NULL,
        revoked_at_ms INTEGER,
        last_used_at_ms INTEGER
      ) STRICT;`,
    postgres: `
      CREATE TABLE api_keys (
        key_id BIGINT PRIMARY KEY,
        name BYTEA NOT NULL,
        scope TEXT NOT NULL,
        roles TEXT NOT NULL,
        sources TEXT,
        made_by TEXT NOT NULL,
        key_hash BYTEA NOT NULL UNIQUE,
        previous_key_hash BYTEA,
        previous_key_until_ms BIGINT,
        created_at_ms BIGINT NOT NULL,
        key_made_at_ms BIGINT NOT NULL,
        expires_at_ms BIGINT NOT NULL,
        revoked_at_ms BIGINT,
        last_used_at_ms BIGINT
      );`,
  },
];

/** A row as it is stored; `roles` and `sources` are JSON. */
export type ApiKeyRow = {
  key_id: number;
  name: Uint8Array;
  scope: string;
  roles: string;
  sources: string | null;
  made_by: string;
  key_hash: Uint8Array;
  previous_key_hash: Uint8Array | null;
  previous_key_until_ms: number | null;
  created_at_ms: number;
  key_made_at_ms: number;
  expires_at_ms: number;
  revoked_at_ms: number | null;
  last_used_at_ms: number | null;
};

const columns = Object.keys(apiKeysTable.columns).join(', ');

/** All keys, oldest first, at most `limit`. */
export async function readApiKeys(store: Store, limit: number): Promise<ApiKeyRow[]> {
  return (await store.select(`SELECT ${columns} FROM api_keys ORDER BY key_id LIMIT :limit`, { limit })) as ApiKeyRow[];
}

export const insertApiKey = (row: ApiKeyRow): Change => ({ op: 'insert', table: apiKeysTable, rows: [row satisfies Row] });

/** Everything but when it was last used, which is written behind and by itself. */
export const replaceApiKey = (row: ApiKeyRow): Change => ({
  op: 'run',
  sql: `UPDATE api_keys SET key_hash = :hash, previous_key_hash = :previous, previous_key_until_ms = :until,
          key_made_at_ms = :made, expires_at_ms = :expires, revoked_at_ms = :revoked WHERE key_id = :id`,
  params: {
    id: row.key_id,
    hash: row.key_hash,
    previous: row.previous_key_hash,
    until: row.previous_key_until_ms,
    made: row.key_made_at_ms,
    expires: row.expires_at_ms,
    revoked: row.revoked_at_ms,
  },
});

export const deleteApiKey = (id: number): Change => ({ op: 'delete', table: apiKeysTable, keys: [{ key_id: id }] });

export const noteUse = (id: number, atMs: number): Change => ({
  op: 'run',
  sql: 'UPDATE api_keys SET last_used_at_ms = :atMs WHERE key_id = :id AND (last_used_at_ms IS NULL OR last_used_at_ms < :atMs)',
  params: { id, atMs },
});
