// Rights of the person through the API: requests and their deadlines, holds, restriction and objection at the gate, the package, quarantine,
// systems downstream, retention, registers and assessments.

import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, describe, test } from 'node:test';
import { verifySignature } from '../crypto/signing.ts';
import { endOfTerm, rightsOf } from './core/model/rights.ts';
import { type Ports, systemPorts } from './core/ports.ts';
import { openTestNode } from './testing.ts';

type Heard = { headers: { [name: string]: string | string[] | undefined }; body: string };
const heard: Heard[] = [];
/** Refuses the first word, as systems do that are just being updated. */
const downstream = createServer((request, response) => {
  let body = '';
  request.on('data', (chunk) => {
    body += chunk;
  });
  request.on('end', () => {
    heard.push({ headers: request.headers, body });
    response.writeHead(heard.length === 1 ? 503 : 204).end();
  });
});
await new Promise<void>((resolve) => downstream.listen(0, '127.0.0.1', resolve));
after(() => downstream.close());

let offsetMs = 0;
const ports: Ports = { ...systemPorts, clock: { nowMs: () => systemPorts.clock.nowMs() + offsetMs } };
const url = `http://127.0.0.1:${(downstream.address() as AddressInfo).port}/erasures`;
const node = await openTestNode({
  ports,
  config: {
    erasureTargets: [{ name: 'newsletter', url, tell: ['user_id', 'email'] }],
    retention: [
      { name: 'old pages', events: { kinds: ['page'], olderThanDays: 365 } },
      { name: 'nobody heard of', records: { inactiveDays: 3000 } },
    ],
  },
});
after(() => node.close());

type Request = {
  request: number;
  state: string;
  person?: string;
  dueAtMs: number;
  erased?: true;
  erasure?: string;
  note?: string;
  history: { what: string }[];
};
const made = async (userId: string, traits: object = {}): Promise<string> => {
  await node.send([{ type: 'identify', userId, traits: { email: `${userId}@x.cn`, ...traits } }]);
  return (await node.find(`${userId}@x.cn`))[0]!.id;
};
const asked = async (person: string, kind: string): Promise<Request> =>
  (await node.ask<Request>('POST', '/api/subject-requests', { person, kind, note: `a note about ${person}` })).body;
const on = (id: number, what: string, body: object = {}) =>
  node.ask<Request & { error?: { where: string } }>('POST', `/api/subject-requests/${id}/${what}`, body);

