// A small sealed world for rotation tests: two tables, records in them, a reader that opens every row, and a store that dies.

import assert from 'node:assert/strict';
import { envelopeEpoch, openEnvelope, place, sealEnvelope } from '../../../crypto/envelope.ts';
import { keyFrom } from '../../../crypto/keys.ts';
import { auditMigrations } from '../audit/migrations.ts';
import { systemPorts } from '../ports.ts';
import type { Change, Migration, Row, Store, Table } from '../store/store.ts';
import { openVault, recordKeys, type SealedColumn, type Vault, vaultMigrations } from './vault.ts';

/** The vault's tables, and the log's, whose entries say whose the log keys are. */
export const keyMigrations = [...vaultMigrations, ...auditMigrations].sort((a, b) => a.version - b.version);

export const notes: Table = {
  name: 'notes',
  columns: { record_id: 'integer', seq: 'integer', body: 'blob', extra: 'blob' },
  key: ['record_id', 'seq'],
};
export const states: Table = { name: 'states', columns: { id: 'text', record_id: 'integer', state: 'blob' }, key: ['id'] };
export const migration: Migration = {
  version: 9000,
  name: 'rotation test',
  sqlite: `CREATE TABLE notes (record_id INTEGER, seq INTEGER, body BLOB, extra BLOB, PRIMARY KEY (record_id, seq)) STRICT;
           CREATE TABLE states (id TEXT PRIMARY KEY, record_id INTEGER, state BLOB) STRICT;
           CREATE INDEX states_by_record ON states (record_id);`,
  postgres: `CREATE TABLE notes (record_id BIGINT, seq BIGINT, body BYTEA, extra BYTEA, PRIMARY KEY (record_id, seq));
             CREATE TABLE states (id TEXT PRIMARY KEY, record_id BIGINT, state BYTEA);
             CREATE INDEX states_by_record ON states (record_id);`,
};
const noteId = (row: Row) => `${row.record_id}/${row.seq}`;
export const columns: SealedColumn[] = [
  { table: notes, column: 'body', recordColumn: 'record_id', rowOf: noteId },
  { table: notes, column: 'extra', recordColumn: 'record_id', rowOf: noteId },
  { table: states, column: 'state', recordColumn: 'record_id', rowOf: (row) => String(row.id) },
];
export const settled = async () => {};

export class Killed extends Error {}

/**
 * A store whose process dies at its `at`-th transaction or scrub: before it is applied, or just after.
 * @param death what the dead are told; a whole node has work in the background that takes faults of the store alone
 */
export function mortal(
  store: Store,
  at: number,
  when: 'before' | 'after',
  death: (words: string) => Error = (words) => new Killed(words),
): Store {
  let calls = 0;
  const guard = async <T>(call: () => Promise<T>): Promise<T> => {
    calls += 1;
    if (calls > at) throw death('dead processes do nothing');
    if (calls === at && when === 'before') throw death(`before ${at}`);
    const result = await call();
    if (calls === at) throw death(`after ${at}`);
    return result;
  };
  return new Proxy(store, {
    get(target, name) {
      if (name === 'transact') return (changes: readonly Change[]) => guard(() => target.transact(changes));
      if (name === 'scrub') return (tables: readonly Table[]) => guard(() => target.scrub(tables));
      if (name === 'emptyLog') return () => guard(() => target.emptyLog());
      const value = Reflect.get(target, name, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}

export const open = (store: Store): Promise<Vault> =>
  openVault({ store, root: keyFrom('root', new Uint8Array(32).fill(8)), ports: systemPorts, cachedRecords: 16 });

/** Records 1 to `records`, each with three rows and a state; record 5 with 230 rows. */
export async function fill(store: Store, records: number): Promise<void> {
  const vault = await open(store);
  const changes: Change[] = [];
  for (let id = 1; id <= records; id += 1) {
    const { key, epoch, row } = vault.newRecordKey(id);
    changes.push({ op: 'insert', table: recordKeys, rows: [row] });
    const rows = Array.from({ length: id === 5 ? 230 : 3 }, (_, seq) => ({
      record_id: id,
      seq,
      body: sealEnvelope(key, epoch, place('notes', 'body'), `${id}/${seq}`, Buffer.from(`body ${id} ${seq}`)),
      extra: seq === 1 ? sealEnvelope(key, epoch, place('notes', 'extra'), `${id}/${seq}`, Buffer.from('extra')) : null,
    }));
    changes.push({ op: 'insert', table: notes, rows });
    const state = sealEnvelope(key, epoch, place('states', 'state'), `s${id}`, Buffer.from(`state ${id}`));
    changes.push({ op: 'insert', table: states, rows: [{ id: `s${id}`, record_id: id, state }] });
  }
  await store.transact(changes);
  vault.close();
}

/** Opens every row with what the store holds now. @returns how many rows there are under each epoch */
export async function readAll(store: Store): Promise<Map<number, number>> {
  const vault = await open(store);
  const epochs = new Map<number, number>();
  for (const { table, column, rowOf } of columns) {
    const rows = await store.select(`SELECT * FROM ${table.name} WHERE ${column} IS NOT NULL`);
    const keys = await vault.loadRecordKeys(rows.map((row) => Number(row.record_id)));
    for (const row of rows) {
      const sealed = row[column] as Uint8Array;
      const epoch = envelopeEpoch(sealed);
      const key = keys.get(Number(row.record_id))?.byEpoch.get(epoch);
      assert.ok(key, `${table.name}.${column} ${rowOf(row)}: no key of epoch ${epoch}`);
      const text = openEnvelope(key, place(table.name, column), rowOf(row), sealed).toString();
      if (column === 'body') assert.ok(text.startsWith(`body ${row.record_id} ${row.seq}`));
      if (column === 'state') assert.ok(text.startsWith(`state ${row.record_id}`));
      epochs.set(epoch, (epochs.get(epoch) ?? 0) + 1);
    }
  }
  vault.close();
  return epochs;
}

export const keyRows = (store: Store) =>
  store.select('SELECT record_id, epoch, wrap_epoch FROM record_keys ORDER BY record_id, epoch');
