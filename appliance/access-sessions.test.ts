// Sessions and what may be done with them, after OWASP ASVS 4.0.3, level 2, chapter 3; requests from other sites; the audit log; and what
// is on the disk.

import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { deviceCookie, sessionCookie } from './core/access/cookies.ts';
import { goodPassword, host, openPeopleNode, type PeopleNode, signIn } from './testing-access.ts';

let world: PeopleNode;
before(async () => {
  world = await openPeopleNode();
});
after(() => world.node.close());

const minuteMs = 60_000;
const me = '/api/session';
const ask = (method: 'GET' | 'POST' | 'DELETE', headers: { [name: string]: string }, url = me) =>
  world.node.app.http.inject({ method, url, headers: { host, ...headers } });

describe('tokens and cookies', () => {
  test('3.4.1 to 3.4.5, 3.1.1: the cookie is Secure, HttpOnly, SameSite=Strict, __Host- and for the whole path; no token is in an address', async () => {
    await world.invite('cookie', ['agent']);
    const { headers, body } = await signIn(world.browser(), 'cookie');
    const lines = [headers['set-cookie']].flat().map(String);
    assert.equal(lines.length, 2);
    for (const line of lines) assert.match(line, /^__Host-holdfast(-device)?=[^;]+; Path=\/; Secure; HttpOnly; SameSite=Strict/);
    assert.doesNotMatch(String(lines[0]), /max-age|expires|domain/i);
    assert.equal(body.token, undefined, 'scripts of the page never see it');
    assert.doesNotMatch(JSON.stringify(body), /hs_/);
    assert.equal(headers['cache-control'], 'no-store');
  });

  test('3.2.1, 3.2.2, 3.2.4: each sign-in makes a token of 256 random bits, and one that was planted is nothing', async () => {
    await world.invite('fixation', ['agent']);
    const browser = world.browser();
    const planted = `hs_${'A'.repeat(43)}`;
    browser.cookies.set(sessionCookie, planted);
    await signIn(browser, 'fixation');
    const first = browser.cookies.get(sessionCookie)!;
    assert.match(first, /^hs_[\w-]{43}$/);
    assert.notEqual(first, planted);
    assert.equal((await ask('GET', { cookie: `${sessionCookie}=${planted}` })).statusCode, 401);
    await signIn(browser, 'fixation');
    assert.notEqual(browser.cookies.get(sessionCookie), first);
    assert.equal((await ask('GET', { cookie: `${sessionCookie}=${first}` })).statusCode, 401, 'the one before has ended');
  });

  test('3.2.1: the token changes with the second factor and with a step-up, and the old one is nothing', async () => {
    const { browser } = await world.invite('rotation', ['agent']);
    const { app } = await world.enrol(browser);
    const old: string[] = [];
    await signIn(browser, 'rotation');
    old.push(browser.cookies.get(sessionCookie)!);
    await browser.ask('POST', '/api/session/second-factor', { code: app.code() });
    old.push(browser.cookies.get(sessionCookie)!);
    await browser.ask('POST', '/api/session/step-up', { password: goodPassword });
    assert.equal((await browser.ask('GET', me)).status, 200);
    for (const token of old) {
      assert.notEqual(browser.cookies.get(sessionCookie), token);
      assert.equal((await ask('GET', { cookie: `${sessionCookie}=${token}` })).statusCode, 401);
      assert.equal((await ask('GET', { authorization: `Bearer ${token}` })).statusCode, 401);
    }
  });

  test('3.2.2: made up, cut, longer, doubled tokens, and tokens of other kinds open nothing', async () => {
    const { browser } = await world.invite('tokens', ['agent']);
    const token = browser.cookies.get(sessionCookie)!;
    const { body } = await world.node.ask<{ link: { token: string } }>('POST', '/api/people', {
      login: 'linked',
      name: 'L',
      roles: [],
    });
    const device = browser.cookies.get(deviceCookie)!;
    for (const odd of [
      `${token}A`,
      token.slice(0, -1),
      token.toUpperCase(),
      token.replace('hs_', 'hl_'),
      '',
      'hs_',
      body.link.token,
      device,
    ])
      assert.equal((await ask('GET', { cookie: `${sessionCookie}=${odd}` })).statusCode, 401, odd);
    const both = `${sessionCookie}=${token}; ${sessionCookie}=${token}`;
    assert.equal((await ask('GET', { cookie: both })).statusCode, 401, 'two of one name: somebody planted one');
    assert.equal((await ask('GET', { cookie: `holdfast=${token}` })).statusCode, 401, 'a name that subdomains could set');
    assert.equal((await ask('GET', { cookie: `${sessionCookie}=${token}`, authorization: 'Bearer x' })).statusCode, 401);
    assert.equal((await ask('GET', { cookie: `a=b; ${sessionCookie}=${token}` })).statusCode, 200);
    assert.equal(
      (await ask('GET', { authorization: `Bearer ${token}` })).statusCode,
      200,
      'a program may send it as a bearer token',
    );
  });

  test('a program signs in without cookies, and needs no header against forgery', async () => {
    await world.invite('program', ['agent']);
    const browser = world.browser();
    const answer = await browser.askBare('POST', me, { login: 'program', password: goodPassword, bearer: true }, {});
    assert.equal(answer.headers['set-cookie'], undefined);
    const authorization = `Bearer ${answer.body.token}`;
    const stepped = await browser.askBare('POST', '/api/session/step-up', { password: goodPassword }, { authorization });
    assert.deepEqual([stepped.status, stepped.headers['set-cookie']], [200, undefined]);
    assert.equal((await browser.askBare('GET', me, undefined, { authorization })).status, 401, 'the token has changed');
    const fresh = { authorization: `Bearer ${stepped.body.token}` };
    assert.equal((await browser.askBare('DELETE', me, undefined, fresh)).status, 200);
    assert.equal((await browser.askBare('GET', me, undefined, fresh)).status, 401);
  });
});