describe('requests', () => {
  test('nothing is done before the identity is checked, nor twice', async () => {
    const { request } = await asked(await made('checked'), 'access');
    assert.equal((await on(request, 'complete')).status, 409);
    assert.equal((await on(request, 'verify', { how: 'identity_document' })).body.state, 'verified');
    assert.equal((await on(request, 'complete')).body.state, 'completed');
    assert.equal((await on(request, 'complete')).status, 409);
    assert.equal((await on(9_999, 'complete')).status, 404);
  });

  test('a request whose customer was erased meanwhile, or before a kill let it be closed, names that erasure', async () => {
    const person = await made('meanwhile');
    const { request } = await asked(person, 'erasure');
    const other = await asked(person, 'access');
    await on(request, 'verify', { how: 'identity_document' });
    const { erasure } = (await node.ask<{ erasure: string }>('POST', `/api/subjects/${person}/erase`, { reason: 'request' }))
      .body;
    const closed = (await on(request, 'complete')).body;
    assert.deepEqual([closed.state, closed.erasure, closed.history.at(-1)!.what], ['completed', erasure, `erased: ${erasure}`]);
    const besides = (await on(other.request, 'complete')).body;
    assert.deepEqual([besides.state, besides.erasure, besides.history.at(-1)!.what], ['completed', undefined, 'erased']);
  });

  test('a hold refuses erasure, whoever asks, until it is released', async () => {
    const person = await made('held');
    const { request } = await asked(person, 'erasure');
    await on(request, 'verify', { how: 'in_person' });
    await on(request, 'hold', { reason: 'tax law' });
    assert.equal((await on(request, 'complete')).status, 409);
    const direct = await node.ask<{ error: { where: string } }>('POST', `/api/subjects/${person}/erase`, { reason: 'request' });
    assert.equal(direct.status, 409);
    assert.match(direct.body.error.where, /request \d+/);
    await on(request, 'release', { reason: 'ten years are over' });
    const done = await on(request, 'complete');
    assert.equal(done.body.state, 'completed', JSON.stringify(done.body));
    assert.equal(done.body.erased, true);
    assert.equal(done.body.person, undefined);
    assert.equal(done.body.note, undefined, 'what was said of them is gone');
    assert.deepEqual(await node.find('held@x.cn'), []);
    const receipt = await node.ask<{ reason: string; request: number }>('GET', `/api/erasures/${done.body.erasure}/receipt`);
    assert.equal(receipt.body.request, request);
  });

  test('restriction closes the gate for every purpose that does not rest on law, for one and for all, over a restart', async () => {
    const person = await made('restricted');
    await node.ask('POST', `/api/profiles/${person}/consents`, { purpose: 'marketing', status: 'given' });
    const consent = () => node.app.node().consent;
    const id = Number(person.slice(1));
    const allowed = async () => [
      (await consent().mayUse(id, 'marketing', 'sms', ports.clock.nowMs())).rule,
      (await consent().mayUseMany([id], 'marketing', 'sms', ports.clock.nowMs()))[0],
      (await consent().mayUseMany([id], 'customer_service', '*', ports.clock.nowMs()))[0],
    ];
    assert.deepEqual(await allowed(), ['consent_given', 1, 1]);
    const { request } = await asked(person, 'restriction');
    await on(request, 'verify', { how: 'signed_in' });
    await on(request, 'complete');
    assert.deepEqual(await allowed(), ['restricted', 0, 0]);
    await node.restart();
    assert.deepEqual(await allowed(), ['restricted', 0, 0]);
    await on(request, 'lift', { reason: 'the dispute is settled' });
    assert.deepEqual(await allowed(), ['consent_given', 1, 1]);
  });

  test('objection is a no in the ledger; to what rests on a contract it cannot be', async () => {
    const person = await made('objects');
    await node.ask('POST', `/api/profiles/${person}/consents`, { purpose: 'profiling', status: 'given' });
    const { request } = await asked(person, 'objection');
    await on(request, 'verify', { how: 'code_to_known_contact' });
    assert.equal((await on(request, 'complete', { purposes: ['customer_service'] })).status, 400);
    assert.equal((await on(request, 'complete', { purposes: ['profiling'] })).body.state, 'completed');
    const answer = await node.app.node().consent.mayUse(Number(person.slice(1)), 'profiling', '*', ports.clock.nowMs());
    assert.equal(answer.allowed, false);
  });

  test('rectification sets the right values and keeps none of them in the request', async () => {
    const person = await made('wrong', { city: '上海' });
    const { request } = await asked(person, 'rectification');
    await on(request, 'verify', { how: 'known_facts' });
    assert.equal((await on(request, 'complete')).status, 400);
    const done = await on(request, 'complete', { traits: { city: '杭州' } });
    assert.ok(!JSON.stringify(done.body).includes('杭州'));
    assert.match(JSON.stringify((await node.find('wrong@x.cn'))[0]!.traits), /杭州/);
  });

  test('the term is the law’s: a month by the calendar, extendable by two; working days', () => {
    const at = (text: string) => Date.parse(`${text}T10:00:00Z`);
    const { term, extension } = rightsOf('gdpr');
    assert.equal(endOfTerm(at('2026-01-31'), term), at('2026-02-28'));
    assert.equal(endOfTerm(at('2024-01-31'), term), at('2024-02-29'));
    assert.equal(endOfTerm(at('2026-12-15'), term), at('2027-01-15'));
    assert.equal(endOfTerm(at('2026-02-28'), extension!), at('2026-04-28'));
    // A Friday: three weeks of five days.
    assert.equal(endOfTerm(at('2026-05-01'), rightsOf('pipl').term), at('2026-05-22'));
    assert.equal(endOfTerm(at('2026-05-02'), rightsOf('pipl').term), at('2026-05-22'));
  });

  test('letters are whole in both languages, and what is overdue says so', async () => {
    const { request, dueAtMs } = await asked(await made('letters'), 'explanation');
    for (const about of ['received', 'identity', 'held', 'completed', 'refused', 'extended'])
      for (const language of ['zh', 'en']) {
        const { status, body } = await node.ask<{ text: string; subject: string }>(
          'GET',
          `/api/subject-requests/${request}/letter?about=${about}&language=${language}`,
        );
        assert.equal(status, 200);
        assert.ok(body.text.length > 60 && !/[{}]|undefined/.test(body.text + body.subject), body.text);
      }
    offsetMs = dueAtMs - systemPorts.clock.nowMs() + 60_000;
    assert.equal((await node.ask<{ overdue: boolean }>('GET', `/api/subject-requests/${request}`)).body.overdue, true);
    assert.equal((await on(request, 'extend', { reason: 'too late' })).status, 409);
    offsetMs = 0;
  });
});

