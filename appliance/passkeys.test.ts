// Passkeys: made and used by a real browser with a virtual device, and by a device in software for whatever must not be believed.

import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import type { PublicKeyCredentialCreationOptionsJSON, PublicKeyCredentialRequestOptionsJSON } from '@simplewebauthn/server';
import { passkeyLimits } from './core/access/passkeys.ts';
import { SoftwareAuthenticator, type Twist } from './core/access/testing-authenticator.ts';
import type { Role } from './core/model/principal.ts';
import { systemPorts } from './core/ports.ts';
import { openBrowser } from './record/events/clients/browser-clients.ts';
import { browserTest } from './record/events/clients/browser-suite.ts';
import { openTestNode, type TestNode } from './testing.ts';

const origin = 'https://cdp.example.com';
const password = 'seven grey herons over the weir';

async function open(t: TestContext, publicUrl: string | null = origin) {
  let aheadMs = 0;
  const clock = { nowMs: () => systemPorts.clock.nowMs() + aheadMs };
  const node = await openTestNode({ config: publicUrl === null ? {} : { publicUrl }, ports: { ...systemPorts, clock } });
  t.after(() => node.close());
  return {
    node,
    pass: (ms: number) => {
      aheadMs += ms;
    },
  };
}

async function call<T = Record<string, unknown>>(
  node: TestNode,
  method: 'GET' | 'POST' | 'DELETE',
  url: string,
  body?: object,
  token?: string,
) {
  const answer = await node.app.http.inject({
    method,
    url,
    ...(token !== undefined && { headers: { authorization: `Bearer ${token}` } }),
    ...(body !== undefined && { payload: body }),
  });
  const parsed = answer.json() as T & { error?: { code: string; where?: string } };
  return { status: answer.statusCode, body: parsed, code: parsed.error?.code };
}

type Entered = { state: string; token: string; person?: { id: number; secondFactor: boolean } };

/** Somebody with a password, signed in and stepped up. */
async function enrol(node: TestNode, login: string, roles: Role[] = ['marketer']) {
  const { link } = await node.app.node().access.administration.invite({ login, name: login, roles, language: 'en' });
  const entered = await call<Entered>(node, 'POST', '/api/session/link', { link: link.token, password, bearer: true });
  assert.equal(entered.status, 200, JSON.stringify(entered.body));
  const stepped = await call<{ token: string }>(node, 'POST', '/api/session/step-up', { password }, entered.body.token);
  assert.equal(stepped.status, 200, JSON.stringify(stepped.body));
  return stepped.body.token;
}

async function addPasskey(node: TestNode, token: string, device: SoftwareAuthenticator, twist: Twist = {}) {
  const offered = await call<PublicKeyCredentialCreationOptionsJSON>(
    node,
    'POST',
    '/api/account/passkeys/challenge',
    undefined,
    token,
  );
  assert.equal(offered.status, 200, JSON.stringify(offered.body));
  const credential = device.register(offered.body, origin, twist);
  return call<{ id: number; name: string }>(node, 'POST', '/api/account/passkeys', { credential, name: 'My device' }, token);
}

async function challenge(node: TestNode): Promise<PublicKeyCredentialRequestOptionsJSON> {
  const { status, body } = await call<PublicKeyCredentialRequestOptionsJSON & Record<string, unknown>>(
    node,
    'POST',
    '/api/session/passkey/challenge',
    {},
  );
  assert.equal(status, 200, JSON.stringify(body));
  assert.equal(body.allowCredentials, undefined, 'tells nothing of anybody');
  return body;
}

async function signIn(node: TestNode, device: SoftwareAuthenticator, twist: Twist = {}, token?: string) {
  const credential = device.sign(await challenge(node), origin, twist);
  return call<Entered>(node, 'POST', '/api/session/passkey', { credential, bearer: true }, token);
}

