// The table of data dictionaries and all of its SQL: every version of every source's document, sealed, since field names, codes and
// event names say much about an organisation's customers.

import type { Change, Migration, Store, Table } from '../../core/store/store.ts';

export const dictionariesTable: Table = {
  name: 'source_dictionaries',
  columns: { source_id: 'integer', version: 'integer', saved_at_ms: 'integer', size_bytes: 'integer', body: 'blob' },
  key: ['source_id', 'version'],
};

export const dictionaryMigrations: Migration[] = [
  {
    version: 220,
    name: 'source dictionaries',
    sqlite: `
      CREATE TABLE source_dictionaries (
        source_id INTEGER NOT NULL,
        version INTEGER NOT NULL,
        saved_at_ms INTEGER NOT NULL,
        size_bytes INTEGER NOT NULL,
        body BLOB NOT NULL,
        PRIMARY KEY (source_id, version)
      ) STRICT;`,
    postgres: `
      CREATE TABLE source_dictionaries (
        source_id BIGINT NOT NULL,
        version BIGINT NOT NULL,
        saved_at_ms BIGINT NOT NULL,
        size_bytes BIGINT NOT NULL,
        body BYTEA NOT NULL,
        PRIMARY KEY (source_id, version)
      );`,
  },
];

/** A row as it is stored. */
export type DictionaryRow = { source_id: number; version: number; saved_at_ms: number; size_bytes: number; body: Uint8Array };
export type DictionaryVersion = { version: number; savedAtMs: number; sizeBytes: number };

/** The newest version of each source that has one. */
export async function readHeads(store: Store): Promise<Map<number, number>> {
  const rows = await store.select('SELECT source_id, MAX(version) AS head FROM source_dictionaries GROUP BY source_id');
  return new Map(rows.map((row) => [Number(row.source_id), Number(row.head)]));
}

export async function readDictionary(store: Store, source: number, version: number): Promise<DictionaryRow | undefined> {
  const sql = 'SELECT * FROM source_dictionaries WHERE source_id = :source AND version = :version';
  const [row] = await store.select(sql, { source, version });
  return row as DictionaryRow | undefined;
}

/** Newest first. */
export async function readVersions(store: Store, source: number): Promise<DictionaryVersion[]> {
  const rows = await store.select(
    'SELECT version, saved_at_ms, size_bytes FROM source_dictionaries WHERE source_id = :source ORDER BY version DESC',
    { source },
  );
  return rows.map((row) => ({
    version: Number(row.version),
    savedAtMs: Number(row.saved_at_ms),
    sizeBytes: Number(row.size_bytes),
  }));
}

/** The new version, and those away that are older than the `kept` newest. */
export const insertDictionary = (row: DictionaryRow, kept: number): Change[] => [
  { op: 'insert', table: dictionariesTable, rows: [row] },
  {
    op: 'run',
    sql: 'DELETE FROM source_dictionaries WHERE source_id = :source AND version <= :gone',
    params: { source: row.source_id, gone: row.version - kept },
  },
];
