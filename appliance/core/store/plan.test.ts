// The plan helper must find a missing index, and must not mind sets.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { assertIndexed, queryPlan } from './plan.ts';
import type { Store } from './store.ts';
import { openTestStore } from './testing.ts';

let store: Store;
before(async () => {
  const sqlite = `CREATE TABLE events (id INTEGER PRIMARY KEY, record_id INTEGER NOT NULL, at_ms INTEGER NOT NULL, mark BLOB) STRICT;
    CREATE INDEX events_by_record ON events (record_id, at_ms);
    CREATE TABLE sources (id INTEGER PRIMARY KEY, name TEXT) STRICT`;
  store = await openTestStore({ migrations: [{ version: 1, name: 'events', sqlite, postgres: '' }] });
});
after(() => store.close());

test('look-ups by key, by index and by sets pass', async () => {
  await assertIndexed(store, 'SELECT * FROM events WHERE id IN (:ids)', { ids: [1, 2] });
  await assertIndexed(store, 'SELECT id FROM events WHERE record_id = :r AND at_ms < :t ORDER BY at_ms DESC LIMIT 50', {
    r: 1,
    t: 2,
  });
  await assertIndexed(store, 'SELECT * FROM events WHERE record_id IN (:ids)', { ids: [] });
  assert.match((await queryPlan(store, 'SELECT * FROM events WHERE record_id = 1')).join(), /events_by_record/);
});

test('a scan fails, unless the table may be scanned', async () => {
  await assert.rejects(assertIndexed(store, 'SELECT * FROM events WHERE mark IN (:m)', { m: [Buffer.from('x')] }), /SCAN events/);
  await assert.rejects(assertIndexed(store, 'SELECT count(*) AS n FROM events'), /SCAN events/);
  await assert.rejects(assertIndexed(store, 'SELECT * FROM sources s JOIN events e ON e.at_ms = s.id'), /SCAN/);
  await assertIndexed(store, 'SELECT * FROM sources', {}, { scans: ['sources'] });
});

test('a sort fails, unless it may sort', async () => {
  const sql = 'SELECT * FROM events WHERE record_id = :r ORDER BY mark';
  await assert.rejects(assertIndexed(store, sql, { r: 1 }), /TEMP B-TREE/);
  await assertIndexed(store, sql, { r: 1 }, { sorts: true });
});
