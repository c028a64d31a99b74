// The whole way of a broken event through a real node: sent by a client, kept with its reason, corrected, replayed, and in the
// profile once; across restarts, key rotations and changes of the dictionary.

import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, beforeEach, describe, test } from 'node:test';
import { Fault } from './core/errors.ts';
import type { Event } from './core/model/event.ts';
import { openTestNode, type TestNode, type TestSource } from './testing.ts';

type Row = { id: number; source: number; reason: string; where: string; event: Event; fixedAtMs?: number };
type Listed = { events: Row[]; next?: number };
type Replayed = { replayed: { id: number; outcome: string; reason?: string; where?: string }[]; next?: number };

let node: TestNode;
let source: TestSource;
let sourceCount = 0;
before(async () => {
  node = await openTestNode();
});
after(() => node.close());
beforeEach(async () => {
  sourceCount += 1;
  source = await node.addSource(`source ${sourceCount}`);
});

const url = (rest = '') => `/api/sources/${source.id}/dictionary${rest}`;
const setDictionary = async (rules: object) => {
  const { status, body } = await node.ask('PUT', url(), { version: 1, ...rules });
  assert.equal(status, 200, JSON.stringify(body));
  return body as { version: number };
};
const send = (...messages: object[]) => node.send(messages, source.writeKey);
const list = async (query = '') => (await node.ask<Listed>('GET', `/api/quarantine?source=${source.id}${query}`)).body;
const replay = async (body: object) => (await node.ask<Replayed>('POST', '/api/quarantine/replay', body)).body;
const identify = (messageId: string, userId: string, traits: object) => ({ type: 'identify', messageId, userId, traits });
const eventCount = async (userId: string) => {
  const [profile] = await node.find(userId);
  if (profile === undefined) return 0;
  const { body } = await node.ask<{ events: unknown[] }>('GET', `/api/profiles/${profile.id}/timeline`);
  return body.events.length;
};
const needPhone = { kinds: { identify: { required: ['traits.phone'] } } };

