// The tables of people and groups that the organisation's directory provisions, and all of their SQL. What the directory says of them
// is sealed; in the clear are numbers and times.

import type { Change, Migration, Row, Store, Table } from '../store/store.ts';

const columnsOf = (key: string) =>
  ({ [key]: 'integer', document: 'blob', created_at_ms: 'integer', changed_at_ms: 'integer' }) as const;

export const usersTable: Table = { name: 'directory_users', columns: columnsOf('person_id'), key: ['person_id'] };
export const groupsTable: Table = { name: 'directory_groups', columns: columnsOf('group_id'), key: ['group_id'] };

export const directoryMigrations: readonly Migration[] = [
  {
    version: 121,
    name: 'people and groups of the directory',
    sqlite: `
      CREATE TABLE directory_users (
        person_id INTEGER PRIMARY KEY, document BLOB NOT NULL, created_at_ms INTEGER NOT NULL, changed_at_ms INTEGER NOT NULL
      ) STRICT;
      CREATE TABLE directory_groups (
        group_id INTEGER PRIMARY KEY, document BLOB NOT NULL, created_at_ms INTEGER NOT NULL, changed_at_ms INTEGER NOT NULL
      ) STRICT;`,
    postgres: `
      CREATE TABLE directory_users (
        person_id BIGINT PRIMARY KEY, document BYTEA NOT NULL, created_at_ms BIGINT NOT NULL, changed_at_ms BIGINT NOT NULL
      );
      CREATE TABLE directory_groups (
        group_id BIGINT PRIMARY KEY, document BYTEA NOT NULL, created_at_ms BIGINT NOT NULL, changed_at_ms BIGINT NOT NULL
      );`,
  },
];

export type EntryRow = { id: number; document: Uint8Array; created_at_ms: number; changed_at_ms: number };

export async function readEntries(store: Store, table: Table, limit: number): Promise<EntryRow[]> {
  const [key] = table.key;
  const sql = `SELECT ${key} AS id, document, created_at_ms, changed_at_ms FROM ${table.name} ORDER BY ${key} LIMIT :limit`;
  return (await store.select(sql, { limit })) as EntryRow[];
}

export function putEntry(table: Table, { id, ...row }: EntryRow): Change {
  return { op: 'upsert', table, rows: [{ [table.key[0]!]: id, ...row } satisfies Row] };
}

export function deleteEntry(table: Table, id: number): Change {
  return { op: 'delete', table, keys: [{ [table.key[0]!]: id }] };
}
