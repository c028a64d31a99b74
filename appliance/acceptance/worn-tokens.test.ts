// Links, codes and answers that are good once and for a while, and the write keys of sources: used up, run out or replaced, on every route
// of the OpenAPI document that takes one. A new route that takes one fails here until it has its case.

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { Secret, TOTP } from 'otpauth';
import { desktopLimits } from '../core/access/desktop.ts';
import { linkLifeMs } from '../core/access/links.ts';
import { secondFactorLimits } from '../core/access/second-factor.ts';
import { sessionLimits } from '../core/access/sessions.ts';
import { SoftwareAuthenticator } from '../core/access/testing-authenticator.ts';
import { type Answer, type Browser, goodPassword, host, openPeopleNode, type PeopleNode, signIn } from '../testing-access.ts';
import { allRoutes, changedSince, entriesSince, fieldsOf, standOf } from './testing-walk.ts';

const origin = `https://${host}`;
const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;

let world: PeopleNode;
before(async () => {
  world = await openPeopleNode({ publicUrl: origin });
});
after(() => world?.node.close());

/** What refuses them, or where that is tested. */
const cases: { [route: string]: (() => Promise<void>) | string } = {
  'POST /api/session/link': links,
  'POST /api/session/second-factor': secondFactors,
  'POST /api/session/step-up': stepUps,
  'POST /api/people/me/totp/confirm': confirmations,
  'POST /api/session/passkey': passkeySignIns,
  'POST /api/session/desktop/exchange': desktopCodes,
  'POST /api/session/passkey/step-up': passkeyStepUps,
  'POST /api/account/passkeys': passkeysAdded,
  'GET /api/session/oidc/callback': 'appliance/oidc.test.ts: state, browser and code count once, and for ten minutes',
  'POST /api/federations/join':
    'federation/protocol/identity.test.ts: an invitation counts once, and until it runs out; the coordinator looks at it, not this node',
  'GET /preferences/{token}': pages,
  'POST /preferences/{token}': pages,
  'GET /preferences/{token}/receipt': pages,
  'GET /preferences/confirm/{token}': confirmingLinks,
  'POST /preferences/confirm/{token}': confirmingLinks,
};

/** Bodies and queries with one of these hold something that counts once. */
const proofs = ['link', 'code', 'recoveryCode', 'credential'];

test('each route that takes a link, a code or an answer of a device has its case', () => {
  const taking = allRoutes(world.node).filter(
    (route) => route.path.includes('{token}') || fieldsOf(route).some((name) => proofs.includes(name)),
  );
  assert.deepEqual(taking.map(({ name }) => name).sort(), Object.keys(cases).sort());
});

describe('worn out', () => {
  for (const work of new Set(Object.values(cases))) if (typeof work !== 'string') test(work.name, work);
});

/** Counts of tries, and the last use of a session, are written whatever becomes of a try. */
const counted = ['sign_in_attempts', 'sessions'];

/** One that is refused, tried or not, with nothing done and nobody let in. */
async function refused(why: string, [status, code]: [number, string], ask: () => Promise<Answer>): Promise<void> {
  // Nothing of the tries before makes it wait.
  world.pass(minuteMs);
  const stand = await standOf(world.node, counted);
  const sessions = await liveSessions();
  const answer = await ask();
  assert.deepEqual([answer.status, answer.code], [status, code], why);
  assert.equal(answer.headers['set-cookie'], undefined, `${why}: no cookie`);
  for (const { outcome } of await entriesSince(world.node, stand))
    assert.ok(outcome === 'attempted' || outcome === `failed:${code}`, `${why}: ${outcome}`);
  assert.deepEqual(await changedSince(world.node, stand, counted), [], why);
  assert.equal(await liveSessions(), sessions, `${why}: no session`);
}
const liveSessions = async () => Number((await world.node.app.node().store.select('SELECT count(*) AS n FROM sessions'))[0]!.n);

