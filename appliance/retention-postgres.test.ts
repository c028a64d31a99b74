// Retention on PostgreSQL: events and records go by the same rules, over a restart in the middle. What it decides does not depend on the
// engine and is tested on SQLite.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { type Ports, systemPorts } from './core/ports.ts';
import { startTestPostgres } from './core/store/postgres/test-server.ts';
import type { RetentionRun } from './oversee/subjects/subjects.ts';
import { openTestNode } from './testing.ts';

const dayMs = 86_400_000;

test('PostgreSQL: pages go, the silent go once the year is over, and a run that was cut short goes on', async () => {
  const server = await startTestPostgres({ fsync: 'off' });
  let nowMs = 1_790_000_000_000;
  const ports: Ports = { ...systemPorts, clock: { nowMs: () => nowMs } };
  const node = await openTestNode({
    ports,
    config: {
      store: await server.createDatabase(),
      erasureTargets: [{ name: 'nobody answers', url: 'http://127.0.0.1:9/', tell: ['user_id'] }],
      retention: [
        { name: 'pages', events: { kinds: ['page'], olderThanDays: 30 } },
        { name: 'silent', records: { inactiveDays: 365 } },
      ],
    },
  });
  after(async () => {
    await node.close();
    await server.stop();
  });
  const run = async () =>
    (await node.ask<RetentionRun>('POST', '/api/retention/run', {})).body.rules.map(({ events, records }) => [events, records]);
  await node.send([
    { type: 'identify', userId: 'silent', traits: { email: 'silent@x.cn' } },
    { type: 'identify', userId: 'looks', traits: { email: 'looks@x.cn' } },
  ]);
  nowMs += 100 * dayMs;
  await node.send([{ type: 'page', userId: 'looks', name: 'Home' }]);
  nowMs += 300 * dayMs;
  assert.deepEqual(await run(), [
    [1, 0],
    [0, 1],
  ]);
  assert.equal((await node.find('looks')).length, 1);
  // As a kill leaves one at its beginning.
  await node.app.node().store.transact([{ op: 'run', sql: 'UPDATE retention_runs SET ended_at_ms = NULL' }]);
  nowMs += 100 * dayMs;
  await node.restart();
  for (let ended = false; !ended; )
    ended = (await node.app.node().subjects.retention.runs()).every(({ endedAtMs }) => endedAtMs !== undefined);
  assert.equal((await node.find('looks')).length, 1, 'as of the moment at which it began');
  assert.deepEqual(await run(), [
    [0, 0],
    [0, 1],
  ]);
  assert.deepEqual(await node.app.node().store.select('SELECT record_id FROM retention_heard'), []);
  const told = await node.app.node().store.select('SELECT count(*) AS n FROM erasure_outbox');
  assert.equal(Number(told[0]!.n), 2);
});