describe('a broken event', () => {
  test('is kept with its reason, fixed, replayed, recorded once, and not missed by its client', async () => {
    await setDictionary(needPhone);
    const broken = identify('q1', 'Q-100', { name: ' 王 小明先生' });
    const { status, body } = await send(
      identify('q0', 'Q-100', { phone: '138 0013 8001' }),
      broken,
      identify('q2', 'Q-100', { phone: '13800138001', city: '上海' }),
    );
    assert.equal(status, 200);
    assert.deepEqual(body, {
      success: true,
      quarantined: [{ index: 1, messageId: 'q1', reason: 'traits.phone: required and missing' }],
    });
    assert.equal(await eventCount('Q-100'), 2, 'the others of the batch are recorded');

    const { events } = await list();
    assert.equal(events.length, 1);
    const [row] = events as [Row];
    assert.deepEqual([row.reason, row.where], ['required and missing', 'traits.phone']);
    assert.deepEqual(row.event.traits, { name: ' 王 小明先生' }, 'as it came, not as the dictionary would have it');

    await send(broken);
    assert.equal((await list()).events.length, 1, 'sent again it is kept once');
    assert.deepEqual((await replay({ ids: [row.id] })).replayed, [
      { id: row.id, outcome: 'quarantined', reason: 'required and missing', where: 'traits.phone' },
    ]);

    const patched = { ...row.event, traits: { ...row.event.traits, phone: '13800138001' } };
    const fixed = await node.ask<Row>('PUT', `/api/quarantine/${row.id}`, { event: patched });
    assert.equal(fixed.status, 200);
    assert.ok(fixed.body.fixedAtMs);
    assert.equal(await eventCount('Q-100'), 2, 'a fix records nothing yet');
    assert.deepEqual((await replay({ ids: [row.id] })).replayed, [{ id: row.id, outcome: 'recorded' }]);
    assert.equal(await eventCount('Q-100'), 3);
    const [profile] = await node.find('Q-100');
    assert.equal(profile!.traits.name?.value, '王小明', 'replayed through the dictionary');
    assert.deepEqual((await list()).events, []);
    assert.equal((await node.ask('GET', `/api/quarantine/${row.id}`)).status, 404);

    // The client sends what it sent before: it is there, though still as broken as it was.
    assert.deepEqual((await send(broken)).body, { success: true });
    await node.restart();
    assert.deepEqual((await send(broken)).body, { success: true });
    assert.deepEqual((await list()).events, []);
    assert.deepEqual((await replay({ ids: [row.id] })).replayed, []);
    assert.equal(await eventCount('Q-100'), 3);
  });

  test('does not count as seen: corrected by its client under the same messageId it is recorded', async () => {
    await setDictionary(needPhone);
    await send(identify('same', 'Q-200', {}));
    assert.equal(await eventCount('Q-200'), 0);
    const good = await send(identify('same', 'Q-200', { phone: '13900139002' }));
    assert.deepEqual(good.body, { success: true });
    assert.equal(await eventCount('Q-200'), 1);
    const { events } = await list();
    assert.deepEqual((await replay({ ids: [events[0]!.id] })).replayed, [{ id: events[0]!.id, outcome: 'duplicate' }]);
    assert.equal(await eventCount('Q-200'), 1);
    assert.deepEqual((await list()).events, []);
  });

  test('survives a restart and a key rotation, and is nowhere in the clear', async () => {
    await setDictionary(needPhone);
    await send(identify('z1', 'Q-300-zebrafinch', { nickname: 'zebrafinch' }));
    await node.restart();
    await node.app.node().rotateDataKeys(() => undefined);
    await node.app.node().vault.rotateWrappingKey();
    await node.restart();
    const [row] = (await list()).events as [Row];
    assert.equal(row.event.userId, 'Q-300-zebrafinch');
    for (const file of readdirSync(node.folder, { withFileTypes: true })) {
      if (!file.isFile()) continue;
      const bytes = readFileSync(join(node.folder, file.name));
      for (const text of ['zebrafinch', 'traits.phone']) assert.ok(!bytes.includes(text), `${text} in ${file.name}`);
    }
    await setDictionary({});
    assert.deepEqual(
      (await replay({ source: source.id })).replayed.map(({ outcome }) => outcome),
      ['recorded'],
    );
    assert.equal(await eventCount('Q-300-zebrafinch'), 1);
  });

  test('comes from imports and from the command line just the same', async () => {
    await setDictionary(needPhone);
    const event = (messageId: string, traits: Event['traits']): Event => ({
      kind: 'identify',
      messageId,
      userId: 'Q-400',
      ...(traits && { traits }),
      occurredAtMs: 1790000000000,
      receivedAtMs: 1790000000000,
    });
    const events = [event('i1', {}), event('i2', { phone: '(021) 6888 8888' }), event('i1', {})];
    const { body } = await node.ask<{ outcomes: object[] }>('POST', '/api/imports/batch', { source: source.id, events });
    const reason = 'traits.phone: required and missing';
    const [recorded] = await node.find('Q-400');
    assert.deepEqual(body.outcomes, [
      { messageId: 'i1', outcome: 'quarantined', reason },
      { messageId: 'i2', outcome: 'recorded', person: Number(recorded!.id.slice(1)) },
      { messageId: 'i1', outcome: 'quarantined', reason },
    ]);
    assert.equal(recorded!.traits.phone?.value, '+862168888888');
    assert.equal((await list()).events.length, 1);
    const local = await node.app.node().recordBatch(source.id, [event('i2', {}), event('i3', {})]);
    assert.deepEqual(
      local.map(({ outcome }) => outcome),
      ['duplicate', 'quarantined'],
      'what was recorded before is there, whatever a later copy lacks',
    );
  });

  test('is on disk before the answer, and a record that refuses leaves nothing half done', async () => {
    await setDictionary(needPhone);
    const open = node.app.node();
    const { store } = open;
    const transact = store.transact.bind(store);
    const batch = (userId: string) => [identify('f1', userId, {}), identify('f2', userId, { phone: '13700137005' })];
    store.transact = async () => Promise.reject(new Fault('disk_full'));
    const refused = await send(...batch('Q-500'));
    store.transact = transact;
    assert.ok(refused.status >= 429, `${refused.status}`);
    assert.deepEqual([(await list()).events.length, await eventCount('Q-500')], [0, 0]);

    let writes = 0;
    store.transact = async (changes) => (++writes === 1 ? transact(changes) : Promise.reject(new Fault('disk_full')));
    const half = await send(...batch('Q-500'));
    store.transact = transact;
    assert.ok(half.status >= 429);
    assert.deepEqual([(await list()).events.length, await eventCount('Q-500')], [1, 0], 'quarantine goes first');
    assert.equal((await send(...batch('Q-500'))).body.quarantined?.length, 1);
    assert.deepEqual([(await list()).events.length, await eventCount('Q-500')], [1, 1]);
  });
});

