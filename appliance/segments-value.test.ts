// What customers are worth over HTTP: RFM whose fields are rules that find the same people, clusters on a plane, lifetime value, the days of a segment and
// what its members bought; only of those whom the gate allows, and only for who may.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Principal, Role } from './core/model/principal.ts';
import { systemPorts } from './core/ports.ts';
import { openTestNode, type TestNode } from './testing.ts';

const person = (id: number, ...roles: Role[]): Principal => ({
  actor: `person ${id}`,
  kind: 'person',
  id,
  roles,
  steppedUpUntilMs: Number.MAX_SAFE_INTEGER,
});
const people = new Map([person(1, 'marketer'), person(2, 'agent')].map((one) => [one.actor, one]));
const dayMs = 86_400_000;

let node: TestNode;
before(async () => {
  node = await openTestNode({ holders: async () => [...people.values()], signedIn: (name) => people.get(name) });
  const nowMs = systemPorts.clock.nowMs();
  const events: object[] = [];
  for (let at = 0; at < 60; at += 1) {
    events.push({ type: 'identify', userId: `u${at}`, traits: { email: `u${at}@example.cn` } });
    if (at < 40)
      events.push({
        type: 'track',
        event: 'Consent Given',
        userId: `u${at}`,
        properties: { purpose: 'analytics', channel: '*' },
      });
    const orders = at % 6;
    for (let order = 0; order < orders; order += 1) {
      const daysAgo = 5 + ((at * 7 + order * 31) % 200);
      const properties = { order_id: `o${at}-${order}`, total: 20 + at * 3 + order };
      const timestamp = new Date(nowMs - daysAgo * dayMs - 3_600_000).toISOString();
      events.push({ type: 'track', event: 'Order Completed', userId: `u${at}`, timestamp, properties });
    }
  }
  for (let from = 0; from < events.length; from += 100) await node.send(events.slice(from, from + 100));
});
after(() => node?.close());

// biome-ignore lint/suspicious/noExplicitAny: answers of many shapes
type Body = any;
async function ask(url: string, { who, purpose = 'analytics', body }: { who?: string; purpose?: string; body?: object } = {}) {
  const identity = who === undefined ? { authorization: `Bearer ${node.accessToken}` } : { 'x-test-person': who };
  const headers = { ...identity, ...(purpose !== '' && { 'x-purpose': purpose }) };
  const answer = await node.app.http.inject({ method: body ? 'POST' : 'GET', url, headers, ...(body && { payload: body }) });
  return { status: answer.statusCode, body: answer.json() as Body };
}

test('each field of the grid is a rule that finds as many', async () => {
  const { status, body } = await ask('/api/segments/rfm');
  assert.equal(status, 200, JSON.stringify(body));
  const counted = body.fields.reduce((sum: number, { customers }: Body) => sum + customers, 0);
  assert.equal(counted, body.customers);
  assert.ok(body.customers > 20 && body.leftOut > 0, JSON.stringify([body.customers, body.leftOut]));
  assert.equal(
    body.groups.reduce((sum: number, { customers }: Body) => sum + customers, 0),
    body.customers,
  );
  assert.ok(body.groups.every(({ name, advice }: Body) => name.zh && advice.en));
  let compared = 0;
  for (const { customers, when, monetary } of body.fields) {
    assert.equal(
      monetary.reduce((sum: number, one: number) => sum + one, 0),
      customers,
    );
    if (customers === 0) continue;
    const preview = await ask('/api/segments/preview', { body: { when, purpose: 'analytics' } });
    assert.equal(preview.status, 200, JSON.stringify(preview.body));
    assert.equal(preview.body.count, customers, JSON.stringify(when));
    compared += 1;
  }
  assert.ok(compared > 5);
});

test('the gate decides who counts: for a purpose that fewer agreed to there are fewer', async () => {
  const all = (await ask('/api/segments/rfm', { purpose: 'customer_service' })).body;
  const some = (await ask('/api/segments/rfm')).body;
  assert.ok(some.customers < all.customers, `${some.customers} ${all.customers}`);
});

test('clusters are on a plane, all of their customers, by two features or by where they differ most', async () => {
  const { status, body } = await ask('/api/segments/clusters?columns=orders,spend&from=2&to=4');
  assert.equal(status, 200, JSON.stringify(body));
  assert.equal(body.profiles.length, body.k);
  assert.deepEqual(
    body.silhouettes.map(({ k }: Body) => k),
    [2, 3, 4],
  );
  const sizes = (of: Body) => of.points.reduce((sum: number, { customers }: Body) => sum + customers, 0);
  assert.equal(sizes(body), body.customers);
  for (const { cluster, size } of body.profiles)
    assert.equal(sizes({ points: body.points.filter((point: Body) => point.cluster === cluster) }), size);
  assert.ok(body.axes[0].share > body.axes[1].share);
  assert.ok(Math.abs(body.axes[0].share + body.axes[1].share - 1) < 1e-6, 'two features have two directions and no more');
  const along = (await ask('/api/segments/clusters?columns=orders,spend&from=2&to=2&along=orders,spend')).body;
  assert.deepEqual(
    along.axes.map(({ features }: Body) => features),
    [[{ name: 'orders', weight: 1 }], [{ name: 'spend', weight: 1 }]],
  );
  assert.equal((await ask('/api/segments/clusters?columns=orders,nothing')).status, 400);
  assert.equal((await ask('/api/segments/clusters?columns=orders,spend&along=orders,tickets')).status, 400);
});