let logins = 0;
const newLogin = () => {
  logins += 1;
  return `worn.${logins}`;
};
async function person() {
  const login = newLogin();
  const { browser, person: made } = await world.invite(login, ['agent']);
  return { login, id: made.id, browser, ...(await world.enrol(browser)) };
}
const byCode = (browser: Browser, proof: object) => browser.ask('POST', '/api/session/second-factor', proof);
/** A browser with the password's half of a session. */
async function half(login: string): Promise<Browser> {
  const browser = world.browser();
  assert.equal((await signIn(browser, login)).body.state, 'second_factor_wanted');
  return browser;
}

async function links(): Promise<void> {
  const gone: [number, string] = [410, 'link_invalid'];
  const use = (link: string, password = goodPassword) => world.browser().ask('POST', '/api/session/link', { link, password });
  const invite = async () => {
    const { body } = await world.node.ask<{ person: { id: number }; link: { token: string } }>('POST', '/api/people', {
      login: newLogin(),
      name: 'L',
      roles: ['agent'],
    });
    // A link whose password is refused is good still.
    assert.equal((await use(body.link.token, 'short')).code, 'weak_password');
    return { id: body.person.id, token: body.link.token };
  };
  const used = await invite();
  assert.equal((await use(used.token)).status, 200);
  await refused('used', gone, () => use(used.token));
  const reset = async () => (await world.node.ask<{ token: string }>('POST', `/api/people/${used.id}/reset`, {})).body.token;
  const [older, newer] = [await reset(), await reset()];
  await refused('a newer one took its place', gone, () => use(older));
  assert.equal((await world.node.ask('POST', `/api/people/${used.id}/disable`)).status, 200);
  await refused('of somebody disabled', gone, () => use(newer));
  const late = await invite();
  world.pass(linkLifeMs.invite);
  await refused('run out', gone, () => use(late.token));
  await world.node.restart();
  for (const token of [used.token, older, late.token]) await refused('after a restart', gone, () => use(token));
}

async function secondFactors(): Promise<void> {
  const { login, app, recoveryCodes } = await person();
  const nobody: [number, string] = [401, 'unauthenticated'];
  const wrong: [number, string] = [401, 'sign_in_failed'];
  const slow = await half(login);
  world.pass(sessionLimits.passwordOnlyMs);
  await refused('the password was too long ago', nobody, () => byCode(slow, { code: app.code() }));

  const whole = await half(login);
  const before = new Map(whole.cookies);
  const code = app.code();
  assert.equal((await byCode(whole, { code })).status, 200, 'it was good');
  const replayed = world.browser();
  for (const [name, value] of before) replayed.cookies.set(name, value);
  await refused('the half session that became a whole one', nobody, () => byCode(replayed, { code: app.code() }));

  const again = await half(login);
  const fresh = app.code();
  assert.equal((await byCode(await half(login), { code: fresh })).status, 200);
  await refused('a code that counted', wrong, () => byCode(again, { code: fresh }));
  const old = app.code();
  world.pass(minuteMs);
  await refused('a code of two minutes ago', wrong, () => byCode(again, { code: old }));
  assert.equal((await byCode(await half(login), { recoveryCode: recoveryCodes[0]! })).status, 200);
  const third = await half(login);
  await refused('a recovery code that counted', wrong, () => byCode(third, { recoveryCode: recoveryCodes[0]! }));
}

async function stepUps(): Promise<void> {
  const { browser, app, recoveryCodes } = await person();
  const wrong: [number, string] = [403, 'not_proven'];
  const stepUp = (proof: object) => browser.ask('POST', '/api/session/step-up', proof);
  const code = app.code();
  assert.equal((await stepUp({ code })).status, 200, 'it was good');
  await refused('a code that counted', wrong, () => stepUp({ code }));
  const old = app.code();
  world.pass(minuteMs);
  await refused('a code of two minutes ago', wrong, () => stepUp({ code: old }));
  assert.equal((await stepUp({ recoveryCode: recoveryCodes[0]! })).status, 200);
  await refused('a recovery code that counted', wrong, () => stepUp({ recoveryCode: recoveryCodes[0]! }));
}