describe('the rules of a dictionary', () => {
  test('schemas by event, unknown names, unknown fields, strict values', async () => {
    await setDictionary({
      fields: { 'traits.cell': { to: 'traits.phone', as: 'phone', strict: true } },
      strict: ['email'],
      events: {
        'Order Completed': {
          required: ['properties.order_id'],
          schema: { type: 'object', properties: { total: { type: 'number', minimum: 0 }, order_id: { type: 'string' } } },
        },
        'Store Visited': {},
      },
      unknown: { traits: 'quarantine', properties: 'drop', events: 'quarantine' },
    });
    const track = (messageId: string, event: string, properties: object) => ({
      type: 'track',
      messageId,
      userId: 'R-1',
      event,
      properties,
    });
    const { body } = await send(
      track('r0', 'Order Completed', { order_id: 'A1', total: 12.5, spyware: 'x' }),
      track('r1', 'Order Completed', { total: 12.5 }),
      track('r2', 'Order Completed', { order_id: 'A2', total: -1 }),
      track('r3', 'Order Completd', { order_id: 'A3' }),
      track('r4', 'Store Visited', {}),
      identify('r5', 'R-1', { name: '王小明', shoeSize: 43 }),
      identify('r6', 'R-1', { cell: 'no number' }),
      identify('r7', 'R-1', { email: 'not an address' }),
      identify('r8', 'R-1', { cell: '13600136006', email: 'WANG@Example.COM' }),
    );
    assert.deepEqual(
      body.quarantined?.map(({ index, messageId, reason }) => [index, messageId, reason.split(': ')[0]]),
      [
        [1, 'r1', 'properties.order_id'],
        [2, 'r2', 'properties.total'],
        [3, 'r3', 'name'],
        [5, 'r5', 'traits.shoeSize'],
        [6, 'r6', 'traits.cell'],
        [7, 'r7', 'traits.email'],
      ],
    );
    for (const { reason } of body.quarantined ?? []) {
      for (const value of ['A2', '-1', 'Completd', '43', 'no number', 'not an address'])
        assert.ok(!reason.includes(value), `${reason} shows ${value}`);
    }
    const [profile] = await node.find('R-1');
    assert.deepEqual([profile!.traits.phone?.value, profile!.traits.email?.value], ['+8613600136006', 'WANG@example.com']);
    const { body: page } = await node.ask<{ events: { name?: string; properties?: object }[] }>(
      'GET',
      `/api/profiles/${profile!.id}/timeline`,
    );
    const order = page.events.find(({ name }) => name === 'Order Completed');
    assert.deepEqual(order?.properties, { order_id: 'A1', total: 12.5 });
    // The rules are relaxed, and all of it is taken after all; page by page gives the same list as at once.
    const first = await list('&limit=4');
    const rest = await list(`&limit=4&after=${first.next}`);
    assert.deepEqual(
      [...first.events, ...rest.events].map(({ event }) => event.messageId),
      ['r1', 'r2', 'r3', 'r5', 'r6', 'r7'],
    );
    assert.equal(rest.next, undefined);
    await setDictionary({});
    const { replayed } = await replay({ source: source.id });
    assert.deepEqual(
      replayed.map(({ outcome }) => outcome),
      Array.from({ length: 6 }, () => 'recorded'),
    );
  });

  test('a dictionary has versions, holds at once and after a restart, and a mistake is answered with its place', async () => {
    const { body: none } = await node.ask('GET', url());
    assert.deepEqual(none, { source: source.id, version: 0, dictionary: { version: 1 } });
    assert.equal((await setDictionary(needPhone)).version, 1);
    assert.ok((await send(identify('v1', 'V-1', {}))).body.quarantined);
    assert.equal((await setDictionary({})).version, 2);
    assert.equal((await send(identify('v2', 'V-1', {}))).body.quarantined, undefined);
    const mistakes: [object, RegExp][] = [
      [{ version: 2 }, /version/],
      [{ version: 1, fields: { 'traits.x': { to: 'nowhere' } } }, /dictionary\.fields\.traits\.x\.to: no such path/],
      [{ version: 1, feilds: {} }, /feilds/],
      [{ version: 1, kinds: { track: { schema: { tpye: 'object' } } } }, /kinds\.track\.schema/],
    ];
    for (const [document, where] of mistakes) {
      const { status, body } = await node.ask<{ error: { where: string } }>('PUT', url(), document);
      assert.equal(status, 400);
      assert.match(body.error.where, where);
    }
    assert.equal((await setDictionary({ ...needPhone, region: 'US' })).version, 3);
    await node.restart();
    assert.ok((await send(identify('v3', 'V-1', {}))).body.quarantined);
    const { body } = await node.ask<{ versions: { version: number; sizeBytes: number }[] }>('GET', url('/versions'));
    assert.deepEqual(
      body.versions.map(({ version }) => version),
      [3, 2, 1],
    );
    assert.deepEqual((await node.ask('GET', url('?version=1'))).body.dictionary, { version: 1, ...needPhone });
    assert.equal((await node.ask('GET', url('?version=9'))).status, 404);
    const stranger = '/api/sources/999999/dictionary';
    assert.equal((await node.ask('GET', stranger)).status, 404);
    assert.equal((await node.ask('PUT', stranger, { version: 1 })).status, 404);
  });

  test('a dictionary is tried on an event without recording it, saved or not', async () => {
    const event = { kind: 'identify', userId: 'T-1', traits: { phone: '138 0013 8009', name: 12 } };
    const saved = await node.ask('POST', url('/try'), { event });
    assert.deepEqual([saved.status, saved.body.ok], [200, true]);
    assert.equal((saved.body.event as Event).traits?.phone, '+8613800138009');
    const dictionary = { version: 1, kinds: { identify: { required: ['traits.email'] } } };
    const unsaved = await node.ask('POST', url('/try'), { event, dictionary });
    assert.deepEqual(unsaved.body, { ok: false, where: 'traits.email', reason: 'required and missing' });
    assert.equal((await node.ask('POST', url('/try'), { event: { kind: 'sing', userId: 'x' } })).status, 400);
    assert.deepEqual(await node.find('T-1'), []);
    assert.equal((await node.ask('GET', url())).body.version, 0);
  });

  test('without one, standard traits are normalised and nothing is quarantined', async () => {
    const { body } = await send(
      identify('d1', 'D-1', {
        phone: '１３５ 0013 5001',
        gender: '男',
        birthday: '1990年3月5日',
        email: 'nonsense',
        'shoe size': 43,
      }),
    );
    assert.deepEqual(body, { success: true });
    const [profile] = await node.find('D-1');
    const shown = Object.fromEntries(Object.entries(profile!.traits).map(([name, trait]) => [name, trait.value]));
    assert.deepEqual(shown, {
      phone: '+8613500135001',
      gender: 'male',
      birthday: '1990-03-05',
      email: 'nonsense',
      'shoe size': 43,
    });
  });
});

