// The table of who somebody is at the organisation's provider, and all of its SQL. The provider's number for a person is there as a keyed
// hash only.

import type { Change, Migration, Store, Table } from '../store/store.ts';

export const identitiesTable: Table = {
  name: 'outside_identities',
  columns: { identity_hash: 'blob', person_id: 'integer', made_here: 'integer', linked_at_ms: 'integer' },
  key: ['identity_hash'],
};

export const outsideMigrations: readonly Migration[] = [
  {
    version: 122,
    name: 'identities at the provider',
    sqlite: `
      CREATE TABLE outside_identities (
        identity_hash BLOB PRIMARY KEY, person_id INTEGER NOT NULL, made_here INTEGER NOT NULL, linked_at_ms INTEGER NOT NULL
      ) STRICT, WITHOUT ROWID;`,
    postgres: `
      CREATE TABLE outside_identities (
        identity_hash BYTEA PRIMARY KEY, person_id BIGINT NOT NULL, made_here BIGINT NOT NULL, linked_at_ms BIGINT NOT NULL
      );`,
  },
];

export type IdentityRow = {
  identity_hash: Uint8Array;
  person_id: number;
  /** 1 where the first sign-in made the person: their roles follow the provider's groups. */
  made_here: number;
  linked_at_ms: number;
};

export async function readIdentity(store: Store, hash: Uint8Array): Promise<IdentityRow | undefined> {
  const sql = 'SELECT identity_hash, person_id, made_here, linked_at_ms FROM outside_identities WHERE identity_hash = :hash';
  return (await store.select(sql, { hash }))[0] as IdentityRow | undefined;
}

export const putIdentity = (row: IdentityRow): Change => ({ op: 'upsert', table: identitiesTable, rows: [row] });
