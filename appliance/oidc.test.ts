// Sign-in by an unmodified OpenID Connect provider on loopback: who gets in and with which roles, and everything that must not get in.

import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, beforeEach, test } from 'node:test';
import { startProvider, type TestProvider } from './core/access/testing-provider.ts';
import type { Config } from './core/config.ts';
import { systemPorts } from './core/ports.ts';
import { openTestNode, type TestNode } from './testing.ts';

const host = '127.0.0.1:7700';
const folder = mkdtempSync(join(tmpdir(), 'holdfast-oidc-'));
const li = {
  name: '李伟',
  preferred_username: 'w.li',
  email: 'w.li@example.com',
  email_verified: true,
  locale: 'zh-CN',
  groups: ['Marketing'],
};

let provider: TestProvider;
let node: TestNode;
let aheadMs = 0;

before(async () => {
  provider = await startProvider();
  writeFileSync(join(folder, 'secret'), `${provider.secret}\n`);
  node = await openTestNode({
    config: configFor(provider),
    ports: { ...systemPorts, clock: { nowMs: () => systemPorts.clock.nowMs() + aheadMs } },
  });
});
beforeEach(() => {
  aheadMs = 0;
  provider.forgery = undefined;
  provider.down = undefined;
  provider.accounts.set('li', { ...li });
});
after(async () => {
  await node.close();
  await provider.close();
  rmSync(folder, { recursive: true });
});

function configFor({ issuer, clientId }: TestProvider, more: object = {}): Partial<Config> {
  const oidc = { issuer, clientId, clientSecretFile: join(folder, 'secret'), peopleOnFirstSignIn: true, ...more };
  return { directory: { groups: { Marketing: ['marketer'], Audit: ['auditor'] }, oidc } };
}

type Began = { url: string; cookie: string };

async function begin(on = node, body: object = {}): Promise<Began> {
  const answer = await on.app.http.inject({ method: 'POST', url: '/api/session/oidc/start', headers: { host }, payload: body });
  assert.equal(answer.statusCode, 200, answer.body);
  const set = String(answer.headers['set-cookie']);
  assert.match(set, /^__Host-holdfast-provider=[^;]+; Path=\/; Secure; HttpOnly; SameSite=Lax; Max-Age=600$/);
  return { url: answer.json().url, cookie: set.split(';')[0]! };
}

async function callback(back: string, cookie: string | undefined, on = node) {
  const { pathname, search } = new URL(back);
  const answer = await on.app.http.inject({ url: pathname + search, headers: { host, ...(cookie !== undefined && { cookie }) } });
  const set = String(answer.headers['set-cookie'] ?? '');
  const token = /^__Host-holdfast=([^;]+);/.exec(set)?.[1];
  assert.match(String(answer.headers['content-type']), /^text\/html/);
  return { status: answer.statusCode, token, page: answer.body };
}

async function signIn(account: string, on = node, by = provider) {
  const { url, cookie } = await begin(on);
  return callback(await by.signIn(url, account), cookie, on);
}

async function who(token: string | undefined, on = node) {
  const answer = await on.app.http.inject({ url: '/api/session', headers: { authorization: `Bearer ${token}` } });
  return { status: answer.statusCode, body: answer.json() };
}

const people = (on = node) => on.app.node().access.people.list();

