// The tables, rows and checks that all parts of the store contract share.

import assert from 'node:assert/strict';
import { Fault, type FaultCode } from '../errors.ts';
import type { Migration, Row, Store, Table } from './store.ts';

/** A place that holds one store's data over many openings. */
export type Place = { open(): Promise<Store>; remove(): Promise<void> };
export type Engine = { name: string; newPlace(): Promise<Place> };

export const things: Table = {
  name: 'things',
  columns: { id: 'integer', weight: 'real', label: 'text', body: 'blob' },
  key: ['id'],
};
export const pairs: Table = { name: 'pairs', columns: { kind: 'text', mark: 'blob' }, key: ['kind', 'mark'] };
export const labels: Table = { name: 'labels', columns: { id: 'integer', label: 'text' }, key: ['id'] };

export const contractMigrations: readonly Migration[] = [
  {
    version: 1,
    name: 'things',
    sqlite: 'CREATE TABLE things (id INTEGER PRIMARY KEY, weight REAL, label TEXT, body BLOB) STRICT',
    postgres: 'CREATE TABLE things (id BIGINT PRIMARY KEY, weight FLOAT8, label TEXT, body BYTEA)',
  },
  {
    version: 2,
    name: 'pairs and labels',
    sqlite: `CREATE TABLE pairs (kind TEXT NOT NULL, mark BLOB NOT NULL, PRIMARY KEY (kind, mark)) STRICT, WITHOUT ROWID;
      CREATE TABLE labels (id INTEGER PRIMARY KEY, label TEXT NOT NULL UNIQUE) STRICT`,
    postgres: `CREATE TABLE pairs (kind TEXT NOT NULL, mark BYTEA NOT NULL, PRIMARY KEY (kind, mark));
      CREATE TABLE labels (id BIGINT PRIMARY KEY, label TEXT NOT NULL UNIQUE)`,
  },
];

export const thing = (id: number, label: string | null = null): Row => ({ id, weight: null, label, body: null });

export const isFault = (code: FaultCode, where?: string) => (error: unknown) => {
  assert.ok(error instanceof Fault, `expected Fault ${code}, got ${error}`);
  assert.equal(error.code, code);
  if (where !== undefined) assert.equal(error.where, where);
  return true;
};

/** A test that finds the tables empty. */
export type Fresh = (name: string, body: (store: Store) => Promise<void>) => unknown;
