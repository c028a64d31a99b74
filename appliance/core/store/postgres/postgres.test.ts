// The store contract on a real PostgreSQL, and what only a server can do to a store: go away and come back.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import pg from 'pg';
import { storeContract } from '../contract.ts';
import { contractMigrations, isFault, thing, things } from '../contract-fixtures.ts';
import { openPostgresStore } from './postgres.ts';
import { startTestPostgres, type TestPostgres } from './test-server.ts';

let server: TestPostgres;
before(async () => {
  // As the operator's guide wants it.
  server = await startTestPostgres({ wal_recycle: 'off' });
});
after(async () => {
  await server?.stop();
});

storeContract({
  name: 'PostgreSQL',
  async newPlace() {
    const url = await server.createDatabase();
    return { open: () => openPostgresStore({ url }), remove: async () => undefined };
  },
});

test('a server that is killed: what was answered is there when it is back, and the store goes on by itself', async () => {
  const store = await openPostgresStore({ url: await server.createDatabase() });
  await store.migrate(contractMigrations);
  await store.transact([{ op: 'insert', table: things, rows: [thing(1, 'kept')] }]);
  await store.select('SELECT id FROM things');
  await server.kill();
  await assert.rejects(store.transact([{ op: 'insert', table: things, rows: [thing(2)] }]), isFault('store_unavailable'));
  await assert.rejects(store.select('SELECT id FROM things'), isFault('store_unavailable'));
  await server.restart();
  assert.deepEqual(await store.select('SELECT id FROM things'), [{ id: 1 }]);
  await store.transact([{ op: 'insert', table: things, rows: [thing(3)] }]);
  assert.deepEqual(await store.select('SELECT id FROM things ORDER BY id'), [{ id: 1 }, { id: 3 }]);
  await store.close();
});

test('a deadlock is tried again until it succeeds', async () => {
  const url = await server.createDatabase();
  const store = await openPostgresStore({ url });
  await store.migrate(contractMigrations);
  await store.transact([{ op: 'insert', table: things, rows: [thing(1, 'a'), thing(2, 'b')] }]);
  const other = new pg.Client({ connectionString: url });
  await other.connect();
  // The other session finds a deadlock last, so it is the store that is told to give way.
  await other.query("SET deadlock_timeout = '30s'; BEGIN; UPDATE things SET label = 'other' WHERE id = 2");
  const mine = store.transact([
    { op: 'run', sql: "UPDATE things SET label = 'mine' WHERE id = 1" },
    { op: 'run', sql: "UPDATE things SET label = 'mine' WHERE id = 2" },
  ]);
  const watcher = new pg.Client({ connectionString: url });
  await watcher.connect();
  for (let waiting = 0; waiting === 0; ) {
    waiting = (await watcher.query("SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE '%mine%'")).rows
      .length;
  }
  await other.query("UPDATE things SET label = 'other' WHERE id = 1");
  await other.query('COMMIT');
  await mine;
  assert.deepEqual(await store.select('SELECT label FROM things'), [{ label: 'mine' }, { label: 'mine' }]);
  await Promise.all([other.end(), watcher.end()]);
  await store.close();
});

test('a server that may lose what it acknowledged is found by check', async () => {
  const careless = await startTestPostgres({ fsync: 'off', full_page_writes: 'off' });
  const store = await openPostgresStore({ url: careless.url });
  const errors = (await store.check()).filter((finding) => finding.severity === 'error').map((finding) => finding.check);
  assert.deepEqual(errors, ['setting-fsync', 'setting-full-page-writes']);
  await store.close();
  await careless.stop();
});

test('no server, and a database that is not there, are said to be unavailable', async () => {
  await assert.rejects(
    openPostgresStore({ url: 'postgres://holdfast@localhost/nothing?host=/nowhere' }),
    isFault('store_unavailable'),
  );
  await assert.rejects(openPostgresStore({ url: server.url.replace('/postgres?', '/nothing?') }), isFault('store_unavailable'));
});
