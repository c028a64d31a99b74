// Every guarded route of the OpenAPI document, asked with credentials that were good once: sessions that were idle or lived too long, that
// were signed out, replaced or taken away; keys that ran out, were revoked or replaced. Each is let in first, and each wears off by one
// cause alone, so that nothing else can be what refuses it.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { sessionCookie } from '../core/access/cookies.ts';
import { type Browser, goodPassword, host, openPeopleNode, type PeopleNode, signIn } from '../testing-access.ts';
import { askRoute, changedSince, entriesSince, type GuardedRoute, guardedRoutes, isStream, standOf } from './testing-walk.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
type Headers = { [name: string]: string };
type Credential = { name: string; headers: Headers };

let world: PeopleNode;
let routes: GuardedRoute[];
before(async () => {
  // Where this machine too needs a key for figures, every guarded route asks who is there.
  world = await openPeopleNode({ metrics: { open: 'key' } });
  routes = guardedRoutes(world.node);
});
after(() => world?.node.close());

const roles = ['administrator', 'compliance', 'supervisor'] as const;
const ownPage: Headers = { host, origin: `https://${host}`, 'sec-fetch-site': 'same-origin', 'x-holdfast': '1' };
const statusOf = async (method: string, path: string, headers: Headers) =>
  (await world.node.app.http.inject({ method: method as 'GET', url: path, headers })).statusCode;

/** As a browser has it and as a program may send it; a session that lets somebody in who may see much. */
async function goodSession(name: string, browser: Browser): Promise<Credential[]> {
  const token = browser.cookies.get(sessionCookie)!;
  const both = [
    { name: `${name}, cookie`, headers: { ...ownPage, cookie: `${sessionCookie}=${token}` } },
    { name: `${name}, bearer`, headers: { host, authorization: `Bearer ${token}` } },
  ];
  for (const one of both) assert.equal(await statusOf('GET', '/api/people', one.headers), 200, `${one.name} is good at first`);
  return both;
}

async function enrolled(login: string) {
  const { person, browser } = await world.invite(login, roles);
  const { app } = await world.enrol(browser);
  return {
    person,
    browser,
    /** Somebody who is signed in a second time. */
    async again(): Promise<Browser> {
      const other = world.browser();
      await signIn(other, login);
      const answer = await other.ask('POST', '/api/session/second-factor', { code: app.code() });
      assert.equal(answer.status, 200, JSON.stringify(answer.body));
      world.pass(30_000);
      return other;
    },
  };
}

type Made = { key: { id: number }; token: string };
async function key(name: string, lifeMs: number, scope: 'api' | 'directory' = 'api') {
  const held = scope === 'api' ? ['administrator', 'auditor'] : [];
  const wanted = { name, scope, roles: held, expiresAtMs: world.nowMs() + lifeMs };
  const { status, body } = await world.node.ask<Made>('POST', '/api/api-keys', wanted);
  assert.equal(status, 201, JSON.stringify(body));
  const credential = await goodKey(name, body.token, scope);
  return { id: body.key.id, credential };
}
async function goodKey(name: string, token: string, scope: 'api' | 'directory'): Promise<Credential> {
  const headers = { host, authorization: `Bearer ${token}` };
  const path = scope === 'api' ? '/api/sources' : '/scim/v2/Users';
  assert.equal(await statusOf('GET', path, headers), 200, `${name} is good at first`);
  return { name: `key ${name}`, headers };
}

async function assertRefusedEverywhere(worn: readonly Credential[]): Promise<void> {
  const stand = await standOf(world.node);
  let asked = 0;
  for (const route of routes) {
    for (const { name, headers } of worn) {
      const { status, code, headers: answered, body } = await askRoute(world.node, route, headers);
      const hint = `${route.name} with ${name}: ${status} ${body.slice(0, 200)}`;
      assert.equal(status, 401, hint);
      if (route.path.startsWith('/scim')) assert.equal((JSON.parse(body) as { status: string }).status, '401', hint);
      else assert.equal(code, 'unauthenticated', hint);
      assert.match(String(answered['www-authenticate']), /^Bearer/, hint);
      asked += 1;
    }
    // What answers a GET answers a HEAD too.
    if (route.method === 'get')
      assert.equal((await askRoute(world.node, { ...route, method: 'head' }, worn[0]!.headers)).status, 401, route.name);
  }
  assert.ok(routes.length > 140, `only ${routes.length} routes`);
  assert.equal(asked, routes.length * worn.length);
  assert.equal(world.node.app.sealed, false);
  assert.equal(world.node.app.rotation.state, 'none');
  const entries = await entriesSince(world.node, stand);
  // Wrong tokens are counted once a minute; nothing was attempted, and nobody was let in.
  for (const { actor, action, outcome } of entries)
    assert.deepEqual([actor, action, outcome], ['unknown', 'token.refused', 'refused'], JSON.stringify(entries));
  assert.deepEqual(await changedSince(world.node, stand), []);
}