describe('limits', () => {
  test('3.3.2: idle for half an hour it ends; used it lives, but no longer than twelve hours', async () => {
    const { browser } = await world.invite('limits', ['agent']);
    const idle = world.browser();
    await signIn(idle, 'limits');
    for (let used = 0; used < 29; used += 1) {
      world.pass(25 * minuteMs - 30_000);
      assert.equal((await browser.ask('GET', me)).status, 200, `after ${used}`);
    }
    assert.equal((await idle.ask('GET', me)).status, 401);
    world.pass(10 * minuteMs);
    assert.equal((await browser.ask('GET', me)).status, 401, 'twelve hours are over');
  });

  test('3.3.2: a step-up does not lengthen the twelve hours, and neither does a restart the half hour', async () => {
    const { browser } = await world.invite('longer', ['agent']);
    for (let used = 0; used < 35; used += 1) {
      world.pass(20 * minuteMs);
      const stepped = await browser.ask('POST', '/api/session/step-up', { password: goodPassword });
      assert.equal(stepped.status, 200, `after ${used}`);
    }
    world.pass(20 * minuteMs);
    assert.equal((await browser.ask('GET', me)).status, 401);
    await signIn(browser, 'longer');
    world.pass(29 * minuteMs);
    await world.node.restart();
    assert.equal((await browser.ask('GET', me)).status, 200, 'a restart signs nobody out');
    world.pass(29 * minuteMs);
    await world.node.restart();
    assert.equal((await browser.ask('GET', me)).status, 200, 'the use before the restart counts');
    world.pass(30 * minuteMs);
    await world.node.restart();
    assert.equal((await browser.ask('GET', me)).status, 401);
  });

  test('a password waits five minutes for its code and opens nothing meanwhile', async () => {
    const { browser } = await world.invite('waiting', ['agent']);
    const { app } = await world.enrol(browser);
    const other = world.browser();
    const entered = await signIn(other, 'waiting');
    assert.deepEqual(Object.keys(entered.body), ['state'], 'nothing of the account is told');
    for (const [method, url] of [
      ['GET', me],
      ['GET', '/api/people/me/sessions'],
      ['POST', '/api/people/me/totp'],
      ['DELETE', me],
    ] as const)
      assert.equal((await other.ask(method, url)).code, 'second_factor_needed', url);
    world.pass(5 * minuteMs);
    const late = await other.ask('POST', '/api/session/second-factor', { code: app.code() });
    assert.deepEqual([late.status, late.code], [401, 'unauthenticated']);
  });

  test('3.7.1: a step-up lasts five minutes; wrong proofs are slowed down', async () => {
    const { browser } = await world.invite('stepped', ['agent']);
    assert.equal((await browser.ask('POST', '/api/session/step-up', { password: 'not the right one' })).code, 'not_proven');
    assert.equal((await browser.ask('POST', '/api/session/step-up', {})).code, 'bad_request');
    assert.equal(
      (await browser.ask('POST', '/api/session/step-up', { code: '123456', password: goodPassword })).code,
      'bad_request',
    );
    const stepped = await browser.ask('POST', '/api/session/step-up', { password: goodPassword });
    const { steppedUpUntilMs } = stepped.body.session as { steppedUpUntilMs: number };
    assert.equal(steppedUpUntilMs, world.nowMs() + 5 * minuteMs);
    for (let guess = 0; guess < 5; guess += 1) await browser.ask('POST', '/api/session/step-up', { password: `guess ${guess}` });
    assert.equal((await browser.ask('POST', '/api/session/step-up', { password: goodPassword })).code, 'too_many_attempts');
    assert.equal((await browser.ask('GET', me)).status, 200, 'which does not end the session');
  });

  test('at most twenty of one person: the least recently used ends', async () => {
    const { browser } = await world.invite('many', ['agent']);
    for (let more = 0; more < 19; more += 1) {
      world.pass(1_000);
      await signIn(world.browser(), 'many');
    }
    assert.equal((await browser.ask('GET', me)).status, 200);
    world.pass(1_000);
    await signIn(world.browser(), 'many');
    const left = await browser.ask('GET', '/api/people/me/sessions');
    assert.equal((left.body.sessions as object[]).length, 20);
    for (let more = 0; more < 20; more += 1) {
      world.pass(1_000);
      await signIn(world.browser(), 'many');
    }
    assert.equal((await browser.ask('GET', me)).status, 401);
  });
});

