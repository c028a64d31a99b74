// What masking leaves of an answer is what its reader gets: every GET of the OpenAPI document, asked by every role about real customers, and
// not a figure that became nought on its way into text. The same is watched in every other test that opens a node of its own.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import fastify from 'fastify';
import { maskable } from '../core/access/maskable.ts';
import { type Principal, roles } from '../core/model/principal.ts';
import { loadSample, sampleConfiguration } from '../sample-loading.ts';
import { openTestNode, type TestNode } from '../testing.ts';
import { differencesIn } from '../testing-answers.ts';
import { guardedRoutes, isStream, type Route } from './testing-walk.ts';

const people = new Map<string, Principal>(
  roles.map((role, at) => [
    role,
    { actor: `person ${at + 1}`, kind: 'person', id: at + 1, roles: [role], steppedUpUntilMs: Number.MAX_SAFE_INTEGER },
  ]),
);
const purposes = ['', 'customer_service', 'analytics'];
/** What this node has none of. Nodes of the tests named here do, and are watched as well. */
const elsewhere: { readonly [route: string]: string } = {
  'GET /api/matches/{match}/result': 'appliance/federate',
  'GET /api/rounds/{round}/scores': 'appliance/federate/rounds',
  'GET /api/models/{name}/top': 'appliance/models.test.ts',
};

let node: TestNode;
/** Numbers and names of what is there, by the parameter that asks for it. */
let held: { [parameter: string]: string };
before(async () => {
  node = await openTestNode({
    config: sampleConfiguration,
    holders: async () => [...people.values()],
    signedIn: (name) => people.get(name),
  });
  const sample = await loadSample(node.app.node(), node.folder, { people: 60 });
  held = await fill(sample.example);
});
after(() => node?.close());

/** What a sample does not have: something in every list that tells of customers. */
async function fill(customer: string): Promise<{ [parameter: string]: string }> {
  const made = async <T>(method: 'POST' | 'PUT', url: string, body: object): Promise<T> => {
    const answer = await node.ask<T>(method, url, body);
    assert.ok(answer.status < 300, `${url}: ${JSON.stringify(answer.body)}`);
    return answer.body;
  };
  for (const purpose of ['analytics', 'profiling', 'marketing'])
    await made('POST', `/api/profiles/${customer}/consents`, { purpose, channel: '*', status: 'given' });
  const strict = await node.addSource('strict');
  await made('PUT', `/api/sources/${strict.id}/dictionary`, { version: 1, kinds: { identify: { required: ['traits.phone'] } } });
  await node.send(
    [{ type: 'identify', userId: 'u-1', traits: { age: 41, points: 12, birthday: '1988-07-12' } }],
    strict.writeKey,
  );
  const { body } = await node.ask<{ events: { id: number }[] }>('GET', '/api/quarantine');
  const segment = await made<{ id: number }>('POST', '/api/segments', {
    text: 'orders >= 1 = buyer',
    purpose: 'customer_service',
  });
  await node.app.node().segments.caughtUp();
  const { request } = await made<{ request: number }>('POST', '/api/subject-requests', { kind: 'access', person: customer });
  const { facts } = (await node.ask<{ facts: { fact: string }[] }>('GET', `/api/profiles/${customer}/consents`)).body;
  const { identifiers } = (await node.ask<{ identifiers: { value: string }[] }>('GET', `/api/profiles/${customer}`)).body;
  const { reviews } = node.app.node().profiles;
  const own = Number(customer.slice(1));
  const weights = [{ field: 'name', level: 'exact', weightBits: 8 }];
  await reviews.add([{ leftRecord: own, rightRecord: own === 1 ? 2 : 1, probability: 0.7, weights }]);
  return {
    id: customer,
    identifier: identifiers[0]!.value,
    fact: facts[0]!.fact,
    reviewId: String((await reviews.list())[0]!.reviewId),
    quarantine: String(body.events[0]!.id),
    segment: String(segment.id),
    request: String(request),
  };
}