test('while they are good, a session and a key are let in on every route that reads', async () => {
  const [cookie] = await goodSession('whole', (await enrolled('whole')).browser);
  const { credential } = await key('whole', hourMs);
  let asked = 0;
  for (const route of routes) {
    if (route.method !== 'get' || isStream(route)) continue;
    for (const { name, headers } of [cookie!, credential]) {
      const { status, body } = await askRoute(world.node, route, { ...headers, 'x-purpose': 'customer_service' });
      assert.ok(status !== 401 && status < 500, `${route.name} with ${name}: ${status} ${body}`);
      asked += 1;
    }
  }
  assert.ok(asked > 120, `${asked}`);
});

test('a session that was ended, and a key that was taken back, open nothing from that moment on', async () => {
  const worn: Credential[] = [];
  const out = await enrolled('out');
  worn.push(...(await goodSession('signed out', out.browser)));
  assert.equal((await out.browser.ask('DELETE', '/api/session')).status, 200);

  const everywhere = await enrolled('everywhere');
  const elsewhere = await everywhere.again();
  worn.push(...(await goodSession('ended by sign-out everywhere', everywhere.browser)));
  worn.push(...(await goodSession('that signed out everywhere', elsewhere)));
  assert.equal((await elsewhere.ask('DELETE', '/api/session?everywhere=true')).status, 200);

  const replaced = await enrolled('replaced');
  worn.push(...(await goodSession('replaced at step-up', replaced.browser)));
  assert.equal((await replaced.browser.ask('POST', '/api/session/step-up', { password: goodPassword })).status, 200);
  await goodSession('the one in its place', replaced.browser);

  const moved = await enrolled('moved');
  worn.push(...(await goodSession('whose roles changed', moved.browser)));
  assert.equal((await world.node.ask('PUT', `/api/people/${moved.person.id}/roles`, { roles: ['auditor'] })).status, 200);
  const gone = await enrolled('gone');
  worn.push(...(await goodSession('of somebody disabled', gone.browser)));
  assert.equal((await world.node.ask('POST', `/api/people/${gone.person.id}/disable`)).status, 200);

  for (const scope of ['api', 'directory'] as const) {
    const revoked = await key(`${scope}, revoked`, 24 * hourMs, scope);
    worn.push(revoked.credential);
    assert.equal((await world.node.ask('DELETE', `/api/api-keys/${revoked.id}`)).status, 200);
    const rotated = await key(`${scope}, rotated`, 24 * hourMs, scope);
    worn.push(rotated.credential);
    const { body } = await world.node.ask<Made>('POST', `/api/api-keys/${rotated.id}/rotate`, {});
    await goodKey('the one in its place', body.token, scope);
  }
  await assertRefusedEverywhere(worn);
});

test('idle for half an hour a session opens nothing, and neither does a key whose overlap ended or whose time is over', async () => {
  const worn = await goodSession('idle', (await enrolled('idle')).browser);
  for (const scope of ['api', 'directory'] as const) {
    worn.push((await key(`${scope}, run out`, hourMs, scope)).credential);
    const rotated = await key(`${scope}, overlap over`, 24 * hourMs, scope);
    const { body } = await world.node.ask<Made>('POST', `/api/api-keys/${rotated.id}/rotate`, { keepPreviousHours: 1 });
    worn.push(await goodKey(`${scope}, overlap over`, rotated.credential.headers.authorization!.slice('Bearer '.length), scope));
    await goodKey('the one in its place', body.token, scope);
  }
  world.pass(hourMs);
  await assertRefusedEverywhere(worn);
});

test('a session that was used all the time opens nothing after twelve hours', async () => {
  const { browser } = await enrolled('absolute');
  const worn = await goodSession('twelve hours old', browser);
  for (let used = 0; used < 35; used += 1) {
    world.pass(20 * minuteMs);
    assert.equal((await browser.ask('GET', '/api/session')).status, 200, `after ${used}`);
  }
  world.pass(20 * minuteMs);
  await assertRefusedEverywhere(worn);
});