describe('ending', () => {
  test('3.3.1, 3.3.3, 3.3.4: signed out is signed out, also after a restart; sessions are listed and ended one by one or all', async () => {
    const { browser } = await world.invite('ending', ['agent']);
    const [second, third] = [world.browser('192.0.2.2'), world.browser('192.0.2.3')];
    await signIn(second, 'ending', goodPassword, { headers: { 'user-agent': 'Second/1.0' } });
    await signIn(third, 'ending');
    const { sessions } = (await browser.ask('GET', '/api/people/me/sessions')).body as {
      sessions: { id: number; current: boolean; address: string; agent?: string }[];
    };
    assert.equal(sessions.filter(({ current }) => current).length, 1);
    const other = sessions.find(({ agent }) => agent === 'Second/1.0');
    assert.equal(other?.address, '192.0.2.2');
    assert.equal((await browser.ask('DELETE', `/api/people/me/sessions/${other?.id}`)).status, 200);
    assert.equal((await second.ask('GET', me)).status, 401);
    assert.equal((await browser.ask('DELETE', `/api/people/me/sessions/${other?.id}`)).status, 404);
    const { browser: stranger } = await world.invite('stranger', ['agent']);
    assert.equal((await stranger.ask('DELETE', `/api/people/me/sessions/${sessions[0]?.id}`)).status, 404, "not another's");
    const token = browser.cookies.get(sessionCookie)!;
    assert.equal((await browser.ask('DELETE', me)).status, 200);
    assert.equal(browser.cookies.has(sessionCookie), false, 'the browser forgets it too');
    await world.node.restart();
    assert.equal((await ask('GET', { cookie: `${sessionCookie}=${token}` })).statusCode, 401);
    await signIn(browser, 'ending');
    assert.equal((await third.ask('DELETE', `${me}?everywhere=true`)).status, 200);
    assert.equal((await browser.ask('GET', me)).status, 401);
  });

  test('3.3.1: a change of roles and a disabling take effect on the next request', async () => {
    const { person, browser } = await world.invite('changed', ['agent']);
    assert.deepEqual((await browser.ask('GET', me)).body.roles, ['agent']);
    assert.equal((await world.node.ask('PUT', `/api/people/${person.id}/roles`, { roles: ['auditor'] })).status, 200);
    assert.equal((await browser.ask('GET', me)).status, 401);
    await signIn(browser, 'changed');
    assert.deepEqual((await browser.ask('GET', me)).body.roles, ['auditor']);
    assert.equal((await world.node.ask('POST', `/api/people/${person.id}/disable`)).status, 200);
    assert.equal((await browser.ask('GET', me)).status, 401);
    assert.equal((await signIn(browser, 'changed')).code, 'sign_in_failed');
    await world.node.ask('POST', `/api/people/${person.id}/enable`);
    assert.equal((await browser.ask('GET', me)).status, 401, 'the old session does not come back');
    assert.equal((await signIn(browser, 'changed')).status, 200);
  });

  test('while the node is sealed nobody is signed in, and afterwards everybody is again', async () => {
    const { browser } = await world.invite('sealed', ['agent']);
    await world.node.app.seal();
    assert.equal((await browser.ask('GET', me)).code, 'sealed');
    assert.equal((await browser.ask('GET', '/api/seal')).status, 401);
    assert.equal((await signIn(world.browser(), 'sealed')).code, 'sealed');
    await world.node.app.unseal({ passphrase: 'a passphrase for tests' });
    assert.equal((await browser.ask('GET', me)).status, 200);
  });

  test('4.1.3: people may do nothing yet but what is about their own session', async () => {
    const { browser } = await world.invite('no.rights', ['supervisor', 'agent']);
    for (const [method, url, body] of [
      ['GET', '/api/people', undefined],
      ['POST', '/api/people', { login: 'more', name: 'More', roles: ['administrator'] }],
      ['POST', '/api/people/link', undefined],
      ['PUT', '/api/people/1/roles', { roles: ['administrator'] }],
      ['GET', '/api/profiles/p1', undefined],
      ['GET', '/api/audit', undefined],
      ['POST', '/api/seal', undefined],
    ] as const)
      assert.equal((await browser.ask(method, url, body)).code, 'forbidden', url);
  });
});

