// The table of sources and all of its SQL. Names are sealed; of a write key only a keyed hash is kept, so that the file gives no key away.

import type { Change, Migration, Row, Store, Table } from '../../core/store/store.ts';

export const sourcesTable: Table = {
  name: 'sources',
  columns: {
    source_id: 'integer',
    kind: 'text',
    name: 'blob',
    key_hash: 'blob',
    previous_key_hash: 'blob',
    previous_key_until_ms: 'integer',
    created_at_ms: 'integer',
    key_made_at_ms: 'integer',
    disabled_at_ms: 'integer',
  },
  key: ['source_id'],
};

export const sourceMigrations: Migration[] = [
  {
    version: 210,
    name: 'sources',
    sqlite: `
      CREATE TABLE sources (
        source_id INTEGER PRIMARY KEY,
        kind TEXT NOT NULL,
        name BLOB NOT NULL,
        key_hash BLOB NOT NULL UNIQUE,
        previous_key_hash BLOB,
        previous_key_until_ms INTEGER,
        created_at_ms INTEGER NOT NULL,
        key_made_at_ms INTEGER NOT NULL,
        disabled_at_ms INTEGER
      ) STRICT;`,
    postgres: `
      CREATE TABLE sources (
        source_id BIGINT PRIMARY KEY,
        kind TEXT NOT NULL,
        name BYTEA NOT NULL,
        key_hash BYTEA NOT NULL UNIQUE,
        previous_key_hash BYTEA,
        previous_key_until_ms BIGINT,
        created_at_ms BIGINT NOT NULL,
        key_made_at_ms BIGINT NOT NULL,
        disabled_at_ms BIGINT
      );`,
  },
];

/** A row as it is stored. */
export type SourceRow = {
  source_id: number;
  kind: string;
  name: Uint8Array;
  key_hash: Uint8Array;
  previous_key_hash: Uint8Array | null;
  previous_key_until_ms: number | null;
  created_at_ms: number;
  key_made_at_ms: number;
  disabled_at_ms: number | null;
};

const columns = Object.keys(sourcesTable.columns).join(', ');

/** All sources, oldest first, at most `limit`. */
export async function readSources(store: Store, limit: number): Promise<SourceRow[]> {
  return (await store.select(`SELECT ${columns} FROM sources ORDER BY source_id LIMIT :limit`, { limit })) as SourceRow[];
}

export const insertSource = (row: SourceRow): Change => ({ op: 'insert', table: sourcesTable, rows: [row satisfies Row] });

export const replaceSource = (row: SourceRow): Change => ({ op: 'upsert', table: sourcesTable, rows: [row satisfies Row] });