async function confirmations(): Promise<void> {
  const wrong: [number, string] = [403, 'not_proven'];
  const { browser } = await world.invite(newLogin(), ['agent']);
  const offer = await browser.ask('POST', '/api/people/me/totp');
  const app = new TOTP({ secret: Secret.fromBase32(String(offer.body.secret)) });
  const confirm = (code: string) => browser.ask('POST', '/api/people/me/totp/confirm', { code });
  world.pass(secondFactorLimits.offerMs);
  await refused('a secret that was shown too long ago', wrong, () => confirm(app.generate({ timestamp: world.nowMs() })));
  const { browser: other } = await world.invite(newLogin(), ['agent']);
  const { app: confirmed } = await world.enrol(other);
  assert.equal((await other.ask('POST', '/api/session/step-up', { code: confirmed.code() })).status, 200);
  const replay = () => other.ask('POST', '/api/people/me/totp/confirm', { code: confirmed.code() });
  await refused('a secret that was confirmed', wrong, replay);
}

async function desktopCodes(): Promise<void> {
  const { browser, app } = await person();
  assert.equal((await browser.ask('POST', '/api/session/step-up', { code: app.code() })).status, 200);
  const gone: [number, string] = [410, 'desktop_code_invalid'];
  const verifier = 'v'.repeat(43);
  const challenge = createHash('sha256').update(verifier).digest('base64url');
  const offer = async () => {
    const { status, body } = await browser.ask('POST', '/api/session/desktop', { challenge });
    assert.equal(status, 200);
    return String(body.code);
  };
  const exchange = (code: string) => world.browser().askBare('POST', '/api/session/desktop/exchange', { code, verifier }, {});
  const used = await offer();
  assert.equal((await exchange(used)).status, 200, 'it was good');
  await refused('a code that counted', gone, () => exchange(used));
  const late = await offer();
  world.pass(desktopLimits.codeMs);
  await refused('a code that ran out', gone, () => exchange(late));
}

type Options = { challenge: string; rpId?: string; rp: { id?: string } };
const challengeAt = async (browser: Browser, url: string) =>
  (await browser.ask('POST', url, url.startsWith('/api/session') ? {} : undefined)).body as unknown as Options;

async function withPasskey() {
  const { browser } = await world.invite(newLogin(), ['agent']);
  assert.equal((await browser.ask('POST', '/api/session/step-up', { password: goodPassword })).status, 200);
  const device = new SoftwareAuthenticator(newLogin());
  const credential = device.register(await challengeAt(browser, '/api/account/passkeys/challenge'), origin);
  const add = () => browser.ask('POST', '/api/account/passkeys', { credential, name: 'A device' });
  const answer = async () => device.sign(await challengeAt(world.browser(), '/api/session/passkey/challenge'), origin);
  return { browser, add, answer };
}
const challengeMs = 5 * minuteMs;

async function passkeySignIns(): Promise<void> {
  const { add, answer } = await withPasskey();
  assert.equal((await add()).status, 201);
  const wrong: [number, string] = [401, 'sign_in_failed'];
  const enter = (credential: object) => world.browser().ask('POST', '/api/session/passkey', { credential });
  const used = await answer();
  assert.equal((await enter(used)).status, 200, 'it was good');
  await refused('an answer that counted', wrong, () => enter(used));
  const late = await answer();
  world.pass(challengeMs);
  await refused('an answer that came too late', wrong, () => enter(late));
}

async function passkeyStepUps(): Promise<void> {
  const { browser, add, answer } = await withPasskey();
  assert.equal((await add()).status, 201);
  const wrong: [number, string] = [403, 'not_proven'];
  const stepUp = (credential: object) => browser.ask('POST', '/api/session/passkey/step-up', { credential });
  const used = await answer();
  assert.equal((await stepUp(used)).status, 200, 'it was good');
  await refused('an answer that counted', wrong, () => stepUp(used));
  const late = await answer();
  world.pass(challengeMs);
  await refused('an answer that came too late', wrong, () => stepUp(late));
}

