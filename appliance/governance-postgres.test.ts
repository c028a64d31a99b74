// The catalogue and quality on PostgreSQL: what is observed, said, held and scored is there after a restart.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { systemPorts } from './core/ports.ts';
import { startTestPostgres } from './core/store/postgres/test-server.ts';
import type { AlarmPage } from './oversee/alarms/alarms.ts';
import type { Alarm, FieldView, HourView, OffenderView } from './oversee/governance/governance.ts';
import { openTestNode } from './testing.ts';

test('PostgreSQL: fields, words, held events, hours, alarms and their inbox, offenders', async () => {
  const server = await startTestPostgres();
  after(() => server.stop());
  let nowMs = Date.UTC(2026, 5, 1, 8, 10);
  const ports = { ...systemPorts, clock: { nowMs: () => nowMs } };
  const node = await openTestNode({ ports, config: { store: await server.createDatabase(), auditSyslog: 'udp://127.0.0.1:9' } });
  after(() => node.close());
  const source = node.source.id;
  const url = `/api/quality/sources/${source}`;
  await node.ask('PUT', `/api/sources/${source}/dictionary`, { version: 1, unclassified: 'hold' });
  const rules = { version: 1, rules: [{ id: 'there', kind: 'completeness', field: 'traits.city', threshold: 0.9 }] };
  assert.equal((await node.ask('PUT', `${url}/rules`, rules)).status, 200);
  await node.send(
    Array.from({ length: 30 }, (_, at) => ({ type: 'identify', messageId: `m${at}`, userId: `u${at}`, traits: { pet: 'cat' } })),
  );
  await node.restart();
  const { body: listed } = await node.ask<{ fields: FieldView[] }>('GET', '/api/catalogue?text=pet');
  assert.equal(
    (await node.ask('POST', `/api/catalogue/fields/${listed.fields[0]!.id}`, { class: 'none', owner: 'shop' })).status,
    200,
  );
  await node.app.node().governance.released();
  assert.equal((await node.find('u7')).length, 1);
  nowMs += 3_600_000;
  await node.app.node().governance.write();
  await node.restart();
  const { body: field } = await node.ask<FieldView & { history: object[] }>(
    'GET',
    `/api/catalogue/fields/${listed.fields[0]!.id}`,
  );
  assert.deepEqual([field.owner, field.history.length], ['shop', 1]);
  const { body: history } = await node.ask<{ hours: HourView[] }>('GET', `${url}/history`);
  assert.equal(history.hours[0]!.rules.there!.failed, 30);
  const { body: found } = await node.ask<{ offenders: OffenderView[] }>(
    'GET',
    `${url}/offenders?rule=there&at=${nowMs - 3_600_000}`,
  );
  assert.equal(found.offenders.length, 20);
  const { body: alarms } = await node.ask<{ alarms: Alarm[] }>('GET', '/api/quality/alarms');
  assert.ok(alarms.alarms.some(({ rule }) => rule === 'there'));
  const inbox = async () => (await node.ask<AlarmPage>('GET', '/api/alarms?state=all')).body;
  const raised = (await inbox()).alarms.find(({ rule }) => rule === 'there')!;
  assert.deepEqual([raised.state, raised.times, raised.sourceName], ['open', 1, 'test']);
  assert.equal((await node.ask('POST', `/api/alarms/${raised.id}/acknowledge`, { note: 'seen' })).status, 200);
  await node.restart();
  await node.app.node().alarms.settled();
  assert.equal((await inbox()).alarms.find(({ id }) => id === raised.id)!.acknowledgement?.note, 'seen');
  const told = await node.app.node().alarms.check();
  assert.deepEqual(
    told.filter(({ check }) => check === 'alarm syslog'),
    [],
  );
  assert.equal((await node.ask('DELETE', `/api/catalogue/fields/${listed.fields[0]!.id}`)).status, 200);
});
