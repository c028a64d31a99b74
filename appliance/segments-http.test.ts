// Segments over HTTP: keeping and trying rules, who is in one and why as each role may see it, who enters and leaves, snapshots, exports that two
// people decide, and that nothing of an erased customer is left.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Approval } from './core/access/approvals.ts';
import type { Principal, Role } from './core/model/principal.ts';
import { openTestNode, type TestNode } from './testing.ts';

const person = (id: number, ...roles: Role[]): Principal => ({
  actor: `person ${id}`,
  kind: 'person',
  id,
  roles,
  steppedUpUntilMs: Number.MAX_SAFE_INTEGER,
});
const people = new Map(
  [person(1, 'marketer'), person(2, 'compliance'), person(3, 'agent'), person(4, 'administrator'), person(5, 'auditor')].map(
    (one) => [one.actor, one],
  ),
);
const [marketer, officer, agent, administrator, auditor] = [...people.keys()] as [string, string, string, string, string];

let node: TestNode;
before(async () => {
  node = await openTestNode({ holders: async () => [...people.values()], signedIn: (name) => people.get(name) });
  await node.send(
    Array.from({ length: 20 }, (_, at) => ({
      type: 'identify',
      userId: `u${at}`,
      traits: {
        name: `王小${at}`,
        email: `u${at}@example.cn`,
        phone: `+86138000001${String(at).padStart(2, '0')}`,
        city: '上海',
      },
    })),
  );
  await node.send(
    Array.from({ length: 10 }, (_, at) => ({
      type: 'track',
      event: 'Order Completed',
      userId: `u${at}`,
      properties: { order_id: `o${at}`, total: 100 * (at + 1) },
    })),
  );
  const consents = Array.from({ length: 8 }, (_, at) => ({
    type: 'track',
    event: 'Consent Given',
    userId: `u${at}`,
    properties: { purpose: 'marketing', channel: at % 2 === 0 ? 'email' : 'sms' },
  }));
  await node.send(consents);
});
after(() => node?.close());

type Answer = { status: number; code: string | undefined; body: Body; text: string };
// biome-ignore lint/suspicious/noExplicitAny: answers of many shapes
type Body = any;
async function ask(
  actor: string | undefined,
  method: 'GET' | 'POST' | 'PUT' | 'DELETE',
  url: string,
  body?: object,
  purpose?: string,
) {
  const who = actor === undefined ? { authorization: `Bearer ${node.accessToken}` } : { 'x-test-person': actor };
  const headers = { ...who, ...(purpose !== undefined && { 'x-purpose': purpose }) };
  const answer = await node.app.http.inject({ method, url, headers, ...(body && { payload: body }) });
  const isJson = String(answer.headers['content-type']).startsWith('application/json');
  const json = isJson ? answer.json() : undefined;
  return { status: answer.statusCode, body: json, code: json?.error?.code, text: answer.body } as Answer;
}
const segments = () => node.app.node().segments;
const settled = () => segments().caughtUp();