async function passkeysAdded(): Promise<void> {
  const wrong: [number, string] = [403, 'not_proven'];
  const first = await withPasskey();
  assert.equal((await first.add()).status, 201, 'it was good');
  await refused('a device that was added', wrong, first.add);
  const late = await withPasskey();
  world.pass(challengeMs - minuteMs);
  assert.equal((await late.browser.ask('POST', '/api/session/step-up', { password: goodPassword })).status, 200);
  await refused('a challenge that ran out', wrong, late.add);
}

type Page = { status: number; body: string };
const form = { 'content-type': 'application/x-www-form-urlencoded', 'accept-language': 'en' };
async function customer(): Promise<{ id: string; user: string }> {
  const user = newLogin();
  await world.node.send([{ type: 'identify', userId: user, traits: { email: `${user}@example.org` } }]);
  return { id: (await world.node.find(user))[0]!.id, user };
}
async function open(method: string, url: string, fields = new URLSearchParams()): Promise<Page> {
  const payload = method === 'POST' ? { payload: fields.toString(), headers: form } : { headers: { 'accept-language': 'en' } };
  const { statusCode, body } = await world.node.app.http.inject({ method: method as 'GET', url, ...payload });
  return { status: statusCode, body };
}
/** Those of the document that begin with it, with a token in the place of `{token}`; a GET as a HEAD too. */
const routesUnder = (path: RegExp, token: string): [method: string, url: string][] =>
  allRoutes(world.node)
    .filter((route) => path.test(route.path))
    .flatMap(({ method, path: own }) => {
      const url = own.replace('{token}', token);
      return method === 'get' ? [['GET', url] as [string, string], ['HEAD', url] as [string, string]] : [['POST', url]];
    });

/** They look like links that never were, whatever the reason, and leave nothing anywhere, not in the log either. */
async function opensNothing(why: string, path: RegExp, token: string, fields: URLSearchParams): Promise<void> {
  const stand = await standOf(world.node);
  const all = routesUnder(path, token);
  assert.ok(all.length >= 3);
  for (const [method, url] of all) {
    const { status, body } = await open(method, url, fields);
    assert.equal(status, 404, `${why}: ${method} ${url}`);
    if (method !== 'HEAD') assert.match(body, /does not open anything/, why);
  }
  assert.deepEqual(await entriesSince(world.node, stand), [], why);
  assert.deepEqual(await changedSince(world.node, stand), [], why);
}
const textsOf = (html: string) => /name="texts" value="([^"]+)"/.exec(html)![1]!;

async function pages(): Promise<void> {
  const path = /^\/preferences\/\{token\}/;
  const link = async (id: string, days: number) => {
    const { body } = await world.node.ask<{ url: string }>('POST', `/api/consent/${id}/link`, { days });
    const token = new URL(body.url).pathname.split('/').at(-1)!;
    const page = await open('GET', `/preferences/${token}`);
    assert.equal(page.status, 200, 'it was good');
    const fields = new URLSearchParams({ texts: textsOf(page.body), lang: 'en', shown: 'marketing * 0', on: 'marketing *' });
    return { token, fields };
  };
  const [first, second] = [await customer(), await customer()];
  const revoked = await link(first.id, 30);
  await world.node.ask('POST', `/api/consent/${first.id}/links/revoke`);
  await opensNothing('revoked', path, revoked.token, revoked.fields);
  const erased = await link(second.id, 30);
  await world.node.ask('POST', `/api/subjects/${second.id}/erase`, { reason: 'request' });
  await opensNothing('of somebody erased', path, erased.token, erased.fields);
  const late = await link(first.id, 1);
  world.pass(dayMs);
  await opensNothing('run out', path, late.token, late.fields);
  await world.node.restart();
  for (const one of [revoked, erased, late]) await opensNothing('after a restart', path, one.token, one.fields);
}