test('a person is made on the first sign-in, found again on the next, and has the roles of their groups', async () => {
  const first = await signIn('li');
  assert.equal(first.status, 200, first.page);
  assert.match(first.page, /url=\//);
  const { status, body } = await who(first.token);
  assert.equal(status, 200);
  assert.equal(body.state, 'signed_in');
  const { login, name, email, roles, language, id } = body.person;
  assert.deepEqual(
    { login, name, email, roles, language },
    { login: 'w.li', name: '李伟', email: 'w.li@example.com', roles: ['marketer'], language: 'zh' },
  );

  // Another name and other groups: the same person, by the provider's own number.
  provider.accounts.set('li', { ...li, preferred_username: 'wei.li', groups: ['Marketing', 'Audit', 'constructor'] });
  const second = await signIn('li');
  const again = (await who(second.token)).body;
  assert.equal(again.person.id, id);
  assert.deepEqual(again.person.roles, ['marketer', 'auditor']);
  assert.equal((await who(first.token)).status, 401, 'sessions with the roles before are over');

  provider.accounts.set('li', { ...li, groups: [] });
  const third = await signIn('li');
  assert.equal(third.status, 401);
  assert.equal((await who(second.token)).status, 401, 'nor do they outlive the groups');
  const { body: log } = await node.ask<{ entries: { action: string; outcome: string; actor: string; target?: string }[] }>(
    'GET',
    '/api/audit?limit=50',
  );
  const ours = log.entries.filter(({ action }) => action === 'session.provider');
  assert.ok(ours.some(({ outcome, actor }) => outcome === 'done' && actor === `person ${id}`));
  assert.ok(ours.some(({ outcome }) => outcome === 'failed:provider_refused'));
});

test('what the provider says is asked for where it is not in the token, and only there', async (t) => {
  const inToken = await startProvider({ claimsInToken: true });
  t.after(() => inToken.close());
  inToken.accounts.set('li', li);
  const other = await openTestNode({ config: configFor(inToken) });
  t.after(() => other.close());
  assert.equal((await signIn('li', other, inToken)).status, 200);
  assert.equal(inToken.asked.includes('/me'), false);
  assert.equal((await signIn('li')).status, 200);
  assert.equal(provider.asked.includes('/me'), true);
});

test('whoever is not to come in does not', async (t) => {
  provider.accounts.set('nobody', { preferred_username: 'nobody', groups: ['Strangers'] });
  assert.equal((await signIn('nobody')).status, 401);
  provider.accounts.set('nameless', { groups: ['Marketing'] });
  assert.equal((await signIn('nameless')).status, 401);
  // Somebody here by hand is not taken over by whoever bears their name at the provider.
  const { administration } = node.app.node().access;
  await administration.invite({
    login: 'root',
    name: 'Root',
    email: 'root@example.com',
    roles: ['administrator'],
    language: 'en',
  });
  provider.accounts.set('imposter', { ...li, preferred_username: 'ROOT' });
  assert.equal((await signIn('imposter')).status, 401);
  provider.accounts.set('imposter', { ...li, preferred_username: undefined, email: 'root' });
  assert.equal((await signIn('imposter')).status, 401);
  // Somebody disabled.
  await signIn('li');
  const { id } = people().find(({ login }) => login === 'w.li')!;
  await administration.setDisabled(id, true, 0);
  assert.equal((await signIn('li')).status, 401);
  await administration.setDisabled(id, false, 0);
  assert.equal((await signIn('li')).status, 200);
  // Without the permission to make people.
  const strict = await openTestNode({ config: configFor(provider, { peopleOnFirstSignIn: false }) });
  t.after(() => strict.close());
  assert.equal((await signIn('li', strict)).status, 401);
  assert.equal(people(strict).length, 0);
});

test('the person that the directory made is found by its number, or by name, once, and keeps the roles that the directory gives', async (t) => {
  const strict = await openTestNode({ config: configFor(provider, { peopleOnFirstSignIn: false }) });
  t.after(() => strict.close());
  const { scim } = strict.app.node().entrances;
  const made = await scim.put('Users', undefined, { userName: 'somebody', externalId: 'li', active: true });
  await scim.put('Groups', undefined, { displayName: 'Audit', members: [{ value: made.id }] });
  const entered = await signIn('li', strict);
  assert.equal(entered.status, 200, entered.page);
  const { body } = await who(entered.token, strict);
  assert.equal(String(body.person.id), made.id);
  assert.deepEqual(body.person.roles, ['auditor']);
  await scim.put('Users', Number(made.id), { userName: 'renamed', externalId: 'other', active: true });
  assert.equal((await signIn('li', strict)).status, 200, 'joined once, whatever they are called since');
  provider.accounts.set('wang', { preferred_username: 'wang', groups: [] });
  await scim.put('Users', undefined, { userName: 'Wang', active: true });
  assert.equal((await signIn('wang', strict)).status, 200);
  await scim.put('Users', Number(made.id), { userName: 'renamed', active: false });
  assert.equal((await signIn('li', strict)).status, 401);
});

test('state, browser and code: each must be the one that began it, and counts once', async () => {
  const one = await begin();
  const two = await begin();
  const back = await provider.signIn(one.url, 'li');
  const wrong = new URL(back);
  wrong.searchParams.set('state', new URL(two.url).searchParams.get('state')!);
  for (const [label, url, cookie] of [
    ['another state', wrong.href, one.cookie],
    ['no state', back.replace(/[?&]state=[^&]+/, '?'), one.cookie],
    ['no cookie', back, undefined],
    ['the cookie of another sign-in', back, two.cookie],
    ['a cookie that was changed', back, `${one.cookie.slice(0, -4)}AAAA`],
    ['another issuer (RFC 9207)', back.replace(/([?&]iss=)[^&]+/, '$1https%3A%2F%2Fevil.example.com'), one.cookie],
    [
      'an error of the provider',
      `http://${host}/api/session/oidc/callback?error=access_denied&state=${wrong.searchParams.get('state')}`,
      two.cookie,
    ],
    ['nothing', `http://${host}/api/session/oidc/callback`, one.cookie],
  ] as const) {
    const { status, token } = await callback(url, cookie);
    assert.equal(status, 401, label);
    assert.equal(token, undefined, label);
  }
  assert.equal((await callback(back, one.cookie)).status, 200);
  assert.equal((await callback(back, one.cookie)).status, 401, 'a code that was used');
  // The code of a finished sign-in in a new one, of the same browser.
  const three = await begin();
  const replayed = new URL(back);
  replayed.searchParams.set('state', new URL(three.url).searchParams.get('state')!);
  assert.equal((await callback(replayed.href, three.cookie)).status, 401);
  // Too late.
  const four = await begin();
  const late = await provider.signIn(four.url, 'li');
  aheadMs = 11 * 60_000;
  assert.equal((await callback(late, four.cookie)).status, 401);
});

test('PKCE: a code is worth nothing without the secret that it was asked for with', async () => {
  const one = await begin();
  const two = await begin();
  const url = new URL(one.url);
  assert.equal(url.searchParams.get('code_challenge_method'), 'S256');
  url.searchParams.set('code_challenge', new URL(two.url).searchParams.get('code_challenge')!);
  assert.equal((await callback(await provider.signIn(url.href, 'li'), one.cookie)).status, 401);
});

test('a token that does not say what it should opens nothing', async () => {
  const nowS = Math.floor(systemPorts.clock.nowMs() / 1000);
  const { privateKey: otherKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const forged: [string, NonNullable<TestProvider['forgery']>][] = [
    ['wrong nonce', { claims: (claims) => ({ ...claims, nonce: 'another' }) }],
    ['no nonce', { claims: ({ nonce: _, ...claims }) => claims }],
    ['expired', { claims: (claims) => ({ ...claims, iat: nowS - 7200, exp: nowS - 3600 }) }],
    ['no expiry', { claims: ({ exp: _, ...claims }) => claims }],
    ['another audience', { claims: (claims) => ({ ...claims, aud: 'another client' }) }],
    ['another authorised party', { claims: (claims) => ({ ...claims, aud: [claims.aud, 'another'], azp: 'another' }) }],
    ['another issuer', { claims: (claims) => ({ ...claims, iss: 'https://evil.example.com' }) }],
    ['no subject', { claims: ({ sub: _, ...claims }) => claims }],
    ['another subject than the provider tells of', { claims: (claims) => ({ ...claims, sub: 'root' }) }],
    ['another key', { key: otherKey }],
    ['a key nobody knows', { key: otherKey, header: { kid: 'unknown' } }],
    ['no signature', { header: { alg: 'none' } }],
  ];
  for (const [label, forgery] of forged) {
    const { url, cookie } = await begin();
    const back = await provider.signIn(url, 'li');
    provider.forgery = forgery;
    const { status, token } = await callback(back, cookie);
    assert.equal(status, 401, label);
    assert.equal(token, undefined, label);
    provider.forgery = undefined;
  }
  provider.forgery = {};
  assert.equal((await signIn('li')).status, 200, 'signed anew and not changed');
});

test('a provider that is down is told from a sign-in that was refused', async (t) => {
  const { url, cookie } = await begin();
  const back = await provider.signIn(url, 'li');
  provider.down = 502;
  assert.equal((await callback(back, cookie)).status, 503);
  const fresh = await openTestNode({ config: configFor(provider) });
  t.after(() => fresh.close());
  const answer = await fresh.app.http.inject({ method: 'POST', url: '/api/session/oidc/start', headers: { host }, payload: {} });
  assert.equal(answer.statusCode, 503);
  assert.equal(answer.json().error.code, 'provider_unavailable');
  provider.down = undefined;
  assert.equal((await signIn('li', fresh)).status, 200, 'without a restart');
});

test('the node calls the issuer and no other', async (t) => {
  const asked: string[] = [];
  const real = globalThis.fetch;
  t.after(() => {
    globalThis.fetch = real;
  });
  globalThis.fetch = ((url: string, options: RequestInit) => {
    asked.push(new URL(url).origin);
    if (!new URL(url).pathname.endsWith('openid-configuration')) return real(url, options);
    // A provider that was taken over sends the code elsewhere.
    return real(url, options).then(async (answer) => {
      const document = (await answer.json()) as { token_endpoint: string };
      document.token_endpoint = 'http://localhost:9/token';
      return new Response(JSON.stringify(document), { headers: { 'content-type': 'application/json' } });
    });
  }) as typeof fetch;
  const fresh = await openTestNode({ config: configFor(provider) });
  t.after(() => fresh.close());
  const { url, cookie } = await begin(fresh);
  const back = await provider.signIn(url, 'li');
  asked.length = 0;
  assert.equal((await callback(back, cookie, fresh)).status, 500);
  assert.deepEqual([...new Set(asked)], []);
});

test('stepping up asks the provider to see the person again', async () => {
  const { url, cookie } = await begin(node, { stepUp: true });
  assert.equal(new URL(url).searchParams.get('prompt'), 'login');
  assert.equal(new URL(url).searchParams.get('max_age'), '0');
  const { token } = await callback(await provider.signIn(url, 'li'), cookie);
  const { body } = await who(token);
  assert.ok(body.session.steppedUpUntilMs > systemPorts.clock.nowMs());
  assert.equal((await who((await signIn('li')).token)).body.session.steppedUpUntilMs, undefined);
});

test('another site begins no sign-in, and without a provider there is none', async (t) => {
  const cross = await node.app.http.inject({
    method: 'POST',
    url: '/api/session/oidc/start',
    headers: { host, origin: 'https://evil.example.com', 'sec-fetch-site': 'cross-site' },
    payload: {},
  });
  assert.equal(cross.statusCode, 403);
  const without = await openTestNode();
  t.after(() => without.close());
  assert.equal((await without.app.http.inject({ method: 'POST', url: '/api/session/oidc/start', payload: {} })).statusCode, 404);
  assert.equal((await callback(`http://${host}/api/session/oidc/callback?code=x&state=y`, undefined, without)).status, 404);
});

test('nothing that the provider says is in the clear on disk', async () => {
  await signIn('li');
  for (const file of readdirSync(node.folder)) {
    const bytes = readFileSync(join(node.folder, file));
    for (const word of ['w.li', '李伟', provider.secret]) assert.equal(bytes.includes(word), false, `${word} in ${file}`);
  }
});