describe('the package', () => {
  test('has a part of every slice that keeps something, as JSON and as a page that runs and loads nothing', async () => {
    const person = await made('package', { name: '<script>alert(1)</script>', city: '上海' });
    await node.send([
      { type: 'track', userId: 'package', event: 'Order Completed', properties: { order_id: 'o7', total: 12.5 } },
    ]);
    await asked(person, 'access');
    const { body } = await node.ask<{ parts: { [name: string]: unknown } }>('GET', `/api/subjects/${person}/export`);
    assert.deepEqual(Object.keys(body.parts).sort(), ['audit', 'consents', 'record', 'requests']);
    assert.match(JSON.stringify(body.parts), /o7/);
    for (const language of ['zh', 'en']) {
      const page = await node.app.http.inject({
        url: `/api/subjects/${person}/export?format=html&language=${language}`,
        headers: { authorization: `Bearer ${node.accessToken}` },
      });
      assert.match(String(page.headers['content-type']), /text\/html/);
      assert.ok(page.body.includes('上海') && page.body.includes('@media print'));
      assert.ok(!/<script|src=|href=|url\(/i.test(page.body), 'nothing runs, nothing is loaded');
    }
    assert.equal((await node.ask('GET', '/api/subjects/p999999/export')).status, 404);
  });
});

describe('erasure', () => {
  test('takes what waits in quarantine, tells the systems configured with a signature, and again until they answer', async () => {
    const { id } = node.source;
    const schema = { type: 'object', required: ['n'], properties: { n: { type: 'integer' } } };
    await node.ask('PUT', `/api/sources/${id}/dictionary`, { version: 1, events: { 'Broken Event': { schema } } });
    const person = await made('quarantined');
    const other = await made('bystander');
    const broken = (userId: string) => ({
      type: 'track',
      userId,
      event: 'Broken Event',
      properties: { n: `no number of ${userId}` },
    });
    const sent = await node.send([broken('quarantined'), broken('bystander')]);
    assert.equal(sent.body.quarantined?.length, 2);
    heard.length = 0;
    const erased = await node.ask<{ erasure: string; state: string }>('POST', `/api/subjects/${person}/erase`, {
      reason: 'request',
    });
    assert.equal(erased.body.state, 'done', JSON.stringify(erased.body));
    const held = await node.ask<{ events: { event: { userId: string } }[] }>('GET', '/api/quarantine');
    assert.deepEqual(
      held.body.events.map(({ event }) => event.userId),
      ['bystander'],
    );
    const { subjects } = node.app.node();
    await subjects.quiet();
    assert.equal(heard.length, 1);
    const told = async () =>
      (await node.ask<{ downstream: object[] }>('GET', `/api/erasures/${erased.body.erasure}`)).body.downstream as {
        state: string;
        attempts: number;
      }[];
    assert.equal((await told())[0]?.state, 'waiting');
    offsetMs = 3_600_000;
    await node.restart();
    await node.app.node().subjects.quiet();
    const [answer] = await told();
    assert.deepEqual([answer?.state, answer?.attempts], ['answered', 2]);
    const { headers, body } = heard.findLast((one) => one.headers['x-holdfast-erasure'] === erased.body.erasure)!;
    assert.ok(body.includes('quarantined@x.cn') && !body.includes('bystander'));
    const { publicKey } = (await node.ask<{ publicKey: string }>('GET', '/api/audit/head')).body;
    assert.equal(headers['x-holdfast-key'], publicKey);
    const signature = Buffer.from(String(headers['x-holdfast-signature']), 'hex');
    assert.ok(verifySignature(Buffer.from(publicKey, 'hex'), Buffer.from(`holdfast outbox v1\n${body}`), signature));
    offsetMs = 0;
    assert.equal((await node.find('bystander@x.cn'))[0]?.id, other);
  });

  test('the log of the erased still says that somebody was read, and no longer what', async () => {
    const person = await made('logged');
    await node.ask('GET', `/api/profiles/${person}`);
    const before = await node.ask<{ entries: { person?: string; fields?: string[] }[] }>('GET', `/api/audit?person=${person}`);
    assert.ok(before.body.entries.some(({ fields }) => fields?.includes('profile')));
    await node.ask('POST', `/api/subjects/${person}/erase`, { reason: 'unlawful' });
    const all = await node.ask<{ entries: { person?: string; fields?: string[]; erased?: true }[] }>(
      'GET',
      '/api/audit?limit=500',
    );
    const mine = all.body.entries.filter((entry) => entry.person === person);
    assert.ok(mine.length > 0 && mine.every(({ erased, fields }) => erased === true && fields === undefined));
    assert.equal((await node.ask('POST', `/api/subjects/${person}/erase`, { reason: 'request' })).status, 404);
    assert.equal((await node.ask('POST', '/api/subjects/p1/erase', { reason: 'since she is ill' })).status, 400);
  });

  test('the gate and the set form know nobody any more', async () => {
    const person = Number((await made('column')).slice(1));
    const may = async () => (await node.app.node().consent.mayUseMany([person], 'customer_service', '*', ports.clock.nowMs()))[0];
    assert.equal(await may(), 1);
    await node.ask('POST', `/api/subjects/p${person}/erase`, { reason: 'request' });
    assert.equal(await may(), 0);
  });
});

describe('retention', () => {
  test('previews, removes events and records, and logs counts', async () => {
    const old = (days: number) => new Date(ports.clock.nowMs() - days * 86_400_000).toISOString();
    await made('keeps');
    await node.send([
      { type: 'page', userId: 'keeps', name: 'Old page', timestamp: old(400) },
      { type: 'page', userId: 'keeps', name: 'New page', timestamp: old(10) },
      { type: 'track', userId: 'keeps', event: 'Old order', timestamp: old(400) },
    ]);
    const preview = await node.ask<{ rules: object[] }>('GET', '/api/retention/preview');
    assert.deepEqual(preview.body.rules, [
      { rule: 'old pages', events: 1, records: 0, held: 0 },
      { rule: 'nobody heard of', events: 0, records: 0, held: 0 },
    ]);
    const run = await node.ask<{ rules: object[] }>('POST', '/api/retention/run', {});
    assert.deepEqual(run.body.rules, preview.body.rules);
    const [person] = await node.find('keeps@x.cn');
    assert.equal(person!.browsing.pageViews, 1);
    assert.equal(person!.events.count, 3);
    const again = await node.ask<{ rules: { events: number }[] }>('GET', '/api/retention/preview');
    assert.equal(again.body.rules[0]!.events, 0);
    offsetMs = 3_001 * 86_400_000;
    const later = await node.ask<{ rules: { records: number; held: number }[] }>('POST', '/api/retention/run', {});
    assert.ok(later.body.rules[1]!.records > 0, JSON.stringify(later.body));
    assert.deepEqual(await node.find('keeps@x.cn'), []);
    offsetMs = 0;
    const listed = await node.ask<{ runs: object[] }>('GET', '/api/retention');
    assert.equal(listed.body.runs.length, 2);
  });
});

describe('documents', () => {
  test('the register says what the node does, and has a version for each change', async () => {
    const first = await node.ask<{ version: number; content: { processing: object[]; recipients: { name: string }[] } }>(
      'GET',
      '/api/register',
    );
    assert.equal(first.body.version, 1);
    assert.equal(first.body.content.recipients[0]!.name, 'newsletter');
    await node.addSource('another system');
    assert.equal((await node.ask<{ version: number }>('GET', '/api/register')).body.version, 2);
    assert.equal((await node.ask<{ version: number }>('GET', '/api/register')).body.version, 2);
    // Several who look at once after a change see one new version.
    await node.addSource('a third system');
    const seen = await Promise.all(Array.from({ length: 8 }, () => node.ask<{ version: number }>('GET', '/api/register')));
    assert.deepEqual(
      seen.map(({ status, body }) => [status, body.version]),
      seen.map(() => [200, 3]),
    );
    for (const format of ['markdown', 'html']) {
      const document = await node.app.http.inject({
        url: `/api/register?format=${format}&language=zh`,
        headers: { authorization: `Bearer ${node.accessToken}` },
      });
      assert.ok(document.body.includes('another system') && document.body.includes('处理目的'));
    }
  });

  test('an assessment is kept as it was made, for three years at least', async () => {
    const given = {
      title: 'Profiling',
      purposes: ['profiling'],
      necessity: 'It is needed.',
      risks: [{ risk: 'a | b', likelihood: 'low', severity: 'high', measure: 'reviewed' }],
      conclusion: 'acceptable_with_measures',
    };
    const kept = await node.ask<{ id: number; madeAtMs: number; content: { keptUntilMs: number } }>(
      'POST',
      '/api/assessments',
      given,
    );
    assert.equal(kept.status, 200, JSON.stringify(kept.body));
    assert.ok(kept.body.content.keptUntilMs - kept.body.madeAtMs >= 3 * 365 * 86_400_000);
    const shown = await node.app.http.inject({
      url: `/api/assessments/${kept.body.id}?format=html&language=en`,
      headers: { authorization: `Bearer ${node.accessToken}` },
    });
    assert.ok(shown.body.includes('<td>a | b</td>'));
    const together = await Promise.all(Array.from({ length: 4 }, () => node.ask('POST', '/api/assessments', given)));
    assert.deepEqual(
      together.map(({ status }) => status),
      [200, 200, 200, 200],
    );
    assert.equal((await node.ask('POST', '/api/assessments', { ...given, purposes: ['espionage'] })).status, 400);
  });
});
