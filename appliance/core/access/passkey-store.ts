// The table of passkeys and all of its SQL. A credential is found by a keyed hash of its id; the rest is sealed but for its counter.

import type { Change, Migration, Store, Table } from '../store/store.ts';

export const passkeysTable: Table = {
  name: 'passkeys',
  columns: {
    passkey_id: 'integer',
    credential_hash: 'blob',
    person_id: 'integer',
    document: 'blob',
    counter: 'integer',
    created_at_ms: 'integer',
    last_used_at_ms: 'integer',
  },
  key: ['passkey_id'],
};

export const passkeyMigrations: readonly Migration[] = [
  {
    version: 123,
    name: 'passkeys',
    sqlite: `
      CREATE TABLE passkeys (
        passkey_id INTEGER PRIMARY KEY,
        credential_hash BLOB NOT NULL UNIQUE,
        person_id INTEGER NOT NULL,
        document BLOB NOT NULL,
        counter INTEGER NOT NULL,
        created_at_ms INTEGER NOT NULL,
        last_used_at_ms INTEGER
      ) STRICT;`,
    postgres: `
      CREATE TABLE passkeys (
        passkey_id BIGINT PRIMARY KEY,
        credential_hash BYTEA NOT NULL UNIQUE,
        person_id BIGINT NOT NULL,
        document BYTEA NOT NULL,
        counter BIGINT NOT NULL,
        created_at_ms BIGINT NOT NULL,
        last_used_at_ms BIGINT
      );`,
  },
];

export type PasskeyRow = {
  passkey_id: number;
  credential_hash: Uint8Array;
  person_id: number;
  document: Uint8Array;
  counter: number;
  created_at_ms: number;
  last_used_at_ms: number | null;
};

const columns = Object.keys(passkeysTable.columns).join(', ');

export async function readPasskeys(store: Store): Promise<PasskeyRow[]> {
  return (await store.select(`SELECT ${columns} FROM passkeys ORDER BY passkey_id`)) as PasskeyRow[];
}

export const putPasskey = (row: PasskeyRow): Change => ({ op: 'upsert', table: passkeysTable, rows: [row] });

export function deletePasskeys(ids: readonly number[]): Change[] {
  return ids.length === 0 ? [] : [{ op: 'delete', table: passkeysTable, keys: ids.map((id) => ({ passkey_id: id })) }];
}
