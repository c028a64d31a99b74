// Alarms on a whole node: a fallen score, a broken glass and a loud finding end up in one inbox, for those who may settle them; over a restart, to a
// syslog server, as a stream, in doctor; and without a word of a customer.

import assert from 'node:assert/strict';
import { createSocket } from 'node:dgram';
import { after, before, describe, test } from 'node:test';
import type { Principal, Role } from './core/model/principal.ts';
import { systemPorts } from './core/ports.ts';
import type { Finding } from './core/store/store.ts';
import type { Alarm, AlarmPage } from './oversee/alarms/alarms.ts';
import { openTestNode, type TestNode } from './testing.ts';

const hourMs = 3_600_000;
let nowMs = Date.UTC(2026, 5, 1, 8, 10);
const ports = { ...systemPorts, clock: { nowMs: () => nowMs } };

const staff: { readonly [name: string]: Role } = {
  chen: 'compliance',
  wu: 'compliance',
  adm: 'administrator',
  eve: 'supervisor',
  aud: 'auditor',
  ann: 'agent',
};
const personOf = (name: string): Principal | undefined => {
  const role = staff[name];
  const id = Object.keys(staff).indexOf(name) + 1;
  return role && { actor: `person ${id}`, kind: 'person', id, roles: [role], steppedUpUntilMs: Number.MAX_SAFE_INTEGER };
};

