// Access as a whole node answers it: the table of who may what, masks over every route that the OpenAPI document names, acts for two
// people and kills between them, and breaking the glass.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { Approval } from './core/access/approvals.ts';
import { defaultFiles } from './core/access/policies.ts';
import { actionsOf, whoMayWhat } from './core/access/who-may-what.ts';
import { tableAsMarkdown } from './core/access/who-may-what-words.ts';
import type { Principal, Role } from './core/model/principal.ts';
import { openTestNode, type TestNode, type TestSource } from './testing.ts';
import { standardPurposesShown } from './who-may-what-purposes.ts';

/** Signed in, as the people slice will have it: the second look included. */
const person = (id: number, ...roles: Role[]): Principal => ({
  actor: `person ${id}`,
  kind: 'person',
  id,
  roles,
  steppedUpUntilMs: Number.MAX_SAFE_INTEGER,
});
const people = new Map<string, Principal>(
  [
    person(1, 'administrator'),
    person(2, 'compliance'),
    person(3, 'data-scientist'),
    person(4, 'marketer'),
    person(5, 'supervisor'),
    person(6, 'agent'),
    person(7, 'auditor'),
    person(8, 'compliance'),
    { ...person(9, 'administrator'), steppedUpUntilMs: 0 },
  ].map((one) => [one.actor, one]),
);

let node: TestNode;
before(async () => {
  node = await openTestNode({ holders: async () => [...people.values()], signedIn: (name) => people.get(name) });
});
after(() => node?.close());

type Asked = { body?: unknown; purpose?: string };
async function askAs(actor: string, method: 'GET' | 'POST' | 'PUT' | 'DELETE', url: string, { body, purpose }: Asked = {}) {
  const answer = await node.app.http.inject({
    method,
    url,
    headers: { 'x-test-person': actor, ...(purpose !== undefined && { 'x-purpose': purpose }) },
    ...(body !== undefined && { payload: body as object }),
  });
  const isJson = String(answer.headers['content-type']).startsWith('application/json');
  return { status: answer.statusCode, text: answer.body, body: isJson ? answer.json() : undefined };
}

describe('who may what', () => {
  test('every action of the API is in the schema of policies', () => {
    const { engine } = node.app.policies;
    const unknown = actionsOf(node.app.http.swagger()).filter((action) => !engine.knows(action));
    assert.deepEqual(
      unknown,
      [],
      `No policy speaks of ${unknown.join(', ')}: declare the action in core/access/policies/schema.cedarschema, in the groups it ` +
        'belongs to ("customer reads" or "customer changes" where its answer holds values of customers), give it to roles in the ' +
        '.cedar files beside it, and run "npm run docs:who-may-what".',
    );
  });

  test('docs/who-may-what.md is what the policies answer', async () => {
    const table = await whoMayWhat(node.app.policies.engine, actionsOf(node.app.http.swagger()), standardPurposesShown);
    const written = readFileSync(join(import.meta.dirname, '../docs/who-may-what.md'), 'utf8');
    assert.equal(written, tableAsMarkdown(table), 'run "npm run docs:who-may-what", and read what changed');
  });

  test('the door keeps to it: a role that the table gives nothing is refused, and the log names the policy that let one in', async () => {
    assert.equal((await askAs('person 6', 'GET', '/api/audit')).status, 403);
    assert.equal((await askAs('person 7', 'POST', '/api/keys/rotate', { body: { kind: 'wrapping' } })).status, 403);
    const rotate = await askAs('person 1', 'POST', '/api/keys/rotate', { body: { kind: 'wrapping' } });
    assert.deepEqual([rotate.status, rotate.body.error.code], [403, 'approval_needed']);
    const again = await askAs('person 9', 'POST', '/api/keys/rotate', { body: { kind: 'wrapping' } });
    assert.equal(again.body.error.code, 'step_up_needed');
    assert.equal((await askAs('person 7', 'GET', '/api/sources')).status, 200);
    const { body } = await askAs('person 7', 'GET', '/api/audit?limit=20');
    const entry = body.entries.find((one: { action: string }) => one.action === 'source.list');
    assert.equal(entry.policy, 'auditor-reads');
    const refused = body.entries.find((one: { action: string; actor: string }) => one.actor === 'person 9');
    assert.deepEqual([refused.outcome, refused.policy], ['refused', 'second-look+second-person']);
  });
});