test('a rule in either language is kept, read back in both, changed and removed', async () => {
  const added = await ask(undefined, 'POST', '/api/segments', {
    text: '消费 > 500 且 有 邮箱 = 大客户',
    purpose: 'customer_service',
    label: { en: 'big spenders', zh: '大客户' },
  });
  assert.equal(added.status, 200, added.text);
  assert.equal(added.body.text.en, 'spend > 500 and has email');
  await settled();
  const { body } = await ask(undefined, 'GET', `/api/segments/${added.body.id}`);
  assert.deepEqual([body.name, body.state, body.members, body.of, body.version], ['大客户', 'live', 5, 20, 1]);
  const changed = await ask(undefined, 'PUT', `/api/segments/${added.body.id}`, { text: 'spend > 800' });
  assert.equal(changed.body.version, 2);
  await settled();
  assert.equal((await ask(undefined, 'GET', `/api/segments/${added.body.id}`)).body.members, 2);
  const { changes } = (await ask(undefined, 'GET', `/api/segments/changes?segment=${added.body.id}`)).body;
  assert.deepEqual(
    changes.map(({ change, cause }: Body) => [change, cause]),
    Array.from({ length: 3 }, () => ['left', 'rule']),
    'who was in it from the beginning entered nothing; who goes by another rule leaves',
  );
  assert.equal((await ask(undefined, 'GET', `/api/segments/${added.body.id}/versions`)).body.versions.length, 2);
  const asking = await ask(undefined, 'POST', '/api/segments', {
    name: 'x',
    text: 'in segment 大客户',
    purpose: 'customer_service',
  });
  assert.equal((await ask(undefined, 'DELETE', `/api/segments/${added.body.id}`)).code, 'segment_in_use');
  const circle = await ask(undefined, 'PUT', `/api/segments/${added.body.id}`, { text: 'in segment x' });
  assert.deepEqual([circle.status, circle.code], [422, 'segment_cycle']);
  assert.equal((await ask(undefined, 'DELETE', `/api/segments/${asking.body.id}`)).status, 200);
  assert.equal((await ask(undefined, 'DELETE', `/api/segments/${added.body.id}`)).status, 200);
  assert.equal((await ask(undefined, 'GET', `/api/segments/${added.body.id}`)).status, 404);
});

test('what cannot be understood is said with its place, in the language asked for', async () => {
  const bad = { text: 'active in 30', name: 'x', purpose: 'customer_service' };
  const answer = await node.app.http.inject({
    method: 'POST',
    url: '/api/segments',
    headers: { authorization: `Bearer ${node.accessToken}`, 'accept-language': 'zh' },
    payload: bad,
  });
  assert.equal(answer.statusCode, 400);
  assert.match(answer.json().error.where, /第 1 行第 13 列/);
  const cases: [object, number, string][] = [
    [{ ...bad, text: 'in segment nobody' }, 422, 'segment_rule_invalid'],
    [{ ...bad, text: 'age > 5', purpose: 'nothing' }, 400, 'bad_request'],
    [{ ...bad, text: 'age > 5', when: {} }, 400, 'bad_request'],
    [{ ...bad, text: 'age > 5', name: ' x' }, 400, 'bad_request'],
    [{ text: 'age > 5', purpose: 'marketing' }, 400, 'bad_request'],
    [{ name: 'x', when: { kind: 'value' }, purpose: 'marketing' }, 422, 'segment_rule_invalid'],
  ];
  for (const [body, status, code] of cases) {
    const found = await ask(undefined, 'POST', '/api/segments', body);
    assert.deepEqual([found.status, found.code], [status, code], JSON.stringify(body));
  }
});

test('a preview counts over everybody, leaves out whom the gate does not allow, and shows a few as the caller may see them', async () => {
  const asked = { text: 'spend > 100', purpose: 'marketing' };
  const { status, body } = await ask(marketer, 'POST', '/api/segments/preview', asked, 'marketing');
  assert.equal(status, 200);
  // Of nine who fit seven gave their consent; to a channel each, which is not to all.
  const all = await ask(undefined, 'POST', '/api/segments/preview', { ...asked, purpose: 'customer_service' });
  assert.deepEqual([all.body.count, all.body.withheld, all.body.of, all.body.estimated], [9, 0, 20, false]);
  assert.deepEqual([body.count + body.withheld, body.findings], [9, []]);
  assert.equal(all.body.sample.length, 5);
  assert.equal(all.body.sample[0].traits.city, '上海');
  const masked = await ask(auditor, 'POST', '/api/segments/preview', { ...asked, purpose: 'customer_service' });
  assert.equal(masked.status, 200);
  assert.ok(!masked.text.includes('王小'), 'names are masked');
  assert.equal((await ask(administrator, 'POST', '/api/segments/preview', asked)).status, 403);
  assert.equal((await ask(marketer, 'POST', '/api/segments/preview', asked)).status, 403, 'without a purpose');
  assert.deepEqual(
    (
      await ask(undefined, 'POST', '/api/segments/preview', {
        text: 'did "Order Completed" where total > 900',
        purpose: 'customer_service',
      })
    ).body.count,
    1,
    'asked of those whom no column decides',
  );
});