async function until(there: () => boolean): Promise<void> {
  for (let tries = 0; !there(); tries += 1) {
    assert.ok(tries < 12_000, 'it never came');
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

describe('alarms of a node', () => {
  let node: TestNode;
  let customer: string;
  const lines: string[] = [];
  const server = createSocket('udp4');
  before(async () => {
    server.on('message', (message) => lines.push(message.toString('utf8')));
    await new Promise<void>((resolve) => server.bind(0, '127.0.0.1', resolve));
    const config = { auditSyslog: `udp://127.0.0.1:${server.address().port}` };
    node = await openTestNode({ ports, config, signedIn: personOf });
  });
  after(async () => {
    await node.close();
    server.close();
  });
  const ask = async <T>(name: string, method: 'GET' | 'POST' | 'PUT', url: string, body?: object) => {
    const payload = body === undefined ? {} : { payload: body };
    const answer = await node.app.http.inject({
      method,
      url,
      headers: { 'x-test-person': name, 'x-purpose': 'customer_service' },
      ...payload,
    });
    return { status: answer.statusCode, body: answer.json<T & { error?: { code: string } }>() };
  };
  const list = async (name: string, query = '') => (await ask<AlarmPage>(name, 'GET', `/api/alarms${query}`)).body;
  const settled = async () => {
    await node.app.node().accessReview.caughtUp();
    await node.app.node().alarms.settled();
  };
  const shown = ({ alarms }: AlarmPage) => alarms.map(({ kind, severity, state }) => `${kind} ${severity} ${state}`);

  test('three kinds in one inbox', async () => {
    await node.send([{ type: 'identify', userId: 'u-77', traits: { name: '欧阳明月', email: 'moon@example.com' } }]);
    customer = (await node.find('u-77'))[0]!.id;
    await node.ask('POST', '/api/access-review/honey', { person: customer, reason: 'made up' });
    assert.equal((await ask('ann', 'GET', `/api/profiles/${customer}`)).status, 200);
    assert.equal((await ask('ann', 'GET', `/api/profiles/${customer}`)).status, 200);
    assert.equal((await ask('eve', 'POST', '/api/break-glass', { reason: 'the hospital asks', minutes: 5 })).status, 201);
    const rule = { id: 'phone-there', kind: 'completeness', field: 'traits.phone', threshold: 0.9 };
    await node.ask('PUT', `/api/quality/sources/${node.source.id}/rules`, { version: 1, defaults: false, rules: [rule] });
    await node.send(Array.from({ length: 30 }, (_, at) => ({ type: 'identify', userId: `q${at}`, traits: { city: 'Y' } })));
    nowMs += hourMs;
    await node.app.node().governance.write();
    await settled();
    assert.deepEqual(shown(await list('chen')).sort(), [
      'access_finding high open',
      'break_glass high open',
      'quality medium open',
    ]);
    const quality = (await list('chen')).alarms.find(({ kind }) => kind === 'quality')!;
    assert.deepEqual([quality.sourceName, quality.rule, quality.reason], ['test', 'phone-there', 'below_threshold']);
  });

  test('each sees what they may read, and acknowledges what they may settle', async () => {
    assert.deepEqual(shown(await list('adm')).sort(), ['break_glass high open', 'quality medium open']);
    assert.equal((await list('aud')).open, 3);
    // The chart counts what the inbox counts, for the same reader.
    type Figures = { figures: { name: string; points: { value: number }[] }[] };
    for (const [name, open] of [
      ['adm', 2],
      ['aud', 3],
      ['chen', 3],
    ] as const) {
      const { figures } = (await ask<Figures>(name, 'GET', `/api/figures?since=${nowMs - hourMs}`)).body;
      assert.equal((await list(name)).open, open);
      assert.equal(figures.find((one) => one.name === 'alarms')?.points.at(-1)?.value, open, name);
    }
    for (const name of ['ann', 'eve']) assert.equal((await ask(name, 'GET', '/api/alarms')).status, 403);
    const { alarms } = await list('chen');
    const of = (kind: string) => alarms.find((alarm) => alarm.kind === kind)!.id;
    const ack = (name: string, id: number, note = 'seen') => ask<Alarm>(name, 'POST', `/api/alarms/${id}/acknowledge`, { note });
    assert.equal((await ack('aud', of('quality'))).status, 403);
    assert.equal((await ack('adm', of('break_glass'))).status, 403);
    assert.equal((await ack('adm', of('quality'), 'Li repairs it')).body.acknowledgement?.note, 'Li repairs it');
    assert.equal((await ack('chen', of('quality'))).status, 409);
    assert.equal((await ack('chen', 999)).status, 404);
    assert.equal((await ask('chen', 'POST', `/api/alarms/${of('access_finding')}/acknowledge`, {})).status, 400);
    assert.deepEqual(shown(await list('adm', '?state=acknowledged')), ['quality medium acknowledged']);
  });

  test('it stands over a restart, is in doctor, and does not come again', async () => {
    await node.restart();
    await settled();
    assert.equal((await list('chen')).open, 2);
    await ask('ann', 'GET', `/api/profiles/${customer}`);
    await settled();
    assert.equal((await list('chen')).open, 2, 'the same finding, which grew');
    const { findings } = (await node.ask<{ findings: Finding[] }>('GET', '/api/doctor')).body;
    assert.deepEqual(
      findings
        .filter(({ check }) => check === 'alarms')
        .map(({ severity, message, next }) => [severity, message.en, /holdfast alarms ack/.test(next?.en ?? '')]),
      [['warning', '2 open.', true]],
    );
    assert.equal((await list('chen', '?state=all')).alarms.length, 3);
  });

  test('an officer who broke the glass cannot acknowledge it; the review of another settles it', async () => {
    const begun = await ask<{ id: number }>('chen', 'POST', '/api/break-glass', { reason: 'a test', minutes: 1 });
    await settled();
    const mine = (await list('chen')).alarms.find(({ actor }) => actor === 'person 1')!;
    assert.equal((await ask('chen', 'POST', `/api/alarms/${mine.id}/acknowledge`, { note: 'x' })).status, 403);
    await ask('wu', 'POST', `/api/break-glass/${begun.body.id}/review`, { verdict: 'justified' });
    const { findings } = (await ask<{ findings: { id: number }[] }>('wu', 'GET', '/api/access-review')).body;
    for (const { id } of findings)
      await ask('wu', 'POST', `/api/access-review/${id}/judge`, { verdict: 'unclear', reason: 'asked' });
    await settled();
    const { alarms } = await list('chen', '?state=acknowledged');
    assert.deepEqual(alarms.map(({ kind, acknowledgement }) => `${kind} ${acknowledgement?.by}`).sort(), [
      'access_finding person 2',
      'break_glass person 2',
      'quality person 3',
    ]);
    assert.deepEqual(shown(await list('chen')), ['break_glass high open']);
  });

  test('a stream tells those who may know, and nobody hears of a customer', async () => {
    const url = await node.app.http.listen({ host: '127.0.0.1', port: 0 });
    const follow = async (name: string) => {
      const answer = await fetch(`${url}/api/alarms/live`, { headers: { 'x-test-person': name } });
      const heard = { text: '' };
      void (async () => {
        for await (const chunk of answer.body!) heard.text += Buffer.from(chunk).toString('utf8');
      })().catch(() => undefined);
      return heard;
    };
    const [chen, adm] = [await follow('chen'), await follow('adm')];
    await node.ask('GET', `/api/profiles/${customer}`);
    await settled();
    await until(() => chen.text.includes('event: alarm'));
    assert.match(chen.text, /"kind":"access_finding","state":"open".*"actor":"operator"/);
    assert.ok(!adm.text.includes('access_finding'));
    const everything = JSON.stringify((await list('chen', '?state=all')).alarms) + chen.text + lines.join();
    for (const word of ['欧阳', 'moon', 'u-77', customer, 'honey']) assert.ok(!everything.includes(word), word);
  });

  test('a syslog server gets a line for each, with its severity', async () => {
    const alarmLines = () => lines.filter((line) => line.includes(' - holdfast - alarm - '));
    await until(() => alarmLines().length >= 5);
    const said = alarmLines().map(
      (line) => `${/^<\d+>/.exec(line)![0]} ${(JSON.parse(line.slice(line.indexOf('{'))) as Alarm).kind}`,
    );
    assert.deepEqual(said.sort(), [
      ...['<105> access_finding', '<105> access_finding', '<105> break_glass', '<105> break_glass'],
      '<108> quality',
    ]);
    assert.ok(lines.some((line) => line.includes(' - audit-head - ')));
  });
});