test('a passkey signs in by itself, is a second factor after a password, and steps up', async (t) => {
  const { node } = await open(t);
  const token = await enrol(node, 'li');
  const device = new SoftwareAuthenticator('li');
  const added = await addPasskey(node, token, device);
  assert.equal(added.status, 201, JSON.stringify(added.body));
  assert.equal(added.body.name, 'My device');
  assert.equal((await addPasskey(node, token, device)).status, 409, 'the same one again');

  const entered = await signIn(node, device);
  assert.equal(entered.status, 200, JSON.stringify(entered.body));
  assert.equal(entered.body.state, 'signed_in');
  assert.equal(entered.body.person!.secondFactor, true);

  const half = await call<Entered>(node, 'POST', '/api/session', { login: 'li', password, bearer: true });
  assert.equal(half.body.state, 'second_factor_wanted');
  assert.equal((await call(node, 'GET', '/api/session', undefined, half.body.token)).status, 403);
  const whole = await signIn(node, device, {}, half.body.token);
  assert.equal(whole.body.state, 'signed_in');
  assert.equal((await call(node, 'GET', '/api/session', undefined, half.body.token)).status, 401, 'the half session is gone');

  assert.equal((await call(node, 'POST', '/api/account/passkeys/challenge', undefined, whole.body.token)).code, 'step_up_needed');
  const credential = device.sign(await challenge(node), origin);
  const stepped = await call<{ token: string }>(node, 'POST', '/api/session/passkey/step-up', { credential }, whole.body.token);
  assert.equal(stepped.status, 200, JSON.stringify(stepped.body));
  assert.equal((await call(node, 'POST', '/api/account/passkeys/challenge', undefined, stepped.body.token)).status, 200);

  await node.restart();
  assert.equal((await signIn(node, device)).status, 200, 'it outlives a restart');
  const mine = await call<{ available: boolean; passkeys: { id: number; lastUsedAtMs?: number }[] }>(
    node,
    'GET',
    '/api/account/passkeys',
    undefined,
    stepped.body.token,
  );
  assert.ok(mine.body.available && mine.body.passkeys[0]!.lastUsedAtMs);
  const { id } = mine.body.passkeys[0]!;
  assert.equal((await call(node, 'DELETE', `/api/account/passkeys/${id}`, undefined, stepped.body.token)).status, 200);
  assert.equal((await signIn(node, device)).status, 401);
  assert.equal(
    (await call<Entered>(node, 'POST', '/api/session', { login: 'li', password, bearer: true })).body.state,
    'signed_in',
  );
});

test('an answer that is not right opens nothing', async (t) => {
  const { node, pass } = await open(t);
  const device = new SoftwareAuthenticator('li');
  const token = await enrol(node, 'li');
  await addPasskey(node, token, device);
  assert.equal((await signIn(node, device)).status, 200);
  const registering = (await call<{ challenge: string }>(node, 'POST', '/api/account/passkeys/challenge', undefined, token)).body;
  const other = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
  const twists: [string, Twist][] = [
    ['another origin', { origin: 'https://cdp.example.com.evil.example' }],
    ['http', { origin: 'http://cdp.example.com' }],
    ['another name', { rpId: 'evil.example' }],
    ['nobody present', { flags: 4 }],
    ['nobody verified', { flags: 1 }],
    ['another key', { key: other }],
    ['changed after it was signed', { flip: true }],
    ['a challenge of its own', { challenge: Buffer.alloc(40, 7).toString('base64url') }],
    ['no challenge', { challenge: '' }],
    ['the challenge of a registration', { challenge: registering.challenge }],
    ['a registration', { type: 'webauthn.create' }],
    ['a credential that nobody has', { credentialId: Buffer.alloc(32, 9).toString('base64url') }],
    ['a counter that went back', { counter: 1 }],
  ];
  for (const [label, twist] of twists) {
    const { status, code, body } = await signIn(node, device, twist);
    assert.equal(status, 401, `${label}: ${JSON.stringify(body)}`);
    assert.equal(code, 'sign_in_failed', label);
  }
  const credential = device.sign(await challenge(node), origin);
  assert.equal((await call(node, 'POST', '/api/session/passkey', { credential })).status, 200);
  assert.equal((await call(node, 'POST', '/api/session/passkey', { credential })).status, 401, 'replayed');
  const both = device.sign(await challenge(node), origin);
  const twice = await Promise.all([1, 2].map(() => call(node, 'POST', '/api/session/passkey', { credential: both })));
  assert.deepEqual(twice.map(({ status }) => status).sort(), [200, 401], 'at the same moment');
  const late = device.sign(await challenge(node), origin);
  pass(passkeyLimits.challengeMs + 1);
  assert.equal((await call(node, 'POST', '/api/session/passkey', { credential: late })).status, 401, 'too late');
  for (const odd of [
    {},
    { credential: null },
    { credential: { id: 1 } },
    { credential: { id: 'x', rawId: 'x', type: 'y', response: {} } },
  ]) {
    const { status } = await call(node, 'POST', '/api/session/passkey', odd);
    assert.ok(status === 400 || status === 401, JSON.stringify(odd));
  }
  assert.equal((await signIn(node, device)).status, 200, 'the right one still does');
});