test('who is in it, why, overlaps and snapshots; who enters and leaves is followed', async () => {
  const add = async (text: string, purpose = 'customer_service') =>
    (await ask(marketer, 'POST', '/api/segments', { text, purpose })).body.id as number;
  const [a, b, c] = [await add('spend > 300 = a'), await add('spend > 600 = b'), await add('spend > 0 = c', 'marketing')];
  await settled();
  const first = await ask(undefined, 'GET', `/api/segments/${a}/members?limit=4`);
  assert.equal(first.body.members.length, 4);
  const rest = await ask(undefined, 'GET', `/api/segments/${a}/members?limit=4&after=${first.body.next}`);
  assert.deepEqual([rest.body.members.length, rest.body.next], [3, undefined]);
  assert.equal((await ask(agent, 'GET', `/api/segments/${a}/members`, undefined, 'customer_service')).status, 403);
  const { overlaps } = (await ask(marketer, 'GET', `/api/segments/overlaps?segments=${a},${b}`)).body;
  assert.deepEqual(overlaps[1], { a, b, both: 4, share: 4 / 7 });
  const id = (await node.find('u9'))[0]!.id;
  const why = await ask(marketer, 'GET', `/api/profiles/${id}/segments/${a}`, undefined, 'analytics');
  // The gate refuses analytics for who said nothing.
  assert.equal(why.status, 403);
  const shown = await ask(undefined, 'GET', `/api/profiles/${id}/segments/${a}`);
  assert.deepEqual(
    shown.body.lines.map(({ rule, member, found }: Body) => [rule.en, member, found?.zh]),
    [
      ['all of these', true, undefined],
      ['may be used for customer_service', true, undefined],
      ['spend > 300', true, '1000'],
    ],
  );
  const profile = await ask(agent, 'GET', `/api/profiles/${id}`, undefined, 'customer_service');
  assert.deepEqual(
    profile.body.segments.map(({ segment }: Body) => segment),
    ['a', 'b'],
  );
  assert.equal((await ask(undefined, 'GET', `/api/profiles/${id}/segments`)).body.segments.length, 2);
  const before1 = await ask(marketer, 'POST', `/api/segments/${b}/snapshots`, { name: 'before' });
  await node.send([
    { type: 'track', event: 'Order Completed', userId: 'u15', properties: { order_id: 'o15', total: 900 } },
    { type: 'track', event: 'Order Cancelled', userId: 'u9', properties: { order_id: 'o9' } },
  ]);
  await settled();
  const after1 = await ask(marketer, 'POST', `/api/segments/${b}/snapshots`, { name: 'after' });
  const { body } = await ask(marketer, 'GET', `/api/segments/snapshots/compare?from=${before1.body.id}&to=${after1.body.id}`);
  assert.deepEqual([body.entered, body.left, body.stayed], [1, 1, 3]);
  const changes = (await ask(undefined, 'GET', `/api/segments/changes?segment=${b}`)).body.changes;
  assert.deepEqual(changes.map(({ change }: Body) => change).sort(), ['entered', 'left']);
  assert.ok((await ask(undefined, 'GET', `/api/segments/${c}`)).body.members < 10, 'only who may be used for it');
});