describe('masks over the whole API', () => {
  const clear = {
    phone: '+8613907312846',
    local: '13907312846',
    email: 'xiaoming.zhuge@mailbox.example',
    name: '诸葛晓明',
    address: '岳麓区麓山南路932号',
    nationalId: '430104198807123457',
    note: 'prefers-calls-after-lunch',
    city: '长沙市',
    card: '6222021234567890',
    device: 'dev-5f0c2a9be1d3478a',
    user: 'KD-7731-cust',
    broken: 'nobody-at-all-mail',
    birthday: '1988-07-12',
    subject: 'broken-kettle-subject',
    evidence: 'form-2026-0042-evid',
  };
  let id: string;
  let strict: TestSource;
  let review: number;
  before(async () => {
    strict = await node.addSource('strict');
    const rules = { version: 1, kinds: { identify: { required: ['traits.phone'] } } };
    assert.equal((await node.ask('PUT', `/api/sources/${strict.id}/dictionary`, rules)).status, 200);
    const sent = await node.send([
      {
        type: 'identify',
        userId: clear.user,
        anonymousId: clear.device,
        messageId: `m-${clear.user}`,
        traits: {
          name: clear.name,
          phone: clear.phone,
          email: clear.email,
          address: `湖南省长沙市${clear.address}`,
          nationalId: clear.nationalId,
          birthday: clear.birthday,
          notes_of_staff: clear.note,
          loyaltyCard: clear.card,
          city: clear.city,
        },
        context: { device: { id: clear.device }, ip: '203.0.113.77' },
      },
      {
        type: 'track',
        userId: clear.user,
        event: 'Ticket Opened',
        properties: { ticketId: 'T1', subject: clear.subject, contact: clear.local },
      },
      {
        type: 'track',
        userId: clear.user,
        event: 'Consent Given',
        properties: { purpose: 'marketing', channel: 'sms', evidence: clear.evidence },
      },
    ]);
    assert.equal(sent.status, 200, JSON.stringify(sent.body));
    const [found] = await node.find(clear.phone);
    id = found!.id;
    for (const purpose of ['analytics', 'profiling'])
      await node.ask('POST', `/api/profiles/${id}/consents`, { purpose, status: 'given' });
    // Somebody who shares the phone, for households, and a pair for the review queue.
    await node.send([{ type: 'identify', userId: 'KD-8842-cust', traits: { phone: clear.phone, name: clear.name } }]);
    await node.send([
      { type: 'identify', userId: 'KD-9953-cust', traits: { name: clear.name, email: clear.email.replace('x', 'y') } },
    ]);
    const { profiles } = node.app.node();
    const [other] = await profiles.find({ identifier: 'KD-9953-cust' });
    const weights = [{ field: 'name', level: 'exact', weightBits: 8 }];
    await profiles.reviews.add([{ leftRecord: Number(id.slice(1)), rightRecord: other!, probability: 0.7, weights }]);
    review = (await profiles.reviews.list())[0]!.reviewId;
  });

  /** An event in quarantine, with the customer's values in it. @returns its number */
  async function quarantine(): Promise<number> {
    const traits = { name: clear.name, email: clear.broken, nationalId: clear.nationalId, notes_of_staff: clear.note };
    await node.send([{ type: 'identify', userId: clear.user, traits, context: { [clear.email]: clear.local } }], strict.writeKey);
    const { body } = await node.ask<{ events: { id: number }[] }>('GET', '/api/quarantine');
    return body.events.at(-1)!.id;
  }

  const operations = () =>
    Object.entries(node.app.http.swagger().paths ?? {}).flatMap(([path, methods]) =>
      Object.keys(methods ?? {}).map((method) => ({ path, method: method.toUpperCase() as 'GET' | 'POST' | 'PUT' | 'DELETE' })),
    );
  /** What is asked with a body, so that the answer tells of the customer. */
  const bodies: { [route: string]: object } = {
    'POST /api/profiles/search': { identifier: clear.phone },
    'PUT /api/quarantine/{id}': { event: { kind: 'identify' } },
    'PUT /api/profiles/{id}/traits': { traits: { city: clear.city } },
    'POST /api/profiles/{id}/consents': { purpose: 'marketing', channel: 'sms', status: 'given', evidence: clear.evidence },
  };

  /** Asks every route of the document, and looks for every clear value in every answer. */
  async function walk(actor: string, values: readonly string[]): Promise<{ answered: number; told: string[] }> {
    let answered = 0;
    const told: string[] = [];
    for (const { path, method } of operations()) {
      if (!path.startsWith('/api/') || path.startsWith('/api/public/') || path.startsWith('/api/s/')) continue;
      // Streams do not end; what they send is tested apart.
      if (path.endsWith('/live') || path === '/api/seal' || path === '/api/unseal' || path.endsWith('/unmask')) continue;
      const held = path.includes('profiles') ? id : path.includes('quarantine') ? String(await quarantine()) : '1';
      const url = path
        .replace('{id}', held)
        .replace('{reviewId}', String(review))
        .replace(/\{[^}]+\}/g, '1');
      const query = path === '/api/profiles' ? `?identifier=${encodeURIComponent(clear.phone)}` : '';
      const body = bodies[`${method} ${path}`] ?? (method === 'GET' || method === 'DELETE' ? undefined : {});
      for (const purpose of [undefined, 'analytics', 'customer_service']) {
        const answer = await askAs(actor, method, url + query, {
          ...(body && { body }),
          ...(purpose !== undefined && { purpose }),
        });
        if (answer.status === 200) answered += 1;
        for (const value of values) if (answer.text.includes(value)) told.push(`${method} ${path} (${answer.status}): ${value}`);
      }
    }
    return { answered, told };
  }

  test('the operator sees all of it, so that the walk looks where something is', async () => {
    const { body } = await node.ask('GET', `/api/profiles/${id}`);
    const timeline = await node.ask('GET', `/api/profiles/${id}/timeline`);
    const events = await node.ask('GET', `/api/quarantine/${await quarantine()}`);
    const pair = await node.ask('GET', `/api/identity/reviews/${review}`);
    const text = JSON.stringify([body, timeline.body, events.body]);
    for (const [name, value] of Object.entries(clear)) assert.ok(text.includes(value), name);
    assert.ok(JSON.stringify(pair.body).includes(clear.phone));
  });

  const identifying = Object.entries(clear).flatMap(([name, value]) => (name === 'city' ? [] : [value]));
  for (const [actor, values, least] of [
    ['person 1', Object.values(clear), 15],
    ['person 3', identifying, 15],
    // But for the city of the address, which its mask shows.
    ['person 7', identifying, 30],
    ['person 4', identifying, 10],
    ['person 2', identifying, 30],
  ] as const) {
    test(`${people.get(actor)!.roles} finds no clear value in any answer`, async () => {
      const { answered, told } = await walk(actor, values);
      assert.deepEqual(told, []);
      assert.ok(answered >= least, `only ${answered} answers`);
    });
  }

  test('the whole customer in one answer is masked as the view and the timeline are', async () => {
    for (const [actor, purpose] of [
      ['person 6', 'customer_service'],
      ['person 7', ''],
      ['person 3', 'analytics'],
    ] as const) {
      const asked = async (path: string) =>
        (await askAs(actor, 'GET', `/api/profiles/${id}${path}`, { ...(purpose && { purpose }) })).body;
      const [whole, view, timeline] = [await asked('?timeline=5'), await asked(''), await asked('/timeline?limit=5')];
      assert.ok(whole.timeline.events.length > 0);
      assert.deepEqual(whole, { ...view, timeline }, actor);
    }
  });

  test('each role sees the profile its own way', async () => {
    const phone = async (actor: string, purpose?: string) => {
      const { body, status } = await askAs(actor, 'GET', `/api/profiles/${id}`, { ...(purpose && { purpose }) });
      return status === 200 ? body.traits.phone.value : status;
    };
    assert.equal(await phone('person 6', 'customer_service'), clear.phone);
    assert.equal(await phone('person 6'), 403);
    assert.equal(await phone('person 7'), '139****2846');
    assert.match(await phone('person 3', 'analytics'), /^phone-[0-9a-f]{20}$/);
    assert.notEqual(await phone('person 3', 'analytics'), await phone('person 3', 'profiling'));
    assert.equal(await phone('person 1'), 403);
    const masked = await askAs('person 7', 'GET', `/api/profiles/${id}`);
    assert.deepEqual([masked.body.traits.city.value, masked.body.traits.address.value], ['***', '湖南省长沙市***']);
    const { body } = await askAs('person 3', 'GET', `/api/profiles/${id}`, { purpose: 'analytics' });
    assert.equal(body.traits.city.value, clear.city);
    assert.equal(body.traits.birthday.value, '1988-**-**');
    assert.equal(body.traits.notes_of_staff.value, '***');
  });

  test('whoever refused a purpose is not read for it', async () => {
    const url = `/api/profiles/${id}`;
    assert.equal(
      (await askAs('person 4', 'GET', url, { purpose: 'marketing' })).status,
      403,
      'some channels were never agreed to',
    );
    await node.ask('POST', `${url}/consents`, { purpose: 'analytics', status: 'denied' });
    const refused = await askAs('person 3', 'GET', url, { purpose: 'analytics' });
    assert.equal(refused.status, 403);
    const { body } = await askAs('person 7', 'GET', '/api/audit?limit=5');
    assert.equal(body.entries[1].policy, 'consent-refused');
    await node.ask('POST', `${url}/consents`, { purpose: 'analytics', status: 'given' });
  });

  test('one value can be unmasked, with a reason, and the log keeps the reason under the customer’s key', async () => {
    const url = `/api/profiles/${id}/unmask`;
    const body = { field: 'nationalId', reason: 'letter of the court' };
    assert.equal((await askAs('person 3', 'POST', url, { body })).status, 403);
    assert.equal((await askAs('person 2', 'POST', url, { body: { field: 'nationalId' } })).status, 400);
    const seen = await askAs('person 2', 'POST', url, { body });
    assert.deepEqual(seen.body, { id, field: 'nationalId', dataClass: 'national-id', values: [clear.nationalId] });
    const kind = await askAs('person 2', 'POST', url, { body: { field: 'user_id', reason: 'same' } });
    assert.deepEqual(kind.body.values.includes(clear.user), true);
    assert.equal((await askAs('person 2', 'POST', url, { body: { field: 'shoe', reason: 'same' } })).status, 404);
    const log = await askAs('person 7', 'GET', `/api/audit/who-read/${id}`);
    const entry = log.body.entries.find((one: { fields?: string[] }) => one.fields?.includes('nationalId'));
    assert.deepEqual(entry.fields, ['nationalId', 'reason: letter of the court']);
  });

  test('tokens of an export keep their shape and turn back by an audited call', async () => {
    const made = await askAs('person 2', 'POST', '/api/tokens', {
      body: { purpose: 'partner', dataClass: 'phone', values: [clear.phone] },
    });
    const [token] = made.body.tokens;
    assert.match(token, /^\+861[3-9]\d{9}$/);
    assert.notEqual(token, clear.phone);
    const back = await askAs('person 2', 'POST', '/api/tokens/reveal', {
      body: { purpose: 'partner', dataClass: 'phone', token },
    });
    assert.equal(back.body.value, clear.phone);
    assert.equal(
      (await askAs('person 3', 'POST', '/api/tokens/reveal', { body: { purpose: 'partner', dataClass: 'phone', token } })).status,
      403,
    );
  });

  test('the live stream is masked item by item', () => {
    const item = {
      source: 1,
      kind: 'track',
      userId: clear.user,
      messageId: 'm-123456789012',
      name: 'Ticket Opened',
      profile: id,
    };
    const request = { principal: people.get('person 1'), headers: {}, routeOptions: { config: {} } };
    const shown = node.app.policies.shownTo(request as never)(item);
    assert.deepEqual(shown, { source: 1, kind: 'track', userId: '***', messageId: '***', name: '***', profile: id });
    const operator = { ...request, principal: { actor: 'operator', kind: 'operator', id: 0, roles: [] } };
    assert.deepEqual(node.app.policies.shownTo(operator as never)(item), item);
  });
});