async function confirmingLinks(): Promise<void> {
  const path = /^\/preferences\/confirm\/\{token\}$/;
  const { node } = world;
  const ask = async () => {
    const { id } = await customer();
    const { status } = await node.ask('POST', `/api/consent/${id}/requests`, { purpose: 'marketing', channel: 'email' });
    assert.equal(status, 200);
    const { body } = await node.ask<{ messages: { person: string; text: string }[] }>('GET', '/api/consent/outbox?limit=200');
    const text = body.messages.findLast((one) => one.person === id)!.text;
    const token = /\/preferences\/confirm\/([\w-]+)/.exec(text)![1]!;
    const page = await open('GET', `/preferences/confirm/${token}`);
    assert.match(page.body, /Yes, I agree/, 'it was good');
    return { id, token, fields: new URLSearchParams({ texts: textsOf(page.body), lang: 'en' }) };
  };
  const facts = async (id: string) =>
    (await node.ask<{ facts: { status: string }[] }>('GET', `/api/profiles/${id}/consents`)).body.facts.map(
      ({ status }) => status,
    );
  const confirmed = await ask();
  const press = () => open('POST', `/preferences/confirm/${confirmed.token}`, confirmed.fields);
  assert.match((await press()).body, /your consent is recorded/);
  // Whoever presses twice sees what they did; nothing is said a second time, and no withdrawal is undone.
  const stand = await standOf(node);
  assert.match((await press()).body, /your consent is recorded/);
  assert.deepEqual(
    (await entriesSince(node, stand)).map(({ action, outcome }) => [action, outcome]),
    [['preferences.confirm', 'allowed']],
  );
  assert.deepEqual(await changedSince(node, stand), []);
  await node.ask('POST', `/api/profiles/${confirmed.id}/consents`, {
    purpose: 'marketing',
    channel: 'email',
    status: 'withdrawn',
  });
  await press();
  assert.deepEqual((await facts(confirmed.id)).sort(), ['given', 'withdrawn']);
  const erased = await ask();
  await node.ask('POST', `/api/subjects/${erased.id}/erase`, { reason: 'request' });
  await opensNothing('of somebody erased', path, erased.token, erased.fields);
  const late = await ask();
  world.pass(3 * dayMs);
  await opensNothing('run out', path, late.token, late.fields);
  await opensNothing('confirmed, and run out since', path, confirmed.token, confirmed.fields);
  assert.deepEqual(await facts(late.id), []);
}

test('a write key that was replaced, or whose source was disabled, records nothing on any route of tracking', async () => {
  const { node } = world;
  const tracking = allRoutes(node).filter((route) => route.operation['x-access']?.open === 'the write key says who sends');
  const [disabled, replaced, overlap] = [
    await node.addSource('disabled'),
    await node.addSource('replaced'),
    await node.addSource('overlap'),
  ];
  const message = (userId: string) => ({ type: 'track', userId, event: 'Sent with a key that was good', properties: {} });
  for (const { writeKey } of [disabled, replaced, overlap])
    assert.equal((await node.send([message('key.good')], writeKey)).status, 200, 'it was good');
  assert.equal((await node.ask('POST', `/api/sources/${disabled.id}/disable`)).status, 200);
  assert.equal((await node.ask('POST', `/api/sources/${replaced.id}/rotate`, {})).status, 200);
  assert.equal((await node.ask('POST', `/api/sources/${overlap.id}/rotate`, { keepPreviousHours: 1 })).status, 200);
  assert.equal((await node.send([message('key.good')], overlap.writeKey)).status, 200, 'as long as was said');
  world.pass(60 * minuteMs);
  await node.app.node().profiles.flush();
  const stand = await standOf(node);
  let asked = 0;
  for (const { path, name } of tracking) {
    for (const [why, { writeKey }] of Object.entries({ disabled, replaced, overlap })) {
      const headers = { authorization: `Basic ${Buffer.from(`${writeKey}:`).toString('base64')}`, 'x-write-key': writeKey };
      const body = { ...message('key.worn'), messageId: `${name} ${why}`, writeKey, batch: [message('key.worn')] };
      const answer = await node.app.http.inject({ method: 'POST', url: path, headers, payload: body });
      assert.equal(answer.statusCode, 401, `${name}, ${why}: ${answer.body}`);
      asked += 1;
    }
  }
  assert.ok(asked > 100, `${asked}`);
  assert.deepEqual(await node.find('key.worn'), []);
  assert.deepEqual(await changedSince(node, stand), []);
});
