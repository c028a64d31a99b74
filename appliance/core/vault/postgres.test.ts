// The vault's SQL on PostgreSQL: first use, erasure, both rotations, killed a few times and resumed. The rest of its behaviour does
// not depend on the engine and is tested on SQLite.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { openPostgresStore } from '../store/postgres/postgres.ts';
import { startTestPostgres } from '../store/postgres/test-server.ts';
import type { Store } from '../store/store.ts';
import { columns, fill, Killed, keyMigrations, keyRows, migration, mortal, open, readAll, settled } from './testing.ts';
import type { Vault } from './vault.ts';

const server = await startTestPostgres({ fsync: 'off' });
after(() => server.stop());

async function onPostgres(records: number, run: (store: Store) => Promise<void>): Promise<void> {
  const store = await openPostgresStore({ url: await server.createDatabase() });
  try {
    await store.migrate([...keyMigrations, migration]);
    await fill(store, records);
    await run(store);
  } finally {
    await store.close();
  }
}

async function killedThrice(store: Store, rotate: (vault: Vault) => Promise<void>): Promise<void> {
  for (const at of [2, 2, 3]) {
    const vault = await open(mortal(store, at, 'after'));
    await assert.rejects(rotate(vault), Killed);
    vault.close();
    await readAll(store);
  }
  const vault = await open(store);
  await rotate(vault);
  assert.deepEqual(await vault.unfinishedRotations(), []);
  vault.close();
}

test('PostgreSQL: data keys rotate, killed and resumed', () =>
  onPostgres(70, async (store) => {
    await killedThrice(store, (vault) => vault.rotateDataKeys(columns, undefined, { settled }));
    assert.deepEqual([...(await readAll(store)).keys()], [2]);
    const rows = await keyRows(store);
    assert.equal(rows.length, 70);
    assert.ok(rows.every((row) => row.epoch === 2));
  }));

test('PostgreSQL: the wrapping key rotates, killed and resumed', () =>
  onPostgres(2600, async (store) => {
    await killedThrice(store, (vault) => vault.rotateWrappingKey());
    await readAll(store);
    const rows = await keyRows(store);
    assert.equal(rows.length, 2600);
    assert.ok(rows.every((row) => row.wrap_epoch === 2));
    assert.deepEqual(await store.select('SELECT epoch FROM wrapping_keys'), [{ epoch: 2 }]);
  }));

test('PostgreSQL: an erased record has no key, and a needed wrapping key cannot go', () =>
  onPostgres(5, async (store) => {
    const vault = await open(store);
    await store.transact(vault.destroyRecordKeys([3]));
    vault.forgetRecordKeys([3]);
    assert.deepEqual([...(await vault.loadRecordKeys([1, 2, 3, 4, 5])).keys()].sort(), [1, 2, 4, 5]);
    await assert.rejects(store.transact([{ op: 'run', sql: 'DELETE FROM wrapping_keys' }]));
    vault.close();
  }));