describe('four eyes', () => {
  const propose = (actor: string, kind: string, payload: object) =>
    askAs(actor, 'POST', '/api/approvals', { body: { kind, payload, reason: 'for the test' } });

  test('one proposes, another approves, it runs once, and both are recorded', async () => {
    const { status, body } = await propose('person 1', 'keys.rotate', { kind: 'wrapping' });
    assert.deepEqual([status, body.state, body.proposedBy], [201, 'waiting', 'person 1']);
    const url = `/api/approvals/${body.id}/approve`;
    assert.equal((await askAs('person 1', 'POST', url, { body: {} })).status, 403);
    assert.equal((await askAs('person 5', 'POST', url, { body: {} })).status, 403);
    const approved = await askAs('person 2', 'POST', url, { body: { remark: 'yearly' } });
    assert.deepEqual([approved.status, approved.body.state, approved.body.decidedBy], [200, 'done', 'person 2']);
    assert.equal((await askAs('person 8', 'POST', url, { body: {} })).status, 409);
    const log = await askAs('person 7', 'GET', '/api/audit?action=keys.rotate&limit=20');
    assert.ok(
      log.body.entries.some(
        (one: { target?: string; actor: string }) => one.target === `approval ${body.id}` && one.actor === 'person 2',
      ),
    );
    while (node.app.rotation.state === 'running') await new Promise((resolve) => setTimeout(resolve, 5));
  });

  test('two who approve at once run it once', async () => {
    const { body } = await propose('person 1', 'keys.rotate', { kind: 'wrapping' });
    const url = `/api/approvals/${body.id}/approve`;
    const both = await Promise.all([askAs('person 2', 'POST', url, { body: {} }), askAs('person 8', 'POST', url, { body: {} })]);
    assert.deepEqual(both.map(({ status }) => status).sort(), [200, 409]);
    while (node.app.rotation.state === 'running') await new Promise((resolve) => setTimeout(resolve, 5));
  });

  test('the compliance officer cannot approve what they proposed; who proposed may take it back', async () => {
    const files = defaultFiles();
    const { body } = await propose('person 2', 'policy.change', { files });
    const approve = await askAs('person 2', 'POST', `/api/approvals/${body.id}/approve`, { body: {} });
    assert.equal(approve.status, 403);
    const back = await askAs('person 2', 'POST', `/api/approvals/${body.id}/reject`, {
      body: { remark: 'thought better of it' },
    });
    assert.equal(back.body.state, 'rejected');
  });

  test('what cannot be proposed is told why', async () => {
    assert.equal((await propose('person 6', 'keys.rotate', { kind: 'wrapping' })).status, 403);
    assert.equal((await propose('person 4', 'policy.change', { files: defaultFiles() })).status, 403);
    assert.equal((await propose('person 1', 'moon.landing', {})).status, 404);
    assert.equal((await propose('person 1', 'keys.rotate', { kind: 'all' })).status, 400);
    assert.equal((await propose('person 9', 'keys.rotate', { kind: 'wrapping' })).body.error.code, 'step_up_needed');
    const broken = defaultFiles().map((file) =>
      file.name === 'agent.cedar' ? { ...file, text: `${file.text}\npermit (` } : file,
    );
    const refused = await propose('person 1', 'policy.change', { files: broken });
    assert.equal(refused.body.error.code, 'policies_broken');
    assert.match(refused.body.error.where, /^agent\.cedar:\d+: /);
    const locked = defaultFiles().filter(({ name }) => name !== 'operator.cedar' && name !== 'compliance.cedar');
    const nobody = await propose('person 1', 'policy.change', { files: locked });
    assert.deepEqual([nobody.status, nobody.body.error.code], [409, 'conflict']);
  });

  test('policies change by two people, hold at once and after a restart, and the log has their hash', async () => {
    const files = defaultFiles().map((file) =>
      file.name === 'agent.cedar' ? { ...file, text: file.text.replaceAll('"customer_service"', '"night_shift"') } : file,
    );
    const first = await propose('person 1', 'policy.change', { files });
    const second = await propose('person 1', 'policy.change', { files: defaultFiles() });
    assert.match(first.body.description.en, /changed agent\.cedar/);
    const seen = () => askAs('person 6', 'GET', '/api/profiles/p1', { purpose: 'night_shift' });
    assert.equal((await seen()).status, 403);
    const approved = await askAs('person 2', 'POST', `/api/approvals/${first.body.id}/approve`, { body: {} });
    assert.deepEqual([approved.body.state, approved.body.result.version], ['done', 1]);
    assert.notEqual((await seen()).status, 403);
    const stale = await askAs('person 2', 'POST', `/api/approvals/${second.body.id}/approve`, { body: {} });
    assert.deepEqual([stale.body.state, stale.body.failure], ['failed', 'conflict']);
    await node.restart();
    assert.notEqual((await seen()).status, 403);
    const { body } = await askAs('person 7', 'GET', '/api/policies');
    assert.deepEqual([body.version, body.hash], [1, approved.body.result.hash]);
    const log = await askAs('person 7', 'GET', '/api/audit?action=policy.version');
    assert.equal(log.body.entries[0].target, `version 1, sha256 ${body.hash}`);
    const old = await askAs('person 7', 'GET', '/api/policies/versions/0');
    assert.deepEqual(old.body.files, defaultFiles());
  });

  test('the operator acts alone, recorded all the same, and can put the first policies back', async () => {
    const { status, body } = await node.ask<Approval>('POST', '/api/approvals', {
      kind: 'policy.change',
      payload: { files: defaultFiles() },
      reason: 'as it was',
    });
    assert.deepEqual([status, body.state, body.decidedBy], [201, 'done', undefined]);
    assert.equal((await node.ask<{ version: number }>('GET', '/api/policies')).body.version, 2);
  });
});