test('lifetime value: the past as it was, a forecast that grows, tenths that fall', async () => {
  const { status, body } = await ask('/api/segments/lifetime?weeks=26');
  assert.equal(status, 200, JSON.stringify(body));
  assert.ok(body.customers > 20 && body.repeating > 0 && body.repeating < body.customers);
  const weeks = body.forecast.map(({ week }: Body) => week);
  assert.equal(weeks.at(-1), 26);
  const orders = body.forecast.map((one: Body) => one.orders);
  assert.deepEqual(
    orders,
    orders.toSorted((a: number, b: number) => a - b),
  );
  const values = body.tenths.map(({ value }: Body) => value);
  assert.deepEqual(
    values,
    values.toSorted((a: number, b: number) => b - a),
  );
  assert.ok(Math.abs(body.tenths.reduce((sum: number, { share }: Body) => sum + share, 0) - 1) < 1e-9);
  assert.equal(body.past.length, 52);
  assert.ok(body.past.some(({ spend }: Body) => spend > 0));
});

test('a segment: its days and what its members bought', async () => {
  const made = await ask('/api/segments', { body: { name: 'buyers', text: 'orders >= 2', purpose: 'customer_service' } });
  assert.equal(made.status, 200, JSON.stringify(made.body));
  await node.app.node().segments.caughtUp();
  const before = (await ask(`/api/segments/history?segment=${made.body.id}`)).body.history[0].days.at(-1);
  assert.deepEqual([before.entered, before.left], [0, 0]);
  await node.send([
    { type: 'track', event: 'Order Completed', userId: 'u1', properties: { order_id: 'late', total: 5 } },
    { type: 'track', event: 'Order Completed', userId: 'u0', properties: { order_id: 'late0', total: 5 } },
  ]);
  await node.app.node().segments.caughtUp();
  const today = (await ask('/api/segments/history?days=7')).body.history.find(
    ({ segment }: Body) => segment === made.body.id,
  ).days;
  assert.deepEqual(today.at(-1), { day: before.day, entered: 1, left: 0, members: before.members + 1 });
  const { body } = await ask(`/api/segments/${made.body.id}/spending?weeks=40`, { purpose: 'customer_service' });
  assert.equal(body.customers, before.members + 1);
  assert.equal(body.weeks.length, 40);
  const spent = body.weeks.reduce((sum: number, { spend }: Body) => sum + spend, 0);
  const own = (await ask('/api/features/summary', { purpose: 'customer_service' })).body.features.find(
    ({ name }: Body) => name === 'spend',
  );
  assert.ok(spent > 0 && spent <= own.mean * 60);
  assert.equal((await ask('/api/segments/999/spending')).status, 404);
});

test('names for rules, and a rule read: said back, or where it is wrong', async () => {
  const names = (await ask('/api/segments/words', { who: 'person 1', purpose: '' })).body;
  assert.ok(names.events.some(({ name, properties }: Body) => name === 'Order Completed' && properties.includes('total')));
  assert.ok(names.traits.some(({ name, label }: Body) => name === 'city' && label.zh === '城市'));
  assert.ok(names.purposes.some(({ purpose, name }: Body) => purpose === 'analytics' && name.zh));
  const good = (await ask('/api/segments/read', { who: 'person 1', body: { text: '消费 > 500 = 大客户' } })).body;
  assert.deepEqual([good.name, good.text], ['大客户', { en: 'spend > 500', zh: '消费 > 500' }]);
  const again = (await ask('/api/segments/read', { body: { when: good.when } })).body;
  assert.deepEqual(again.text, good.text);
  const bad = (await ask('/api/segments/read', { body: { text: 'active in 30' } })).body;
  assert.deepEqual([bad.error.line, bad.error.column, bad.error.offset], [1, 13, 12]);
  assert.match(bad.error.message.zh, /单位/);
  assert.equal(bad.when, undefined);
  assert.equal((await ask('/api/segments/read', { body: { when: { kind: 'nothing' } } })).status, 422);
});

test('who may: marketers for their purposes, agents not, nobody without a purpose', async () => {
  for (const url of ['/api/segments/rfm', '/api/segments/clusters', '/api/segments/lifetime', '/api/segments/1/spending']) {
    assert.equal((await ask(url, { who: 'person 2', purpose: 'customer_service' })).status, 403, url);
    assert.equal((await ask(url, { who: 'person 1', purpose: 'customer_service' })).status, 403, url);
    assert.equal((await ask(url, { purpose: '' })).status, 400, url);
  }
  assert.equal((await ask('/api/segments/rfm', { who: 'person 1', purpose: 'analytics' })).status, 200);
});