describe('other sites', () => {
  const url = '/api/session/step-up';
  const body = { password: goodPassword };
  const own = { origin: `https://${host}`, 'sec-fetch-site': 'same-origin', 'x-holdfast': '1' };

  test('3.4.3, 4.2.2, 13.2.3: a change that a cookie speaks for has to come from the node itself', async () => {
    const { browser } = await world.invite('forged', ['agent']);
    for (const [why, headers] of [
      ['no word of where it comes from', { 'x-holdfast': '1' }],
      ['no header of our scripts', { origin: own.origin, 'sec-fetch-site': 'same-origin' }],
      ['an empty header', { ...own, 'x-holdfast': '' }],
      ['another site', { ...own, 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' }],
      ['another site that says so only by its origin', { origin: 'https://evil.example', 'x-holdfast': '1' }],
      ['a sister of this host', { ...own, 'sec-fetch-site': 'same-site', origin: 'https://www.example.com' }],
      ['another port', { origin: `https://${host}:8443`, 'x-holdfast': '1' }],
      ['an origin that hides itself', { origin: 'null', 'x-holdfast': '1' }],
      ['a typed address', { 'sec-fetch-site': 'none', 'x-holdfast': '1' }],
      ['a host that begins like ours', { origin: `https://${host}.evil.example`, 'x-holdfast': '1' }],
      [
        'a word that contradicts the origin',
        { 'sec-fetch-site': 'same-origin', origin: 'https://evil.example', 'x-holdfast': '1' },
      ],
    ] as const) {
      const answer = await browser.askBare('POST', url, body, { ...headers });
      assert.deepEqual([answer.status, answer.code], [403, 'cross_site'], why);
    }
    for (const headers of [
      own,
      { origin: own.origin, 'x-holdfast': '1' },
      { 'sec-fetch-site': 'same-origin', 'x-holdfast': '1' },
    ])
      assert.equal((await browser.askBare('POST', url, body, headers)).status, 200, JSON.stringify(headers));
  });

  test('every route of the document that changes something refuses a forged request, before it looks at anything', async () => {
    const { browser } = await world.invite('walked', ['agent']);
    const document = (await world.node.app.http.inject({ url: '/openapi.json' })).json<{
      paths: { [path: string]: { [method: string]: { 'x-access'?: { open?: string } } } };
    }>();
    let asked = 0;
    for (const [path, methods] of Object.entries(document.paths))
      for (const [method, operation] of Object.entries(methods)) {
        const tracking = path.startsWith('/api/public/') || path.startsWith('/api/s/') || !path.startsWith('/api/');
        if (tracking || method === 'get') continue;
        const headers = { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site', 'content-type': 'application/json' };
        const address = path.replace(/\{[^}]+\}/g, '1');
        const answer = await browser.askBare(
          method.toUpperCase() as 'POST',
          address,
          method === 'delete' ? undefined : {},
          headers,
        );
        // What the signed-out may do is checked against its schema first.
        const expected = operation['x-access']?.open === undefined ? ['cross_site'] : ['cross_site', 'bad_request'];
        assert.ok(expected.includes(String(answer.code)), `${method} ${path}: ${answer.code}`);
        asked += 1;
      }
    assert.ok(asked > 30, `${asked}`);
  });

  test('no other site can sign a browser in, with its own account or by a link', async () => {
    await world.invite('of.attacker', ['agent']);
    const headers = { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' };
    const login = { login: 'of.attacker', password: goodPassword };
    assert.equal((await world.browser().askBare('POST', me, login, headers)).code, 'cross_site');
    const link = { link: `hl_${'A'.repeat(43)}`, password: goodPassword };
    assert.equal((await world.browser().askBare('POST', '/api/session/link', link, headers)).code, 'cross_site');
  });

  test('reading by another site is refused where the browser says so, and a form cannot send what the API reads', async () => {
    const { browser } = await world.invite('read.across', ['agent']);
    assert.equal((await browser.askBare('GET', me, undefined, { 'sec-fetch-site': 'same-site' })).code, 'cross_site');
    assert.equal((await browser.askBare('GET', me, undefined, { 'sec-fetch-site': 'none' })).status, 200);
    const answer = await browser.askBare('GET', me, undefined, { origin: 'https://evil.example' });
    assert.equal(answer.headers['access-control-allow-origin'], undefined);
    const form = await browser.askBare('POST', url, body, { ...own, 'content-type': 'text/plain' });
    assert.equal(form.code, 'unreadable_body');
  });
});

describe('what is left behind', () => {
  test('7.1.3, 7.2.1: each try is in the audit log, good or bad; a login that nobody has is not', async () => {
    const { person, browser } = await world.invite('logged', ['agent']);
    const past = (await world.audit('session.sign-in')).at(-1)!.seq;
    await signIn(browser, 'logged');
    await signIn(world.browser('192.0.2.60'), 'logged', 'not the right one');
    await signIn(world.browser('192.0.2.60'), 'my-password-typed-here');
    const entries = (await world.audit('session.sign-in')).filter(({ seq }) => seq > past);
    const about = `person ${person.id}`;
    assert.deepEqual(
      entries.map(({ actor, outcome, target }) => [actor, outcome, target]),
      [
        ['unknown', 'attempted', undefined],
        [about, 'done', about],
        ['unknown', 'attempted', undefined],
        ['unknown', 'failed:sign_in_failed', about],
        ['unknown', 'attempted', undefined],
        ['unknown', 'failed:sign_in_failed', undefined],
      ],
    );
    assert.doesNotMatch(JSON.stringify(entries), /typed-here|logged/);
    await browser.ask('GET', '/api/people');
    const refused = await world.audit('people.list');
    assert.deepEqual([refused.at(-1)?.actor, refused.at(-1)?.outcome], [about, 'refused']);
  });

  test('what has to wait is not logged again and again', async () => {
    const guesser = world.browser('203.0.113.77');
    for (let guess = 0; guess < 5; guess += 1) await signIn(guesser, 'flooded');
    const past = (await world.audit('session.sign-in')).at(-1)?.seq;
    for (let guess = 0; guess < 20; guess += 1) assert.equal((await signIn(guesser, 'flooded')).code, 'too_many_attempts');
    assert.equal((await world.audit('session.sign-in')).at(-1)?.seq, past);
  });

  test('2.4.1, 2.8.2, 6.1.1: no login, name, address, password, token or secret is on the disk in the clear', async () => {
    const browser = world.browser('198.51.100.199');
    const { body } = await world.node.ask<{ link: { token: string } }>('POST', '/api/people', {
      login: 'needle.in.hay',
      name: '诸葛孔明',
      email: 'needle@hay.example',
      roles: ['supervisor'],
    });
    const answer = await browser.ask('POST', '/api/session/link', { link: body.link.token, password: 'needle under the straw' });
    assert.equal(answer.status, 200);
    const { app, recoveryCodes } = await world.enrol(browser);
    const token = browser.cookies.get(sessionCookie)!;
    const needles = [
      ...[
        'needle.in.hay',
        '诸葛孔明',
        'needle@hay.example',
        'supervisor',
        'needle under the straw',
        '198.51.100.199',
        'argon2id',
      ],
      ...[token, token.slice(3), body.link.token, String(recoveryCodes[0]), app.code(), browser.cookies.get(deviceCookie)!],
    ];
    for (const file of readdirSync(world.node.folder)) {
      const bytes = readFileSync(join(world.node.folder, file));
      for (const needle of needles) assert.equal(bytes.includes(needle), false, `${needle} in ${file}`);
      assert.equal(bytes.includes(Buffer.from(token.slice(3), 'base64url')), false, `the token's bytes in ${file}`);
    }
  });
});