describe('breaking the glass', () => {
  test('raises sight for the time, alarms, and is reviewed by somebody else', async () => {
    const find = () => askAs('person 1', 'POST', '/api/profiles/search', { body: { identifier: '+8613907312846' } });
    assert.equal((await find()).status, 403);
    const body = { reason: 'ambulance asks for an address', minutes: 5 };
    assert.equal((await askAs('person 6', 'POST', '/api/break-glass', { body })).status, 403);
    assert.equal((await askAs('person 1', 'POST', '/api/break-glass', { body: { ...body, minutes: 61 } })).status, 400);
    const broken = await askAs('person 1', 'POST', '/api/break-glass', { body });
    assert.equal(broken.status, 201);
    const seen = await find();
    assert.equal(seen.body.profiles[0].traits.phone.value, '+8613907312846');
    const doctor = async () =>
      (await node.ask<{ findings: { check: string }[] }>('GET', '/api/doctor')).body.findings.some(
        ({ check }) => check === 'break-glass',
      );
    assert.equal(await doctor(), true);
    await node.restart();
    assert.equal((await find()).status, 200, 'a restart does not close it');
    const url = `/api/break-glass/${broken.body.id}/review`;
    assert.equal((await askAs('person 1', 'POST', url, { body: { verdict: 'justified' } })).status, 403);
    const reviewed = await askAs('person 2', 'POST', url, { body: { verdict: 'justified', remark: 'the hospital confirms' } });
    assert.equal(reviewed.body.review.by, 'person 2');
    assert.equal((await find()).status, 403, 'a review ends it');
    assert.equal(await doctor(), false);
    assert.equal((await askAs('person 8', 'POST', url, { body: { verdict: 'justified' } })).status, 409);
    const list = await askAs('person 2', 'GET', '/api/break-glass?open=true');
    assert.deepEqual(list.body.alarms, []);
  });
});