describe('managing quarantine', () => {
  test('a fix that is no event, or of another message, is refused; discarding is for good', async () => {
    await setDictionary(needPhone);
    await send(identify('m1', 'M-1', {}), identify('m2', 'M-1', {}));
    const [one, two] = (await list()).events as [Row, Row];
    for (const event of [{ ...one.event, messageId: 'm2' }, { ...one.event, kind: 'sing' }, { ...one.event, x: 1 }, 7]) {
      assert.equal((await node.ask('PUT', `/api/quarantine/${one.id}`, { event })).status, 400, JSON.stringify(event));
    }
    assert.equal((await node.ask('PUT', '/api/quarantine/987654321', { event: one.event })).status, 404);
    assert.equal((await node.ask('DELETE', `/api/quarantine/${one.id}`)).status, 200);
    assert.equal((await node.ask('DELETE', `/api/quarantine/${one.id}`)).status, 404);
    assert.deepEqual(
      (await list()).events.map(({ id }) => id),
      [two.id],
    );
    const { body } = await node.ask<{ sources: { source: number; events: number }[] }>('GET', '/api/quarantine/counts');
    assert.equal(body.sources.find((each) => each.source === source.id)?.events, 1);
    for (const wrong of [{}, { ids: [] }, { ids: [1], source: 1 }, { ids: ['x'] }])
      assert.equal((await node.ask('POST', '/api/quarantine/replay', wrong)).status, 400, JSON.stringify(wrong));
  });

  test('counted, listed and replayed by reason; a field corrected by itself; thrown away together for a reason', async () => {
    await setDictionary({
      kinds: { identify: { required: ['traits.phone'] } },
      fields: { 'traits.age': { as: 'number', strict: true } },
    });
    for (const { id } of (await list()).events) await node.ask('DELETE', `/api/quarantine/${id}`);
    await send(
      ...Array.from({ length: 5 }, (_, at) => identify(`r${at}`, `R-${at}`, { name: '李雷' })),
      ...Array.from({ length: 3 }, (_, at) => identify(`s${at}`, `S-${at}`, { phone: `1380013800${at}`, age: 'old' })),
    );
    type Reasons = { counted: number; reasons: { reason: string; where: string; events: number }[] };
    const { body } = await node.ask<Reasons>('GET', `/api/quarantine/reasons?source=${source.id}`);
    assert.equal(body.counted, 8);
    assert.deepEqual(
      body.reasons.map(({ where, events }) => [where, events]),
      [
        ['traits.phone', 5],
        ['traits.age', 3],
      ],
    );
    const ages = (await list('&where=traits.age&limit=2')) as Listed & { next?: number };
    assert.equal(ages.events.length, 2);
    assert.deepEqual(
      (await list(`&where=traits.age&after=${ages.next}`)).events.map(({ where }) => where),
      ['traits.age'],
    );
    const [one] = ages.events as [Row];
    const changes = [{ path: ['traits', 'age'], value: 41 }];
    const changed = await node.app.http.inject({
      method: 'PATCH',
      url: `/api/quarantine/${one.id}`,
      headers: { authorization: `Bearer ${node.accessToken}` },
      payload: { changes },
    });
    assert.equal(changed.statusCode, 200);
    assert.deepEqual(changed.json<Row>().event.traits, { ...one.event.traits, age: 41 });
    const retried = await replay({ source: source.id, where: 'traits.age', reason: one.reason, limit: 2 });
    assert.deepEqual(retried.replayed.map(({ outcome }) => outcome).toSorted(), ['quarantined', 'recorded']);
    assert.ok(retried.next !== undefined);
    const rest = (await list()).events.map(({ id }) => id);
    assert.equal(rest.length, 7);
    const reason = 'tests of the till';
    const gone = await node.ask('POST', '/api/quarantine/discard', { ids: rest, reason });
    assert.deepEqual(gone.body, { discarded: 7 });
    const { body: log } = await node.ask<{ entries: { action: string; fields?: string[] }[] }>('GET', '/api/audit?limit=5');
    assert.ok(log.entries.some(({ action, fields }) => action === 'quarantine.discard' && fields?.includes(`reason: ${reason}`)));
    assert.equal((await node.ask('POST', '/api/quarantine/discard', { ids: [1] })).status, 400);
  });

  test('two who replay the same events at the same moment record each once', async () => {
    await setDictionary(needPhone);
    const messages = Array.from({ length: 40 }, (_, at) => identify(`p${at}`, 'P-1', {}));
    await send(...messages);
    await setDictionary({});
    const ids = (await list()).events.map(({ id }) => id);
    const answers = await Promise.all([replay({ ids }), replay({ source: source.id }), send(...messages)]);
    const outcomes = answers.slice(0, 2).flatMap((answer) => (answer as Replayed).replayed.map(({ outcome }) => outcome));
    assert.ok(outcomes.every((outcome) => outcome === 'recorded' || outcome === 'duplicate'));
    assert.deepEqual((await list()).events, []);
    assert.equal(await eventCount('P-1'), 40);
  });

  test('everything needs the token, and nothing is answered while the node is sealed', async () => {
    const calls = [
      ['GET', url()],
      ['PUT', url()],
      ['GET', url('/versions')],
      ['POST', url('/try')],
      ['GET', '/api/quarantine'],
      ['GET', '/api/quarantine/counts'],
      ['GET', '/api/quarantine/1'],
      ['PUT', '/api/quarantine/1'],
      ['POST', '/api/quarantine/replay'],
      ['DELETE', '/api/quarantine/1'],
    ] as const;
    for (const [method, path] of calls)
      assert.equal((await node.app.http.inject({ method, url: path })).statusCode, 401, `${method} ${path}`);
    await node.app.seal();
    for (const [method, path] of calls) assert.equal((await node.ask(method, path)).status, 503, `${method} ${path}`);
    await node.restart();
    const document = node.app.http.swagger() as unknown as { paths: Record<string, Record<string, { responses: object }>> };
    for (const [method, path] of calls) {
      const name = path.replace(/\/sources\/\d+/, '/sources/{id}').replace(/quarantine\/1$/, 'quarantine/{id}');
      assert.ok(document.paths[name]?.[method.toLowerCase()]?.responses, `${method} ${name} is documented`);
    }
  });
});