test('a device that was not asked, or not rightly, is not added', async (t) => {
  const { node, pass } = await open(t);
  const token = await enrol(node, 'li');
  const device = new SoftwareAuthenticator('li');
  for (const [label, twist] of [
    ['another origin', { origin: 'https://evil.example' }],
    ['another name', { rpId: 'evil.example' }],
    ['nobody verified', { flags: 1 }],
    ['a sign-in', { type: 'webauthn.get' }],
    ['a challenge of its own', { challenge: Buffer.alloc(40, 7).toString('base64url') }],
    ['the challenge of a sign-in', { challenge: (await challenge(node)).challenge }],
  ] as const) {
    const { status, code } = await addPasskey(node, token, device, twist);
    assert.equal(status, 403, label);
    assert.equal(code, 'not_proven', label);
  }
  // What somebody else was asked.
  const wang = await enrol(node, 'wang');
  const hers = await call<PublicKeyCredentialCreationOptionsJSON>(
    node,
    'POST',
    '/api/account/passkeys/challenge',
    undefined,
    wang,
  );
  const credential = device.register(hers.body, origin);
  assert.equal((await call(node, 'POST', '/api/account/passkeys', { credential, name: 'x' }, token)).status, 403);
  assert.equal((await call(node, 'POST', '/api/account/passkeys', { credential, name: ' ' }, wang)).status, 400);
  assert.equal((await call(node, 'POST', '/api/account/passkeys', { credential, name: 'x' }, wang)).status, 201);
  // Without having stepped up, or no more.
  pass(6 * 60_000);
  const mine = device.register(hers.body, origin);
  assert.equal(
    (await call(node, 'POST', '/api/account/passkeys', { credential: mine, name: 'x' }, token)).code,
    'step_up_needed',
  );
  assert.equal((await call(node, 'DELETE', '/api/account/passkeys/1', undefined, wang)).code, 'step_up_needed');
});

test("one person's passkey is nobody else's, and goes with whoever lost it or left", async (t) => {
  const { node } = await open(t);
  const { administration } = node.app.node().access;
  const [li, wang] = [await enrol(node, 'li'), await enrol(node, 'wang')];
  const [hers, his] = [new SoftwareAuthenticator('li'), new SoftwareAuthenticator('wang')];
  await addPasskey(node, li, hers);
  await addPasskey(node, wang, his);
  const half = await call<Entered>(node, 'POST', '/api/session', { login: 'li', password, bearer: true });
  assert.equal((await signIn(node, his, {}, half.body.token)).status, 401, 'a password of one and a passkey of another');
  const credential = his.sign(await challenge(node), origin);
  assert.equal((await call(node, 'POST', '/api/session/passkey/step-up', { credential }, li)).code, 'not_proven');
  const people = node.app.node().access.people.list();
  const [liId, wangId] = ['li', 'wang'].map((login) => people.find((person) => person.login === login)!.id);
  assert.equal((await call(node, 'DELETE', `/api/account/passkeys/2`, undefined, li)).status, 404);
  await administration.setDisabled(wangId!, true, 0);
  assert.equal((await signIn(node, his)).status, 401);
  await administration.reset(liId!, true);
  assert.equal((await signIn(node, hers)).status, 401, 'a lost device');
  const { scim } = node.app.node().entrances;
  const made = await scim.put('Users', undefined, { userName: 'zhao', active: true });
  const { desk } = node.app.node().access;
  const started = await desk.sessions.start(Number(made.id), 'full', {});
  await desk.store.transact(started.changes);
  started.keep();
  const fresh = desk.sessions.rotate(started.session, { steppedUpUntilMs: systemPorts.clock.nowMs() + 60_000 });
  await desk.store.transact(fresh.changes);
  fresh.keep();
  const theirs = new SoftwareAuthenticator('zhao');
  assert.equal((await addPasskey(node, fresh.token, theirs)).status, 201);
  assert.equal((await signIn(node, theirs)).status, 200, 'without any password');
  await scim.remove('Users', Number(made.id));
  assert.equal((await signIn(node, theirs)).status, 401);
});

test('whose role asks for a second factor may begin with a passkey', async (t) => {
  const { node } = await open(t);
  const token = await enrol(node, 'boss', ['administrator']);
  assert.equal((await call(node, 'GET', '/api/account/passkeys', undefined, token)).code, 'second_factor_needed');
  assert.equal((await addPasskey(node, token, new SoftwareAuthenticator('boss'))).status, 201);
  assert.equal((await call(node, 'GET', '/api/account/passkeys', undefined, token)).status, 200);
});