test('an export needs a second person, holds only who may be reached, each value as its reader may see it', async () => {
  const { id } = (await ask(marketer, 'POST', '/api/segments', { text: 'has email = reach', purpose: 'customer_service' })).body;
  await settled();
  const url = `/api/segments/${id}/export`;
  const wanted = { purpose: 'marketing', channel: 'email', traits: ['name', 'phone', 'city'] };
  assert.equal((await ask(marketer, 'POST', url, wanted)).code, 'approval_needed');
  const payload = { segment: id, purpose: 'marketing', channel: 'email' };
  const proposed = await ask(marketer, 'POST', '/api/approvals', { kind: 'segment.export', payload, reason: 'spring' });
  assert.equal((proposed.body as Approval).state, 'waiting', proposed.text);
  await ask(officer, 'POST', `/api/approvals/${proposed.body.id}/approve`, {});
  const given = await ask(marketer, 'POST', url, wanted);
  assert.equal(given.status, 200, given.text);
  assert.equal(given.body.rows.length, 4, 'of eight who gave consent, those who gave it to mail');
  assert.equal(given.body.withheld, 16);
  assert.match(given.body.rows[0].traits.name, /^王\*/);
  assert.equal(given.body.rows[0].traits.city, '上海');
  assert.equal((await ask(marketer, 'POST', url, { ...wanted, channel: 'sms' })).code, 'approval_needed', 'another channel');
  const csv = await ask(marketer, 'POST', url, { ...wanted, tokens: true, format: 'csv' });
  const lines = csv.text.trim().split('\n');
  assert.equal(lines[0], 'id,name,phone,city');
  assert.match(lines[1]!, /^p\d+,王\*\d?,\+861\d{10},上海$/);
  assert.ok(!csv.text.includes('+8613800000100'), 'a token, not the number');
  assert.equal((await ask(undefined, 'POST', url, wanted)).body.rows[0].traits.name, '王小0', 'the operator sees it');
  assert.equal((await ask(agent, 'POST', url, wanted)).status, 403);
  const { entries } = (await ask(undefined, 'GET', '/api/audit?limit=100')).body;
  assert.ok(entries.some(({ action, person }: Body) => action === 'segment.package' && person !== undefined));
});

test('of who is erased nothing is left in memberships, changes and snapshots, and the package had it all', async () => {
  const id = (await node.find('u8'))[0]!.id;
  const { store } = node.app.node();
  const tables = ['segment_members', 'segment_changes'];
  const rows = async () => {
    const found = await Promise.all(
      tables.map((table) => store.select(`SELECT record_id FROM ${table} WHERE record_id = :id`, { id: Number(id.slice(1)) })),
    );
    return found.map((one) => one.length > 0);
  };
  const { body } = await ask(undefined, 'POST', '/api/segments', { text: 'orders >= 1 = buyer', purpose: 'customer_service' });
  await node.send([{ type: 'track', event: 'Order Completed', userId: 'u8', properties: { order_id: 'o88', total: 5000 } }]);
  await settled();
  const { body: rich } = await ask(undefined, 'POST', '/api/segments', {
    text: 'spend > 4000 = rich',
    purpose: 'customer_service',
  });
  await settled();
  await node.send([{ type: 'track', event: 'Order Cancelled', userId: 'u8', properties: { order_id: 'o88' } }]);
  await ask(undefined, 'POST', `/api/segments/${body.id}/snapshots`, { name: 'buyers' });
  await settled();
  assert.deepEqual(await rows(), [true, true]);
  const everything = await node.app.node().subjects.export(Number(id.slice(1)));
  const part = JSON.stringify(everything);
  assert.ok(part.includes('"buyers"') && part.includes('"rich"'), 'what is kept of them is given out');
  await node.app.node().subjects.eraseSubject(Number(id.slice(1)), { actor: 'test', reason: 'request' });
  await settled();
  assert.deepEqual(await rows(), [false, false]);
  assert.equal((await segments().snapshots.of([Number(id.slice(1))])).length, 0);
  assert.ok(!(await ask(undefined, 'GET', '/api/segments/changes?limit=500')).text.includes(`"${id}"`));
  assert.ok(
    !segments()
      .personsOf(body.id)
      .includes(Number(id.slice(1))),
  );
  assert.equal(rich.name, 'rich');
});

test('keys of records turn while memberships are written, and all of it opens afterwards', async () => {
  const { body } = await ask(undefined, 'POST', '/api/segments', { text: 'did "Page" = turning', purpose: 'customer_service' });
  await settled();
  const turning = node.app.node().rotateDataKeys(() => undefined);
  for (let at = 0; at < 10; at += 1) await node.send([{ type: 'track', event: 'Page', userId: `u${at}` }]);
  await turning;
  await settled();
  const { members } = await segments().members(body.id);
  assert.ok(members.length >= 9 && members.every(({ sinceMs }) => sinceMs !== undefined));
  await node.restart();
  await settled();
  assert.equal((await segments().members(body.id)).members.length, members.length);
});
