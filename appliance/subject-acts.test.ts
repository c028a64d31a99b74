// Erasing a customer and giving out everything about one take two people: proposed by one, approved by another, done once, recorded; and
// what the operator may alone, people may not.

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
const people = new Map([person(1, 'compliance'), person(2, 'compliance'), person(3, 'agent')].map((one) => [one.actor, one]));

let node: TestNode;
before(async () => {
  node = await openTestNode({ holders: async () => [...people.values()], signedIn: (name) => people.get(name) });
});
after(() => node?.close());

type Answered<T> = { status: number; body: T; code: string | undefined };
async function ask<T>(actor: string, method: 'GET' | 'POST', url: string, body?: object): Promise<Answered<T>> {
  const headers = { 'x-test-person': actor };
  const answer = await node.app.http.inject({ method, url, headers, ...(body && { payload: body }) });
  const json = answer.json();
  return { status: answer.statusCode, body: json as T, code: json?.error?.code };
}
const propose = (actor: string, kind: string, payload: object) =>
  ask<Approval>(actor, 'POST', '/api/approvals', { kind, payload, reason: 'request 1' });

async function customer(userId: string): Promise<string> {
  await node.send([{ type: 'identify', userId, traits: { name: '王小明', email: `${userId}@example.org` } }]);
  return (await node.find(userId))[0]!.id;
}

test('an export is fetched by who proposed it, once another approved, and by nobody else', async () => {
  const id = await customer('e-1');
  const other = await customer('e-2');
  const url = `/api/subjects/${id}/export`;
  assert.equal((await ask('person 1', 'GET', url)).code, 'approval_needed');
  const proposed = await propose('person 1', 'subject.export', { person: id });
  assert.equal(proposed.body.state, 'waiting');
  assert.equal(
    (await ask('person 1', 'POST', `/api/approvals/${proposed.body.id}/approve`, {})).status,
    403,
    'nobody approves their own',
  );
  assert.equal((await ask('person 1', 'GET', url)).code, 'approval_needed', 'not before it is approved');
  assert.equal((await ask<Approval>('person 2', 'POST', `/api/approvals/${proposed.body.id}/approve`, {})).body.state, 'done');
  const given = await ask('person 1', 'GET', url);
  assert.equal(given.status, 200);
  assert.ok(JSON.stringify(given.body).includes('e-1@example.org'), 'as it is, since it goes to the customer');
  assert.equal((await ask('person 2', 'GET', url)).code, 'approval_needed', 'the grant is of one person');
  assert.equal((await ask('person 1', 'GET', `/api/subjects/${other}/export`)).code, 'approval_needed', 'for one customer');
  assert.equal((await ask('person 3', 'GET', url)).status, 403);
});

test('somebody is erased once another approved, also as a request asks', async () => {
  const id = await customer('e-3');
  assert.equal((await ask('person 1', 'POST', `/api/subjects/${id}/erase`, { reason: 'request' })).code, 'approval_needed');
  const asked = await ask<{ request: number }>('person 1', 'POST', '/api/subject-requests', { person: id, kind: 'erasure' });
  assert.equal(asked.status, 200, JSON.stringify(asked.body));
  const { request } = asked.body;
  await ask('person 1', 'POST', `/api/subject-requests/${request}/verify`, { how: 'in_person' });
  assert.equal((await ask('person 1', 'POST', `/api/subject-requests/${request}/complete`, {})).code, 'approval_needed');
  assert.equal((await node.find('e-3')).length, 1);
  const proposed = await propose('person 1', 'subject.erase', { person: id, request });
  assert.equal(proposed.body.state, 'waiting', JSON.stringify(proposed.body));
  const done = await ask<Approval>('person 2', 'POST', `/api/approvals/${proposed.body.id}/approve`, {});
  assert.equal(done.body.state, 'done', JSON.stringify(done.body));
  assert.deepEqual(done.body.result, { request, state: 'completed' });
  assert.equal((await node.find('e-3')).length, 0);
});

test('a request of somebody else, or no customer at all, is not taken for an erasure', async () => {
  const [one, two] = [await customer('e-4'), await customer('e-5')];
  const asked = await ask<{ request: number }>('person 1', 'POST', '/api/subject-requests', { person: one, kind: 'erasure' });
  await ask('person 1', 'POST', `/api/subject-requests/${asked.body.request}/verify`, { how: 'in_person' });
  const proposed = await propose('person 1', 'subject.erase', { person: two, request: asked.body.request });
  const ended = await ask<Approval>('person 2', 'POST', `/api/approvals/${proposed.body.id}/approve`, {});
  assert.equal(ended.body.state, 'failed');
  assert.equal((await node.find('e-4')).length + (await node.find('e-5')).length, 2, 'nobody is gone');
  for (const payload of [{}, { person: 'x' }, { person: 7 }])
    assert.equal((await propose('person 1', 'subject.erase', payload)).status, 400, JSON.stringify(payload));
  assert.equal((await propose('person 3', 'subject.erase', { person: one })).status, 403);
});