test('without a DNS name there are none', async (t) => {
  for (const publicUrl of [null, 'https://192.0.2.7', 'https://[2001:db8::1]:7700', 'http://cdp.example.com']) {
    const { node } = await open(t, publicUrl);
    assert.equal(node.app.node().entrances.passkeys.available, false);
    const { status, body } = await call(node, 'POST', '/api/session/passkey/challenge', {});
    assert.equal(status, 409, String(publicUrl));
    assert.match(body.error!.where!, /publicUrl/);
  }
});

test('there is a limit, and nothing of a passkey is in the clear on disk', async (t) => {
  const { node } = await open(t);
  const token = await enrol(node, 'li');
  const device = new SoftwareAuthenticator('first');
  await addPasskey(node, token, device);
  for (let at = 1; at < passkeyLimits.perPerson; at += 1) await addPasskey(node, token, new SoftwareAuthenticator(`${at}`));
  assert.equal((await addPasskey(node, token, new SoftwareAuthenticator('more'))).code, 'limit_reached');
  for (const file of readdirSync(node.folder)) {
    const bytes = readFileSync(join(node.folder, file));
    for (const word of ['My device', device.id, device.id.toString('base64url')]) assert.equal(bytes.includes(word), false, file);
  }
});

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  await new Promise((done) => server.close(done));
  return port;
}

browserTest('a real browser makes a passkey and signs in with it', async (t) => {
  const port = await freePort();
  const url = `http://localhost:${port}`;
  const { node } = await open(t, url);
  await node.app.http.listen({ host: '127.0.0.1', port });
  const { link } = await node.app
    .node()
    .access.administration.invite({ login: 'li', name: 'Li', roles: ['compliance'], language: 'zh' });
  const browser = await openBrowser();
  t.after(() => browser.close());
  const page = await browser.newPage();
  const devtools = await page.context().newCDPSession(page);
  await devtools.send('WebAuthn.enable');
  await devtools.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
  await page.goto(`${url}/docs`);
  type Reply = { status: number; body: Record<string, unknown> };
  const ask = (method: string, path: string, body?: object): Promise<Reply> =>
    page.evaluate(
      async ([method, path, body]) => {
        const answer = await fetch(path, {
          method,
          headers: { 'x-holdfast': '1', ...(body !== undefined && { 'content-type': 'application/json' }) },
          ...(body !== undefined && { body: JSON.stringify(body) }),
        });
        return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
      },
      [method, path, body] as const,
    );
  const device = (kind: 'create' | 'get', options: Record<string, unknown>): Promise<object> =>
    page.evaluate(`(async () => {
      const read = PublicKeyCredential[${JSON.stringify(kind === 'create' ? 'parseCreationOptionsFromJSON' : 'parseRequestOptionsFromJSON')}];
      const publicKey = read.call(PublicKeyCredential, ${JSON.stringify(options)});
      return (await navigator.credentials.${kind}({ publicKey })).toJSON();
    })()`);
  assert.equal((await ask('POST', '/api/session/link', { link: link.token, password })).body.state, 'enrolment_wanted');
  assert.equal((await ask('POST', '/api/session/step-up', { password })).status, 200);
  const offered = await ask('POST', '/api/account/passkeys/challenge');
  const made = await ask('POST', '/api/account/passkeys', { credential: await device('create', offered.body), name: 'Browser' });
  assert.equal(made.status, 201, JSON.stringify(made.body));
  assert.equal((await ask('DELETE', '/api/session')).status, 200);
  assert.equal((await ask('GET', '/api/session')).status, 401);

  const asked = await ask('POST', '/api/session/passkey/challenge', {});
  const entered = await ask('POST', '/api/session/passkey', { credential: await device('get', asked.body) });
  assert.equal(entered.body.state, 'signed_in', JSON.stringify(entered.body));
  assert.equal((await ask('GET', '/api/session')).body.state, 'signed_in');

  assert.equal((await ask('POST', '/api/session', { login: 'li', password })).body.state, 'second_factor_wanted');
  const again = await ask('POST', '/api/session/passkey/challenge', {});
  const second = await ask('POST', '/api/session/passkey', { credential: await device('get', again.body) });
  assert.equal(second.body.state, 'signed_in', JSON.stringify(second.body));
});
