// The record on a database whose tables docs/postgres-partitions.sql has put into partitions: the same cases and the same twin as on one
// that is whole; what was there before is there after; and an open transaction is noticed where one partition alone keeps deleted rows.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import pg from 'pg';
import { openPostgresStore } from '../../core/store/postgres/postgres.ts';
import { runOn, startTestPostgres, type TestPostgres } from '../../core/store/postgres/test-server.ts';
import { keyMigrations } from '../../core/vault/testing.ts';
import { recordKeys } from '../../core/vault/vault.ts';
import { recordMigrations } from './profiles.ts';
import { recordCases } from './testing-cases.ts';
import { converges } from './testing-converge.ts';
import { openWorld } from './testing-world.ts';

const script = readFileSync(join(import.meta.dirname, '../../../docs/postgres-partitions.sql'), 'utf8');
const partition = (url: string, parts = 4) => runOn(url, [`SET holdfast.partitions = ${parts}`, script]);

let server: TestPostgres;
before(async () => {
  server = await startTestPostgres({ fsync: 'off' });
});
after(() => server.stop());

async function open() {
  const url = await server.createDatabase();
  const whole = await openPostgresStore({ url });
  await whole.migrate([...keyMigrations, ...recordMigrations]);
  await whole.close();
  await partition(url);
  return openPostgresStore({ url });
}

recordCases('in partitions', open);

test('in partitions: arrivals, decisions, restarts, kills and faults in any order show what the facts say', async () => {
  await converges(await open(), 800);
});

test('what was recorded before is there after; a node that has the database open keeps it as it is; twice is once', async () => {
  const url = await server.createDatabase();
  const world = await openWorld(await openPostgresStore({ url }));
  const events = Array.from({ length: 60 }, (_, at) => ({
    ...{ kind: 'track' as const, name: 'Product Viewed', messageId: `m${at}`, userId: `u${at % 7}`, properties: { at } },
    ...{ occurredAtMs: at, receivedAtMs: at },
  }));
  await world.profiles.record(1, events);
  await assert.rejects(partition(url), /stop all nodes first/);
  await world.end();
  await partition(url);
  await partition(url);
  const again = await openWorld(await openPostgresStore({ url }));
  const outcomes = await again.profiles.record(1, events);
  assert.ok(outcomes.every(({ outcome }) => outcome === 'duplicate'));
  const person = (await again.profiles.personOf(1, true, 'u3'))!;
  const { events: shown } = await again.profiles.timeline(person, { limit: 50 });
  assert.deepEqual(
    shown.map(({ messageId }) => messageId),
    events
      .filter(({ userId }) => userId === 'u3')
      .map(({ messageId }) => messageId)
      .reverse(),
  );
  const [{ n }] = (await again.store.select("SELECT COUNT(*) AS n FROM pg_class WHERE relispartition AND relkind = 'r'")) as [
    { n: number },
  ];
  assert.equal(n, 7 * 4);
  // Indexes beside the keys are made again.
  const indexes = await again.store.select(
    "SELECT 1 FROM pg_class WHERE relname IN ('identifiers_by_record', 'record_keys_by_wrap')",
  );
  assert.equal(indexes.length, 2);
  await again.end();
});

test('deleted rows that an open transaction still sees are noticed in whichever partition they are', async () => {
  const url = await server.createDatabase();
  const world = await openWorld(await openPostgresStore({ url }));
  await world.end();
  await partition(url);
  const key = (recordId: number) => ({ record_id: recordId, epoch: 1, wrap_epoch: 1, wrapped: Buffer.alloc(60, recordId) });
  const store = await openPostgresStore({ url });
  await store.transact([{ op: 'insert', table: recordKeys, rows: Array.from({ length: 40 }, (_, at) => key(at + 1)) }]);
  const other = new pg.Client({ connectionString: url });
  await other.connect();
  await other.query('BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT 1');
  await store.transact([{ op: 'delete', table: recordKeys, keys: [{ record_id: 1, epoch: 1 }] }]);
  assert.deepEqual(await store.scrub([recordKeys]), ['open_transactions']);
  await other.query('COMMIT');
  assert.deepEqual(await store.scrub([recordKeys]), []);
  await other.end();
  await store.close();
});