/** Answers of customers: where masking can change something. */
const routes = () =>
  guardedRoutes(node).filter(
    (route) => route.method === 'get' && !isStream(route) && node.app.policies.control.isAboutCustomers(route.action),
  );

function addressOf({ path, operation }: Route): string {
  const url = path.replaceAll(/\{(\w+)\}/g, (_, name: string) =>
    encodeURIComponent(path.startsWith('/api/quarantine/') ? held.quarantine! : (held[name] ?? '1')),
  );
  const wanted = (operation.parameters ?? []).filter(
    (one) => one.in === 'query' && one.required === true && one.name !== 'identifier',
  );
  const query = wanted.map(({ name, schema }) => `${name}=${encodeURIComponent(String(schema?.examples?.[0] ?? '1'))}`);
  if (path === '/api/profiles') query.push(`identifier=${encodeURIComponent(held.identifier!)}`);
  return query.length === 0 ? url : `${url}?${query.join('&')}`;
}

/** @returns names of the routes that gave somebody an answer */
async function walk(): Promise<Set<string>> {
  const answered = new Set<string>();
  for (const route of routes())
    for (const role of ['', ...roles])
      for (const purpose of purposes) {
        const who = role === '' ? { authorization: `Bearer ${node.accessToken}` } : { 'x-test-person': role };
        const headers = { ...who, ...(purpose !== '' && { 'x-purpose': purpose }) };
        const { statusCode } = await node.app.http.inject({ method: 'GET', url: addressOf(route), headers });
        assert.ok(statusCode < 500, `${route.name} as ${role}: ${statusCode}`);
        if (statusCode === 200) answered.add(route.name);
      }
  return answered;
}

test('every role reads what masking left, in every answer about customers', async () => {
  const answered = await walk();
  const silent = routes().filter(({ name }) => !answered.has(name));
  assert.deepEqual(silent.map(({ name }) => name).sort(), Object.keys(elsewhere).sort());
  assert.deepEqual(node.answers.take(), []);
});

test('a schema that knows nothing of masks is found out, and one that was made for them is right', async () => {
  const http = fastify();
  const figures = { type: 'object', properties: { orders: { type: 'integer' }, revenue: { type: 'number' } } };
  const wrong = { type: 'object', properties: { id: { type: 'string' }, totals: figures } };
  const given = { id: 'p1', totals: { orders: null, revenue: null } };
  http.get('/wrong', { schema: { response: { 200: wrong } } }, async () => given);
  http.get('/right', { schema: { response: { 200: maskable(wrong) } } }, async () => given);
  const watched = await Promise.all(
    ['/wrong', '/right'].map(async (url) => differencesIn({ given, sent: (await http.inject({ method: 'GET', url })).body })),
  );
  await http.close();
  assert.deepEqual(watched, [['/totals/orders: null became 0', '/totals/revenue: null became 0'], []]);
  // What no schema declares is not sent, as it should be: `at` is no difference.
  assert.deepEqual(differencesIn({ given: { name: 'x', at: 1 }, sent: '{"name":"","more":true}' }), [
    '/name: a string became ""',
    '/more: a boolean was added',
  ]);
});

test('a schema says that there may be nothing where masking leaves nothing, and nowhere else', () => {
  const number = { type: 'integer' };
  const nothing = { type: ['integer', 'null'] };
  const lineage = { type: 'object', properties: { value: number, observedAtMs: number } };
  const shown = { type: 'object', properties: { value: nothing, observedAtMs: number } };
  const of = (given: object, golden: object, own: object) => ({
    type: 'object',
    properties: {
      ...{ records: { type: 'array' }, identifiers: { type: 'array' }, households: { type: 'array' } },
      traits: { type: 'object', additionalProperties: golden },
      version: number,
      orders: { type: 'array', items: { type: 'object', properties: { total: own, placedAtMs: number } } },
      counts: { type: 'object', properties: { orders: number } },
      context: { anyOf: [given, { type: 'string' }] },
    },
  });
  assert.deepEqual(maskable(of(number, lineage, number)), of(nothing, shown, nothing));
});
